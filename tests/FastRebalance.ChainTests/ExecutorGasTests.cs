using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;
using FastRebalance.Native;

namespace FastRebalance.ChainTests;

/// <summary>What baskets cost, measured on the node and held against the table that is checked in beside the contract.</summary>
public sealed class ExecutorGasTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);

    // Fixed, so that the same numbers of zero bytes are paid for whatever ran before.
    private static readonly UInt256 Decision = 0x1234_5678_9abc_de01UL;

    private ulong _time = 2_000_000_000;

    [Fact]
    public async Task Exec_EachVenue_CostsWhatTheTableSays()
    {
        List<(string Basket, ulong Gas, ulong Declared)> measured = [];
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        await market.SendAsync(market.Vault, market.Weth, Erc20.Approve(ExecutorMarket.Permit2, UInt256.MaxValue));
        await market.SendAsync(market.Vault, ExecutorMarket.Permit2, Permit2.Approve(market.Weth, market.Executor, Permit2.Unlimited, Permit2.Never));
        foreach ((string name, Address target, byte[] data, ExecutorLeg[] pools) in await BasketsAsync())
            measured.Add((name, await GasAsync(target, data, pools, declares: false), await GasAsync(target, data, pools, declares: true)));

        await GasTable.HoldFirstAsync(Write(measured));
        Assert.All(measured, row => Assert.True(row.Declared <= row.Gas, $"{row.Basket}: {row.Declared} with what it touches declared, {row.Gas} without"));
    }

    private async Task<List<(string Name, Address Target, byte[] Data, ExecutorLeg[] Pools)>> BasketsAsync()
    {
        List<(string, Address, byte[], ExecutorLeg[])> baskets = [];
        ExecutorLeg Leg(ExecutorVenue venue, string sell = "WETH", string buy = "USDC", ulong limit = 1) => market.Leg(
            venue, sell, buy, sell == "WETH" ? OneEther : UInt256.MaxValue, limit);
        void Add(string name, params ExecutorLeg[] legs) =>
            baskets.Add((name, market.Executor, ExecutorCalls.Exec(Decision, ExecutorMarket.Far, ExecutorMarket.Far, legs), legs));

        ExecutorLeg v3 = Leg(ExecutorVenue.UniswapV3);
        Add("Uniswap V2", Leg(ExecutorVenue.UniswapV2));
        Add("Uniswap V3", v3);
        Add("Uniswap V4", Leg(ExecutorVenue.UniswapV4));
        Add("Uniswap V4, the chain's own coin", Leg(ExecutorVenue.UniswapV4) with
        {
            FeePips = market.V4Native.Fee, TickSpacing = market.V4Native.Spacing, Flags = ExecutorLegFlags.Native,
        });
        Add("Balancer V2, weighted", Leg(ExecutorVenue.BalancerV2));
        Add("V3, then V3 (a chain of two)", v3 with { LimitPriceX96 = 0 }, Leg(ExecutorVenue.UniswapV3, "USDC", "WBTC") with { Flags = ExecutorLegFlags.Chained });
        Add("V2 and V3 and V4 and Balancer, WETH to USDC", Leg(ExecutorVenue.UniswapV2), v3, Leg(ExecutorVenue.UniswapV4), Leg(ExecutorVenue.BalancerV2));
        Add("Uniswap V3, through Permit2", v3 with { Flags = ExecutorLegFlags.Permit2 });
        baskets.Add(("Uniswap V3, under a signed intent", market.Executor, await FillAsync(v3), [v3]));
        baskets.Add(("Uniswap V3, with a goal of three assets", market.Executor, WithGoal(v3), [v3]));
        byte[] swap = UniswapCalls.SwapV3(market.Weth, market.Usdc, 3000, OneEther, UInt256.Zero, market.Vault);
        baskets.Add(("for comparison: Uniswap's SwapRouter, the V3 pool alone", market.Chain.Manifest.Contract("uniswapV3SwapRouter"), swap, [v3]));
        await market.SendAsync(market.Caller, market.Weth, Erc20.Approve(market.Chain.Manifest.Contract("uniswapV3SwapRouter"), UInt256.MaxValue));
        await market.SendAsync(market.Vault, market.Weth, Erc20.Transfer(market.Caller, OneEther * 10));
        return baskets;
    }

    private async Task<byte[]> FillAsync(ExecutorLeg leg)
    {
        ExecutorIntent intent = new(1, 0, ExecutorMarket.Far, [new ExecutorLimit(leg.TokenIn, leg.TokenOut, OneEther * 1_000, 0, 1)]);
        Hash32 digest = new(await market.CallAsync(market.Executor, ExecutorCalls.DigestOf(intent)));
        Signature signature = market.Desk.SignDigest(in digest);
        return ExecutorCalls.Fill(
            Decision, ExecutorMarket.Far, ExecutorMarket.Far, [leg], default, intent, [.. signature.Span[..64], (byte)(27 + signature.YParity)]);
    }

    private byte[] WithGoal(ExecutorLeg leg)
    {
        // All to USDC: whatever is sold for it comes closer.
        ExecutorWeight[] weights = [.. new[] { market.Weth, market.Usdc, market.Wbtc }.OrderBy(token => token.ToString(), StringComparer.Ordinal)
            .Select(token => new ExecutorWeight(token, UInt256.One << (token == market.Usdc ? 96 : token == market.Weth ? 67 : 105), token == market.Usdc ? OneEther : 0))];
        return ExecutorCalls.Exec(Decision, ExecutorMarket.Far, ExecutorMarket.Far, [leg], new ExecutorGoal(OneEther / 1_000, weights));
    }

    private async Task<ulong> GasAsync(Address target, byte[] data, ExecutorLeg[] pools, bool declares)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        // Two swaps in each pool long before, a while apart: a pair's first one after a while writes its oracle, the very first at the price of
        // new slots.
        for (int round = 0; round < 2; round++)
            foreach (ExecutorLeg leg in pools)
            {
                await NextBlockAtAsync(_time += 1_000_000);
                ExecutorLeg alone = leg with
                {
                    Flags = leg.Flags & ExecutorLegFlags.Native, LimitPriceX96 = 1, MaxIn = leg.MaxIn == UInt256.MaxValue ? 1_000_000UL : leg.MaxIn,
                };
                (await market.SendAsync(market.Caller, market.Executor, ExecutorCalls.Exec(market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [alone])))
                    .MustSucceed();
            }
        await NextBlockAtAsync(_time += 1_000_000);
        await market.MineAsync();
        await NextBlockAtAsync(_time += 12);
        AccessListEntry[] declared = [];
        if (declares)
        {
            TouchedState? touched = await market.Node.TouchedStateAsync(market.Caller, target, data, BlockRef.Latest);
            Assert.Null(touched!.Failure);
            declared = AccessLists.Worth(touched.Entries, target).Entries;
            Assert.NotEmpty(declared);
        }
        Hash32 hash = await GasTable.PostAsync(market.Node, market.Caller, target, data, 3_000_000, declared);
        Receipt receipt = await market.ReceiptAsync(hash);
        Assert.True(receipt.Succeeded, $"{target}: {Hex.Encode(data)} reverted after {receipt.GasUsed} gas");
        return receipt.GasUsed;
    }

    private Task NextBlockAtAsync(ulong seconds) =>
        market.Node.InvokeAsync("evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(seconds));

    private static string Write(List<(string Basket, ulong Gas, ulong Declared)> measured)
    {
        StringBuilder text = new();
        text.AppendLine("# What a basket costs");
        text.AppendLine();
        text.AppendLine("Gas of the whole transaction, the executor called by an account that it trusts, plain allowances and no goal where");
        text.AppendLine("nothing else is said. Measured by `ExecutorGasTests` on the local chain with the published bytecode of every protocol; the test fails where");
        text.AppendLine("this table is no longer true.");
        text.AppendLine();
        return text.ToString().ReplaceLineEndings("\n") + GasTable.Rows(measured);
    }
}
