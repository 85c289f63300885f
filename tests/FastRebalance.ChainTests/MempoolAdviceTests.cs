using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.ChainTests;

/// <summary>
/// A rival acts by script, the advice is asked for while its call is pending, and the chain itself then tells what following it saved: the same
/// block is made with and without.
/// </summary>
public sealed class MempoolAdviceTests(MempoolChain chain, ITestOutputHelper output) : IClassFixture<MempoolChain>
{
    private const ulong Gwei = MempoolChain.Gwei;
    private const double Bps = 10_000;

    private static readonly MempoolOptions s_options = new() { BundleMissShare = 0 };

    /// <summary>Our own account here; the rivals are others.</summary>
    private Address Us => chain.Third;

    private UInt256 OurAmount => MempoolChain.Units("WETH", 5);

    [Fact]
    public async Task Advise_SwapTowardsUsPending_FiresBehindItAndGainsWhatItSaid()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        byte[] theirs = Buy(MempoolChain.Units("USDC", 150_000));
        UInt256 alone = await OutcomeAsync((Us, Sell(1), 5));
        UInt256 behind = await OutcomeAsync((chain.Rival, theirs, 9), (Us, Sell(1), 5));

        Hash32 hash = await chain.PostAsync(chain.Rival, chain.V2Router, theirs, 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        MempoolAdvice advice = Advise(market, pending, Order(market) with { CanBundle = true, DelayBpsPerBlock = 1, TipWei = 20 * Gwei, NotionalNumeraire = 12_500 });

        double gained = ((double)behind / (double)alone - 1) * Bps;
        output.WriteLine($"alone {alone}, behind {behind}: {gained:0.00} bp; {advice}");
        Assert.Equal((MempoolAction.FireBehind, AdviceReason.FavourableSwap, hash), (advice.Action, advice.Reason, advice.Behind));
        Assert.InRange(gained, 100, 2_000);
        Assert.Equal(gained, -advice.ExpectedCostBps, 1e-6);
        Assert.True(advice.SavedBps > 0);
        Assert.Equal(advice.SavedBps / Bps * 12_500, advice.SavedNumeraire, 9);
    }

    [Fact]
    public async Task Advise_SwapAwayFromUsPaysMore_SpeedsUpAndSavesTheFill()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        UInt256 fair = Quote(market);
        UInt256 limit = fair * 995 / 1000;
        byte[] theirs = SellBy(chain.Rival, MempoolChain.Units("WETH", 60));
        UInt256 behind = await OutcomeAsync((chain.Rival, theirs, 9), (Us, Sell(limit), 5));
        UInt256 before = await OutcomeAsync((chain.Rival, theirs, 9), (Us, Sell(limit), 15));

        await chain.PostAsync(chain.Rival, chain.V2Router, theirs, 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        MempoolAdvice advice = Advise(market, pending, Order(market, limit) with { TipWei = 5 * Gwei, DelayBpsPerBlock = 10, RevertBps = 20, SpeedUpBps = 3, IsLive = true });
        output.WriteLine($"behind {behind}, before {before}; {advice}");
        Assert.Equal((MempoolAction.SpeedUp, AdviceReason.OutTipped), (advice.Action, advice.Reason));
        Assert.Equal((UInt256)(9 * Gwei), advice.TipToBeatWei);

        // Both scenarios by tip and the adverse one put the rival first: there the limit fails, as it does on the chain.
        Assert.Equal(0.9, advice.FailShare, 9);
        Assert.True(behind.IsZero);
        Assert.Equal(fair, before);
        Assert.True(advice.SavedBps > 20);
    }

    [Fact]
    public async Task Advise_OurTipStandsBeforeTheRival_FiresNow()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        await chain.PostAsync(chain.Rival, chain.V2Router, SellBy(chain.Rival, MempoolChain.Units("WETH", 60)), 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        MempoolAdvice advice = Advise(market, pending, Order(market) with { TipWei = 15 * Gwei, DelayBpsPerBlock = 500, SpeedUpBps = 1e4, IsUrgent = true });

        Assert.Equal(MempoolAction.FireNow, advice.Action);
        Assert.Equal(0, advice.FailShare);
    }

    [Fact]
    public async Task Advise_LimitFailsInTooManyScenarios_NeverFires()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        UInt256 limit = Quote(market) * 995 / 1000;
        await chain.PostAsync(chain.Rival, chain.V2Router, SellBy(chain.Rival, MempoolChain.Units("WETH", 60)), 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);

        // Waiting is made so dear that only the rule itself stands against firing.
        OrderView order = Order(market, limit) with { TipWei = 5 * Gwei, DelayBpsPerBlock = 100_000, SpeedUpBps = 1e9, IsUrgent = true };
        MempoolAdvice advice = Advise(market, pending, order);
        Assert.True(advice.FailShare > s_options.MaxFailShare);
        Assert.Equal((MempoolAction.Wait, AdviceReason.LimitAtRisk), (advice.Action, advice.Reason));
        Assert.Equal(MempoolAction.FireNow, Advise(market, pending, order with { TakesPartialFill = true }).Action);
    }

    [Fact]
    public async Task Advise_OthersRestoreOurWeights_WaitsAndTheChainIsInsideTheBand()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        PoolId pair = Pair(market).Id;
        double rate = Pair(market).SpotRate(chain.Asset("WETH"), chain.Asset("USDC"));

        // Half and half at a price one part in a hundred lower: the rival's sale brings it there.
        double wethUnits = 100e18, usdcUnits = wethUnits * rate * 0.97;
        PortfolioWeights weights = new(
            chain.Asset("USDC"), [chain.Asset("WETH"), chain.Asset("USDC")], [wethUnits, usdcUnits], [0.5, 0.5], [pair, PoolId.None]);
        PoolOverlay now = new(market, new PositionBook(market));
        double driftBefore = now.Drift(weights);
        Hash32 hash = await chain.PostAsync(chain.Rival, chain.V2Router, SellBy(chain.Rival, MempoolChain.Units("WETH", 18)), 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        OrderView order = Order(market) with { TipWei = 5 * Gwei, Weights = weights, Band = 0.004, TradeCostBps = 37, NotionalNumeraire = 10_000 };
        MempoolAdvice advice = Advise(market, pending, order);
        MempoolAdvice live = Advise(market, pending, order with { IsLive = true });

        await chain.Market.MineAsync();
        Assert.True((await chain.Market.ReceiptAsync(hash)).Succeeded);
        MempoolMarket after = await chain.ReadMarketAsync();
        double driftAfter = new PoolOverlay(after, new PositionBook(after)).Drift(weights);
        output.WriteLine($"drift {driftBefore:0.00000} to {driftAfter:0.00000}; {advice}");
        Assert.Equal((MempoolAction.Wait, AdviceReason.WeightsRestored, 37.0, 37.0), (advice.Action, advice.Reason, advice.SavedBps, advice.SavedNumeraire));
        Assert.Equal(MempoolAction.Cancel, live.Action);
        Assert.True(driftBefore > 0.004);
        Assert.True(driftAfter < 0.004);
        Assert.Equal(driftAfter, advice.DriftAfter, 1e-12);
    }

    [Fact]
    public async Task Advise_ExecutorIsAboutToBePaused_ReroutesAndTheOldRouteWouldHaveFailed()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        ExecutorLeg leg = chain.Market.Leg(ExecutorVenue.UniswapV2, "WETH", "USDC", MempoolChain.Units("WETH", 1), 1);
        byte[] exec = ExecutorCalls.Exec(chain.Market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg]);
        Hash32 pause = await chain.PostAsync(chain.Market.Guardian, chain.Market.Executor, ExecutorCalls.Pause(), 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        MempoolAdvice advice = Advise(market, pending, Order(market) with { RevertBps = 4, DelayBpsPerBlock = 3 });
        Hash32 run = await chain.PostAsync(chain.Market.Caller, chain.Market.Executor, exec, 5 * Gwei);
        await chain.Market.MineAsync();

        Assert.Equal((MempoolAction.Reroute, AdviceReason.RouteChange, pause, 7.0), (advice.Action, advice.Reason, advice.Behind, advice.SavedBps));
        Assert.True((await chain.Market.ReceiptAsync(pause)).Succeeded);
        Assert.False((await chain.Market.ReceiptAsync(run)).Succeeded);
    }

    [Fact]
    public async Task Advise_LiquidityOfOurRouteLeaves_ReroutesForThatRouteAlone()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        byte[] remove = MempoolCalls.V2Remove(chain.Token("WETH"), chain.Token("USDC"), UInt256.PowerOfTen(12), chain.Market.Deployer.Account);
        (await chain.Market.SendAsync(chain.Market.Deployer.Account, Pair(market).Address, Erc20.Approve(chain.V2Router, UInt256.MaxValue)).WithMining(chain)).MustSucceed();
        await chain.PostAsync(chain.Market.Deployer.Account, chain.V2Router, remove, 9 * Gwei);
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        OrderView ours = Order(market);
        OrderLeg elsewhere = ours.Legs[0] with { Pool0 = MempoolChain.PoolOf(market, chain.Market.Pool("uniswap-v3", "WETH", "USDC", 3000)).Id };

        Assert.Equal((MempoolAction.Reroute, Pair(market).Id), (Advise(market, pending, ours).Action, Advise(market, pending, ours).Pool));
        Assert.Equal(MempoolAction.FireNow, Advise(market, pending, ours with { Legs = [elsewhere], DelayBpsPerBlock = 1 }).Action);
    }

    [Fact]
    public async Task Advise_OwnTransactionThatNobodyKnows_Halts()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        Hash32 known = await chain.PostAsync(Us, chain.V2Router, Sell(1), 5 * Gwei);
        MempoolWatch watch = new(market, [Us], s_options);
        watch.ExpectOwn(in known);
        foreach (NodeTransaction body in await chain.PendingAsync())
            Assert.Equal(PendingStatus.Added, watch.OnPending(body, MonotonicClock.NowNs));
        Assert.Equal(MempoolAction.FireNow, watch.Advise(Order(market) with { DelayBpsPerBlock = 1 }).Action);

        Hash32 stolen = await chain.PostAsync(Us, chain.V2Router, Sell(2), 6 * Gwei, ahead: 1);
        NodeTransaction second = (await chain.PendingAsync()).Single(body => body.Hash == stolen);
        Assert.Equal(PendingStatus.UnknownOwnTransaction, watch.OnPending(second, MonotonicClock.NowNs));
        MempoolAdvice advice = watch.Advise(Order(market));
        Assert.Equal((MempoolAction.Halt, AdviceReason.UnknownOwn, stolen), (advice.Action, advice.Reason, advice.Behind));
        Assert.Equal(1, watch.Metrics.UnknownOwn);
    }

    [Fact]
    public async Task Advise_PoolLagsTheReference_HoldsAndTheArbitrageBringsThePrice()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        double rate = Pair(market).SpotRate(chain.Asset("WETH"), chain.Asset("USDC"));
        PendingPool pending = await chain.PoolPendingAsync(market, Us);
        OrderView order = Order(market) with { ReferenceRates = [rate * 1.012], DelayBpsPerBlock = 1 };
        MempoolAdvice held = Advise(market, pending, order);
        Assert.Equal((MempoolAction.Hold, AdviceReason.LaggingPool, Pair(market).Id), (held.Action, held.Reason, held.Pool));
        Assert.Equal((1 - 1 / 1.012) * Bps, held.SavedBps, 6);

        // Somebody buys until the pair stands at the reference: what was held back now brings as much more.
        UInt256 before = Quote(market);
        double reserve = (double)(Pair(market).Asset0 == chain.Asset("USDC") ? Pair(market).Reserve0 : Pair(market).Reserve1);
        UInt256 arbitrage = MempoolChain.Units("USDC", reserve / 1e6 * (Math.Sqrt(1.012) - 1));
        (await chain.Market.SendAsync(chain.Rival, chain.V2Router, Buy(arbitrage))).MustSucceed();
        MempoolMarket after = await chain.ReadMarketAsync(Us);
        double gained = ((double)Quote(after) / (double)before - 1) * Bps;
        output.WriteLine($"held {held.SavedBps:0.0} bp, gained {gained:0.0} bp");
        Assert.InRange(gained, 110, 125);
        Assert.Equal(MempoolAction.FireNow, Advise(after, pending, order with { ReferenceRates = [rate * 1.012] }).Action);
    }

    [Fact]
    public async Task Advise_FeeCapUnderTheNextBaseFee_SpeedsUp()
    {
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        PendingPool pending = new(new PendingPoolOptions(), []);
        pending.OnBlock(7, NextBaseFee.After(20 * Gwei, 30_000_000, 30_000_000), 30_000_000, []);
        MempoolAdvisor advisor = new(market, new PositionBook(market), s_options);
        AdviceFacts facts = new(20 * Gwei, 0, default, false);
        Assert.Equal((UInt256)(22_500_000_000UL), pending.NextBaseFeeWei);
        MempoolAdvice live = advisor.Advise(Order(market) with { IsLive = true, MaxFeeWei = 22 * Gwei, DelayBpsPerBlock = 2 }, pending, in facts);
        Assert.Equal((MempoolAction.SpeedUp, AdviceReason.BaseFeeSpike, 2.0), (live.Action, live.Reason, live.SavedBps));
        Assert.Equal((MempoolAction.Hold, AdviceReason.BaseFeeSpike), (advisor.Advise(Order(market), pending, in facts) is { } idle ? (idle.Action, idle.Reason) : default));
        Assert.Equal(MempoolAction.FireNow, advisor.Advise(Order(market) with { IsUrgent = true, DelayBpsPerBlock = 1 }, pending, in facts).Action);
    }

    [Fact]
    public async Task After_EveryBlockOfTheChain_IsTheNextBlocksBaseFee()
    {
        ulong newest = await chain.Node.BlockNumberAsync();
        BlockHeader before = (await chain.Node.BlockAsync(1))!;
        int compared = 0;
        for (ulong number = 2; number <= newest; number++)
        {
            BlockHeader next = (await chain.Node.BlockAsync(number))!;
            Assert.Equal((UInt256)next.BaseFeePerGasWei, NextBaseFee.After(before.BaseFeePerGasWei, before.GasUsed, before.GasLimit));
            before = next;
            compared++;
        }
        output.WriteLine($"{compared} blocks");
        Assert.True(compared > 20);
    }

    [Fact]
    public async Task OnBlock_SandwichAroundOurs_IsSeenComingAndItsCostIsTheChains()
    {
        await using IAsyncDisposable restore = await chain.Market.RestoreAfterwardsAsync();
        await chain.Market.AutomineAsync(false);
        MempoolMarket market = await chain.ReadMarketAsync(Us);
        UInt256 alone = await OutcomeAsync((Us, Sell(1), 5));
        MempoolWatch watch = new(market, [Us], s_options);
        watch.OnPoolsRead((await chain.Node.BlockAsync(BlockRef.Latest))!);

        Hash32 ours = await chain.PostAsync(Us, chain.V2Router, Sell(1), 5 * Gwei);
        OrderView order = Order(market) with { Hash = ours, IsLive = true, TipWei = 5 * Gwei };
        watch.ExpectOwn(in ours);
        watch.Ask(order);
        await FeedAsync(watch, ours);
        Assert.NotEqual(MempoolAction.GoPrivate, watch.Published.Advice!.Action);
        Hash32 front = await chain.PostAsync(chain.Rival, chain.V2Router, SellBy(chain.Rival, MempoolChain.Units("WETH", 40)), 9 * Gwei);
        await FeedAsync(watch, front);
        Assert.Equal((MempoolAction.GoPrivate, AdviceReason.Sandwich, front), (watch.Published.Advice!.Action, watch.Published.Advice.Reason, watch.Published.Advice.Behind));
        Hash32 back = await chain.PostAsync(chain.Rival, chain.V2Router, Buy(MempoolChain.Units("USDC", 90_000)), 2 * Gwei, ahead: 1);
        await FeedAsync(watch, back);
        Assert.Equal((front, back), (watch.Sandwiches.FrontRunner, watch.Sandwiches.BackRunner));

        // The node makes its block in the order of arrival; a builder makes it by tips.
        await chain.Node.InvokeAsync("anvil_dropAllTransactions");
        Assert.Equal(front, await chain.PostAsync(chain.Rival, chain.V2Router, SellBy(chain.Rival, MempoolChain.Units("WETH", 40)), 9 * Gwei));
        Assert.Equal(ours, await chain.PostAsync(Us, chain.V2Router, Sell(1), 5 * Gwei));
        Assert.Equal(back, await chain.PostAsync(chain.Rival, chain.V2Router, Buy(MempoolChain.Units("USDC", 90_000)), 2 * Gwei, ahead: 1));
        await chain.Market.MineAsync();
        BlockView block = await BlockAsync(market);
        Assert.Equal([front, ours, back], block.Transactions.Select(transaction => transaction.Hash));
        watch.OnBlock(block);
        PostMortem found = Assert.Single(watch.PostMortems);
        output.WriteLine($"{found}");
        Assert.True(found.IsSandwich);
        Assert.True(found.IsExact);
        Assert.Equal((chain.Rival, front, back), (found.Searcher, found.Before, found.After));
        Assert.Equal(alone, found.OutAtFirst);
        UInt256 got = OurOut(await chain.Market.ReceiptAsync(ours));
        Assert.Equal(got, found.AmountOut);
        Assert.Equal((1 - (double)got / (double)alone) * Bps, found.CostBps, 6);
        Assert.InRange(found.CostBps, 50, 2_000);

        // Everything in the block was seen and predicted: prices came out to the unit.
        MempoolFigures figures = watch.Metrics;
        Assert.Equal((1, 1L, 1L, 1L), (figures.LastCoverage, figures.SandwichAttempts, figures.SandwichesRealised, figures.ExactReplays));
        Assert.True(figures.PricePredictions >= 1);
        Assert.Equal(0, figures.WorstPriceErrorBps);
        Assert.InRange(figures.BrierScore, 0, 0.25);
    }

    private async Task FeedAsync(MempoolWatch watch, Hash32 hash) =>
        watch.OnPending((await chain.PendingAsync()).Single(body => body.Hash == hash), MonotonicClock.NowNs);

    private async Task<BlockView> BlockAsync(MempoolMarket market)
    {
        BlockHeader header = (await chain.Node.BlockAsync(BlockRef.Latest))!;
        MinedTransaction[] transactions = NodeJson.Transactions(await chain.Node.InvokeAsync("eth_getBlockByNumber", writer =>
        {
            writer.WriteStringValue("latest"u8);
            writer.WriteBooleanValue(true);
        }));
        return new BlockView(header, transactions, await chain.Node.LogsAsync(header.Hash, [.. market.Pools.SelectMany(pool => pool.LogSources).Distinct()]));
    }

    private static MempoolAdvice Advise(MempoolMarket market, PendingPool pending, OrderView order) =>
        new MempoolAdvisor(market, new PositionBook(market), s_options).Advise(order, pending, default);

    private UniswapV2Pool Pair(MempoolMarket market) => (UniswapV2Pool)MempoolChain.PoolOf(market, chain.Market.Pool("uniswap-v2", "WETH", "USDC", 3000));

    private UInt256 Quote(MempoolMarket market)
    {
        Assert.Equal(QuoteStatus.Exact, Pair(market).QuoteExactIn(chain.Asset("WETH"), OurAmount, out SwapQuote quote));
        return quote.AmountOut;
    }

    /// <summary>WETH sold for USDC on the V2 pair.</summary>
    private OrderView Order(MempoolMarket market, UInt256? limit = null) => new()
    {
        Legs =
        [
            new OrderLeg
            {
                Sell = chain.Asset("WETH"), Buy = chain.Asset("USDC"), AmountIn = OurAmount, ExpectedOut = Quote(market), MinimumOut = limit ?? 1,
                Pool0 = Pair(market).Id,
            },
        ],
    };

    private byte[] Sell(UInt256 limit) => MempoolCalls.V2("swapExactTokensForTokens", OurAmount, limit, Us, chain.Token("WETH"), chain.Token("USDC"));

    private byte[] SellBy(Address account, UInt256 amount) =>
        MempoolCalls.V2("swapExactTokensForTokens", amount, 1, account, chain.Token("WETH"), chain.Token("USDC"));

    private byte[] Buy(UInt256 usdc) => MempoolCalls.V2("swapExactTokensForTokens", usdc, 1, chain.Rival, chain.Token("USDC"), chain.Token("WETH"));

    /// <summary>What our call brings in a block of these by their tips; 0 where it reverts. The chain is put back.</summary>
    private async Task<UInt256> OutcomeAsync(params (Address From, byte[] Data, ulong TipGwei)[] calls)
    {
        string snapshot = (await chain.Node.InvokeAsync("evm_snapshot")).GetString()!;
        Hash32 ours = default;
        foreach ((Address from, byte[] data, ulong tip) in calls.OrderByDescending(call => call.TipGwei))
        {
            Hash32 hash = await chain.PostAsync(from, chain.V2Router, data, tip * Gwei); // the node's order is that of arrival
            ours = from == Us ? hash : ours;
        }
        await chain.Market.MineAsync();
        UInt256 got = OurOut(await chain.Market.ReceiptAsync(ours));
        await chain.Node.InvokeAsync("anvil_dropAllTransactions");
        await chain.Node.InvokeAsync("evm_revert", writer => writer.WriteStringValue(snapshot));
        return got;
    }

    /// <summary>USDC that reached us, by its token's log.</summary>
    private UInt256 OurOut(Receipt receipt) => receipt.Logs
        .Where(log => log.Address == chain.Token("USDC") && log.Topics.Length == 3 && new Address(log.Topics[2].Span[12..]) == Us)
        .Select(log => UInt256.ReadBigEndian(log.Data)).LastOrDefault();
}

internal static class MiningExtensions
{
    /// <summary>Mines while something waits for its receipt, where blocks are made by hand.</summary>
    public static async Task<ExecutorRun> WithMining(this Task<ExecutorRun> sending, MempoolChain chain)
    {
        while (await Task.WhenAny(sending, Task.Delay(50)) != sending)
            await chain.Market.MineAsync();
        return await sending;
    }
}
