using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.ChainTests;

/// <summary>The watch as it runs: fed by a node's own streams on a task of its own, read by another.</summary>
public sealed class MempoolStreamTests(MempoolChain chain, ITestOutputHelper output) : IClassFixture<MempoolChain>
{
    [Fact]
    public async Task RunAsync_RivalsTradeOverBlocks_EveryTransactionIsSeenAndEveryPriceForetold()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync();
        MempoolWatch watch = new(market, [], new MempoolOptions());
        using CancellationTokenSource stop = new();
        await using EthereumNode own = await EthereumNode.ConnectAsync(chain.Node.Endpoint!.ToString());
        PendingTransactionStream stream = new(own, watch) { Managers = [chain.Positions] };
        await chain.PostAsync(chain.Other, chain.V2Router, Swap(chain.Other, 1), 9 * MempoolChain.Gwei); // before the stream listens
        Task running = stream.RunAsync(stop.Token);
        await UntilAsync(() => watch.Published.Figures.Seen >= 1, running);
        Assert.True(watch.Published.IsSuspect);

        for (int block = 0; block < 4; block++)
        {
            long seen = watch.Published.Figures.Seen;
            await chain.PostAsync(chain.Rival, chain.V2Router, Swap(chain.Rival, 2 + block), 5 * MempoolChain.Gwei);
            if (block > 0)
                await chain.PostAsync(chain.Other, chain.SwapRouter02, MempoolCalls.V3Single(
                    false, true, chain.Token("USDC"), chain.Token("WETH"), 500, MempoolChain.Units("USDC", 9_000), 1, 0, chain.Other), 3 * MempoolChain.Gwei);
            await UntilAsync(() => watch.Published.Figures.Seen >= seen + (block > 0 ? 2 : 1), running);
            ulong head = watch.Published.Block;
            await chain.Market.MineAsync();
            await UntilAsync(() => watch.Published.Block > head, running);
        }
        MempoolFigures figures = watch.Published.Figures;
        output.WriteLine($"{figures}");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, stream.Failures);
        Assert.Equal((8L, 1.0), (figures.Mined, figures.Coverage));
        Assert.True(figures.PricePredictions >= 4);
        Assert.Equal(0, figures.WorstPriceErrorBps);
        Assert.False(watch.Published.IsSuspect);
        foreach (Amm.Pool pool in market.Pools)
            Assert.True(await chain.IsChainAsync(pool), $"{pool} is not where the chain has it");
    }

    private byte[] Swap(Address account, int weth) => MempoolCalls.V2(
        "swapExactTokensForTokens", MempoolChain.Units("WETH", weth), 1, account, chain.Token("WETH"), chain.Token("USDC"));

    private static async Task UntilAsync(Func<bool> isTrue, Task running)
    {
        for (int i = 0; !isTrue(); i++)
        {
            Assert.False(running.IsCompleted, running.Exception?.ToString());
            Assert.True(i < 18_000, "the stream did not tell");
            await Task.Delay(10);
        }
    }
}
