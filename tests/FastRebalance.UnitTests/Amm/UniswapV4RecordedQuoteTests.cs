using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Amm;

/// <summary>V4 pools as recorded on mainnet, with what the published quoter and the manager answered on them: equal to the last unit.</summary>
public class UniswapV4RecordedQuoteTests(ITestOutputHelper output)
{
    [Fact]
    public void Quotes_EthUsdcOnMainnet_EqualTheQuoterBothWays()
    {
        using JsonDocument state = Read("fixtures", "chain_data", "1", "uniswap_v4_eth_usdc_block_24407242.json");
        JsonElement root = state.RootElement;
        JsonElement scalars = root.GetProperty("scalars");
        UniswapV4Pool pool = PoolMaker.V4FromRecord(
            scalars, root.GetProperty("tick_data"), AddressOf(root.GetProperty("token0"), "address"), AddressOf(root.GetProperty("token1"), "address"),
            scalars.GetProperty("fee").GetUInt32(), scalars.GetProperty("tick_spacing").GetInt32(), protocolFee: 0);
        Assert.Equal(root.GetProperty("pool_id").GetString(), pool.KeyHash.ToString());
        using JsonDocument answers = Read(
            "golden", "tests", "uniswap", "v4", "test_uniswap_v4_onchain_parity", "test_cached_calculations_v4_eth_usdc.json");

        var counts = new SortedDictionary<string, int>();
        foreach (JsonProperty entry in answers.RootElement.GetProperty("entries").EnumerateObject())
        {
            // pool | function | direction | amount
            string[] parts = entry.Name.Split('|');
            bool isExactIn = parts[1] == "quoteExactInputSingle";
            (AssetId sell, AssetId buy) = parts[2] == "ETH->USDC" ? (pool.Asset0, pool.Asset1) : (pool.Asset1, pool.Asset0);
            UInt256 amount = UInt256.Parse(parts[3]);
            QuoteStatus status = isExactIn
                ? pool.QuoteExactIn(sell, buy, amount, out SwapQuote quote)
                : pool.QuoteExactOut(sell, buy, amount, out quote);
            if (entry.Value.TryGetProperty("reverted", out _))
                Assert.Equal(QuoteStatus.InsufficientLiquidity, status);
            else
            {
                UInt256 expected = PoolMaker.Number(entry.Value, "value");
                UInt256 answered = isExactIn ? quote.AmountOut : quote.AmountInUsed;
                Assert.True(expected == answered, $"{entry.Name}: recorded {expected}, quoted {answered} ({status})");
                Assert.Equal(expected.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact, status);
            }
            string what = $"{parts[1]} {status}";
            counts[what] = counts.GetValueOrDefault(what) + 1;
        }

        output.WriteLine(string.Join(", ", counts));
        Assert.Equal(88, counts.Values.Sum());
    }

    /// <summary>
    /// Hops of recorded arbitrage paths, with a protocol fee on top. What the chain paid, or, where the record has no such figure, what its
    /// own replay of the manager's code paid. In the last the pool runs out, and the swap found no one to sell the rest to.
    /// </summary>
    [Theory]
    [InlineData("v4_crossing_9a5c1d2f_block25673381.json", "v4", false, "3135", "772076574181336")]
    [InlineData("path73385_v4_block25706469.json", "v4", true, "85060245", "85097881")]
    [InlineData("path182449_v4v4v2_block25731019.json", "v4_a", false, "4820058343725384", "9079140")]
    [InlineData("path182449_v4v4v2_block25731019.json", "v4_b", true, "9079140", "9085365")]
    [InlineData("path110302_v3v4v2_block25711761.json", "v4", true, "58199277", "58233015")]
    [InlineData("path5000_v2v4v3_block25704509.json", "v4", false, "15351327867212777", "460882096151249", false)]
    public void QuoteExactIn_HopOfRecordedPath_EqualsTheRecord(string file, string name, bool sells0, string amountIn, string paid, bool isWhole = true)
    {
        using JsonDocument record = Read("fixtures", file);
        JsonElement state = record.RootElement.GetProperty("pools").GetProperty(name);
        UniswapV4Pool pool = PoolMaker.V4FromRecord(
            state, state.GetProperty("tick_data"), AddressOf(state, "currency0"), AddressOf(state, "currency1"),
            state.GetProperty("fee_currency0").GetUInt32(), state.GetProperty("tick_spacing").GetInt32(),
            state.GetProperty("protocol_fee").GetUInt32());
        Assert.Equal(state.GetProperty("pool_id").GetString(), pool.KeyHash.ToString());

        AssetId sell = sells0 ? pool.Asset0 : pool.Asset1;
        QuoteStatus status = pool.QuoteExactIn(sell, UInt256.Parse(amountIn), out SwapQuote quote);
        Assert.Equal(isWhole ? QuoteStatus.Exact : QuoteStatus.InsufficientLiquidity, status);
        Assert.Equal(UInt256.Parse(paid), quote.AmountOut);
    }

    private static Address AddressOf(JsonElement parent, string name) => Address.Parse(parent.GetProperty(name).GetString());

    private static JsonDocument Read(params string[] parts) =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.PathOf(["vectors", "amm", .. parts])));
}
