using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>What baskets cost, measured on the node and held against the table that is checked in beside the contract.</summary>
public sealed class ExecutorGasTests(ExecutorMarket market) : IClassFixture<ExecutorMarket>
{
    private const string Accept = "FASTREBALANCE_ACCEPT_GAS";
    private static readonly UInt256 OneEther = UInt256.PowerOfTen(18);
    private static readonly string Table = Path.Combine(SharedFiles.Root, "src", "contracts", "gas.md");

    private ulong _time = 2_000_000_000;

    [Fact]
    public async Task Exec_EachVenue_CostsWhatTheTableSays()
    {
        List<(string Basket, ulong Gas, ulong Declared)> measured = [];
        foreach ((string name, ExecutorLeg[] legs) in Baskets())
            measured.Add((name, await GasAsync(legs, declares: false), await GasAsync(legs, declares: true)));

        string table = Write(measured);
        if (Environment.GetEnvironmentVariable(Accept) is not null)
            await File.WriteAllTextAsync(Table, table, TestContext.Current.CancellationToken);
        string expected = await File.ReadAllTextAsync(Table, TestContext.Current.CancellationToken);
        Assert.True(table == expected, $"the table {Table} does not say what was measured; look at it, and set {Accept}=1 once to write:\n{table}");
        Assert.All(measured, row => Assert.True(row.Declared <= row.Gas, $"{row.Basket}: {row.Declared} with what it touches declared, {row.Gas} without"));
    }

    private IEnumerable<(string Name, ExecutorLeg[] Legs)> Baskets()
    {
        ExecutorLeg Leg(ExecutorVenue venue, string sell = "WETH", string buy = "USDC", ulong limit = 1) => market.Leg(
            venue, sell, buy, sell == "WETH" ? OneEther : UInt256.MaxValue, limit);
        ExecutorLeg native = Leg(ExecutorVenue.UniswapV4) with { FeePips = market.V4Native.Fee, TickSpacing = market.V4Native.Spacing, Flags = ExecutorLegFlags.Native };
        yield return ("Uniswap V2", [Leg(ExecutorVenue.UniswapV2)]);
        yield return ("Uniswap V3", [Leg(ExecutorVenue.UniswapV3)]);
        yield return ("Uniswap V4", [Leg(ExecutorVenue.UniswapV4)]);
        yield return ("Uniswap V4, the chain's own coin", [native]);
        yield return ("Balancer V2, weighted", [Leg(ExecutorVenue.BalancerV2)]);
        yield return ("V3, then V3 (a chain of two)", [Leg(ExecutorVenue.UniswapV3, limit: 0), Leg(ExecutorVenue.UniswapV3, "USDC", "WBTC") with { Flags = ExecutorLegFlags.Chained }]);
        yield return ("V2 and V3 and V4 and Balancer, WETH to USDC", [Leg(ExecutorVenue.UniswapV2), Leg(ExecutorVenue.UniswapV3), Leg(ExecutorVenue.UniswapV4), Leg(ExecutorVenue.BalancerV2)]);
    }

    private async Task<ulong> GasAsync(ExecutorLeg[] legs, bool declares)
    {
        await using IAsyncDisposable restore = await market.RestoreAfterwardsAsync();
        // A swap in each pool long before: a pair's first one of a block writes its oracle, as on any chain that lives.
        foreach (ExecutorLeg leg in legs)
            await market.SendAsync(market.Caller, market.Executor, ExecutorCalls.Exec(
                market.NextDecision(), ExecutorMarket.Far, ExecutorMarket.Far, [leg with { Flags = leg.Flags & ~ExecutorLegFlags.Chained, LimitPriceX96 = 1, MaxIn = leg.MaxIn == UInt256.MaxValue ? 1_000_000 : leg.MaxIn }]));
        await market.Node.InvokeAsync("evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(_time += 1_000_000));
        await market.MineAsync();
        await market.Node.InvokeAsync("evm_setNextBlockTimestamp", writer => writer.WriteNumberValue(_time += 12));

        // Of a fixed length, so that the same numbers of zero bytes are paid for whatever ran before.
        byte[] data = ExecutorCalls.Exec(0x1234_5678_9abc_de01UL, ExecutorMarket.Far, ExecutorMarket.Far, legs);
        AccessListEntry[] declared = [];
        if (declares)
        {
            TouchedState? touched = await market.Node.TouchedStateAsync(market.Caller, market.Executor, data, BlockRef.Latest);
            Assert.Null(touched!.Failure);
            declared = AccessLists.Worth(touched.Entries, market.Executor).Entries;
            Assert.NotEmpty(declared);
        }
        Hash32 hash = await PostAsync(data, declared);
        Receipt receipt = await market.ReceiptAsync(hash);
        Assert.True(receipt.Succeeded);
        return receipt.GasUsed;
    }

    private async Task<Hash32> PostAsync(byte[] data, AccessListEntry[] declared) => Hash32.Parse((await market.Node.InvokeAsync("eth_sendTransaction", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, market.Caller.ToString());
        writer.WriteString("to"u8, market.Executor.ToString());
        writer.WriteString("input"u8, Hex.Encode(data));
        writer.WriteString("gas"u8, Hex.Quantity(3_000_000));
        writer.WriteStartArray("accessList"u8);
        foreach (AccessListEntry entry in declared)
        {
            writer.WriteStartObject();
            writer.WriteString("address"u8, entry.Address.ToString());
            writer.WriteStartArray("storageKeys"u8);
            foreach (Hash32 key in entry.StorageKeys.ToArray())
                writer.WriteStringValue(key.ToString());
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    })).GetString());

    private static string Write(List<(string Basket, ulong Gas, ulong Declared)> measured)
    {
        StringBuilder text = new();
        text.AppendLine("# What a basket costs");
        text.AppendLine();
        text.AppendLine("Gas of the whole transaction, the executor called by an account that it trusts, plain allowances, no goal. Measured by `ExecutorGasTests` on");
        text.AppendLine("the local chain with the published bytecode of every protocol; the test fails where this table is no longer true.");
        text.AppendLine();
        text.AppendLine("| basket | gas | with what it touches declared | saved |");
        text.AppendLine("|---|---|---|---|");
        foreach ((string basket, ulong gas, ulong declared) in measured)
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {basket} | {gas} | {declared} | {(double)(gas - declared) / gas:P2} |"));
        return text.ToString().ReplaceLineEndings("\n");
    }
}
