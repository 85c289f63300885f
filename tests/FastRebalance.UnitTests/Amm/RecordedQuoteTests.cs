using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Amm;

/// <summary>Pool states recorded on public chains, with what the contracts answered on them: equal to the last unit.</summary>
public class RecordedQuoteTests(ITestOutputHelper output)
{
    [Fact]
    public void QuoteExactIn_UniswapV3WbtcWethOnMainnet_EqualsTheQuoter()
    {
        using JsonDocument state = Read("fixtures", "chain_data", "1", "uniswap_v3_wbtc_weth_block_24407242.json");
        JsonElement scalars = state.RootElement.GetProperty("scalars");
        UniswapV3Pool pool = PoolMaker.V3FromRecord(
            scalars, state.RootElement.GetProperty("tick_data"),
            scalars.GetProperty("fee").GetUInt32(), scalars.GetProperty("tick_spacing").GetInt32());
        using JsonDocument answers = Read(
            "golden", "tests", "uniswap", "v3", "test_uniswap_v3_onchain_parity", "test_cached_calculations_v3_wbtc_weth.json");

        int exactIn = Compare(pool, answers, "quoteExactInputSingle", "WBTC->WETH", "WETH->WBTC");
        Assert.Equal(40, exactIn);
    }

    [Fact]
    public void QuoteExactIn_PancakeV2WethUsdbcOnBase_EqualsTheRouter()
    {
        using JsonDocument state = Read("fixtures", "chain_data", "8453", "pancakeswap_v2_weth_usdbc_block_46875151.json");
        JsonElement root = state.RootElement;
        uint feePips = root.GetProperty("fee_numer").GetUInt32() * (PoolFacts.PipsPerUnit / root.GetProperty("fee_denom").GetUInt32());
        UniswapV2Pool pool = PoolMaker.V2(PoolMaker.Number(root, "reserves_token0"), PoolMaker.Number(root, "reserves_token1"), feePips);
        using JsonDocument answers = Read(
            "golden", "tests", "pancakeswap", "test_pancakeswap_v2_onchain_parity", "test_pancakeswap_v2_router_get_amounts_out.json");

        Assert.Equal(24, Compare(pool, answers, "getAmountsOut", "WETH->USDbC", "USDbC->WETH"));
    }

    /// <summary>The hops are another implementation's, except where the record says that the chain itself paid another amount.</summary>
    [Theory]
    [InlineData("path5000_v2v4v3_block25704509.json", 0, "v2_0")]
    [InlineData("path5000_v2v4v3_block25704509.json", 2, "v3_2")]
    [InlineData("path110302_v3v4v2_block25711761.json", 0, "v3_0")]
    [InlineData("path110302_v3v4v2_block25711761.json", 2, "v2_2", "v2_actual")]
    public void QuoteExactIn_HopOfRecordedPath_EqualsTheRecord(string file, int hop, string name, string? paidOnChain = null)
    {
        using JsonDocument record = Read("fixtures", file);
        JsonElement solve = record.RootElement.GetProperty("recorded_solve");
        JsonElement outputs = solve.GetProperty("hop_outputs");
        UInt256 amountIn = hop == 0 ? PoolMaker.Number(solve, "optimal_input") : PoolMaker.Number(outputs[hop - 1]);
        bool sellsAsset0 = record.RootElement.GetProperty("path")[hop].GetProperty("zero_for_one").GetBoolean();
        Pool pool = PoolOfPath(record.RootElement.GetProperty("pools").GetProperty(name));

        QuoteStatus status = pool.QuoteExactIn(sellsAsset0 ? pool.Asset0 : pool.Asset1, amountIn, out SwapQuote quote);

        Assert.Equal(QuoteStatus.Exact, status);
        Assert.Equal(PoolMaker.Number(paidOnChain is null ? outputs[hop] : solve.GetProperty(paidOnChain)), quote.AmountOut);
    }

    private static Pool PoolOfPath(JsonElement record) => record.TryGetProperty("reserve0", out _)
        ? PoolMaker.V2(PoolMaker.Number(record, "reserve0"), PoolMaker.Number(record, "reserve1"))
        : PoolMaker.V3FromRecord(
            record, record.GetProperty("tick_data"),
            record.GetProperty("fee_token0").GetUInt32(), record.GetProperty("tick_spacing").GetInt32());

    private int Compare(Pool pool, JsonDocument answers, string function, string sells0, string sells1)
    {
        int compared = 0;
        foreach (JsonProperty entry in answers.RootElement.GetProperty("entries").EnumerateObject())
        {
            // address | function | direction | amount
            string[] parts = entry.Name.Split('|');
            if (parts[1] != function)
                continue;
            Assert.Contains(parts[2], new[] { sells0, sells1 });
            UInt256 expected = PoolMaker.Number(entry.Value, "value");
            QuoteStatus status = pool.QuoteExactIn(
                parts[2] == sells0 ? pool.Asset0 : pool.Asset1, UInt256.Parse(parts[3]), out SwapQuote quote);

            Assert.True(expected == quote.AmountOut, $"{entry.Name}: recorded {expected}, quoted {quote.AmountOut} ({status})");
            Assert.Equal(expected.IsZero, status == QuoteStatus.ZeroOutput);
            compared++;
        }
        output.WriteLine($"{pool.Kind}: {compared} recorded quotes equal");
        return compared;
    }

    private static JsonDocument Read(params string[] parts) =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.PathOf(["vectors", "amm", .. parts])));
}
