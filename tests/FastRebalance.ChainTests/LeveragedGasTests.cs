using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.ChainTests;

/// <summary>What leveraged baskets cost, measured on the node and held against the table that is checked in beside the contracts.</summary>
public sealed class LeveragedGasTests(LeveragedMarket market) : IClassFixture<LeveragedMarket>
{
    // Fixed, so that the same numbers of zero bytes are paid for whatever ran before.
    private static readonly UInt256 Decision = 0x1234_5678_9abc_de01UL;

    [Fact]
    public async Task ExecLeveraged_UpAndDownWithALoanAndWithout_CostsWhatTheTableSays()
    {
        List<(string Basket, ulong Gas, ulong Declared)> measured = [];
        foreach ((string name, string sell, string buy, double amount, double debt, double price, int loans) in new[]
        {
            ("more leverage: debt taken out first", "USDC", "WETH", 5_000.0, 10_000.0, 1.0, 0),
            ("more leverage: lent for the trade", "USDC", "WETH", 16_000.0, 10_000.0, 1.0, 1),
            ("less leverage: collateral taken out first", "WETH", "USDC", 2.0, 10_000.0, 1.0, 0),
            ("less leverage: lent for the trade", "WETH", "USDC", 2.0, 18_000.0, 0.91, 1),
        })
        {
            ulong gas = await GasAsync(sell, buy, amount, debt, price, loans, declares: false);
            measured.Add((name, gas, await GasAsync(sell, buy, amount, debt, price, loans, declares: true)));
        }
        await GasTable.HoldSecondAsync(
            """
            One leg on Uniswap V3 each, measured by `LeveragedGasTests` against Aave V3 as published: what is lent for the trade includes the refusal
            of taking it out before.


            """.ReplaceLineEndings("\n") + GasTable.Rows(measured));
    }

    private async Task<ulong> GasAsync(string sell, string buy, double amount, double debt, double price, int loans, bool declares)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await market.BorrowAsync("USDC", market.Units("USDC", debt));
        // Both ways once before: allowances that stand, slots that are there, a pool that was traded on.
        (await market.TradeAsync("USDC", "WETH", market.Units("USDC", 200))).MustSucceed();
        (await market.TradeAsync("WETH", "USDC", market.Units("WETH", 0.1))).MustSucceed();
        await market.MovePriceAsync("WETH", price);
        UInt256 units = market.Units(sell, amount);
        byte[] data = market.Call([market.Leg(sell, buy, units)], [market.Entry(sell, units), market.Entry(buy)], decision: Decision);
        AccessListEntry[] declared = [];
        if (declares)
        {
            TouchedState? touched = await market.Node.TouchedStateAsync(market.Caller, market.Executor, data, BlockRef.Latest);
            Assert.Null(touched!.Failure);
            declared = AccessLists.Worth(touched.Entries, market.Executor).Entries;
        }
        ExecutorRun run = (await market.SendAsync(market.Caller, market.Executor, data, 12, declared)).MustSucceed();
        Assert.Equal(loans, market.Moved(run).Loans);
        return run.Gas;
    }
}
