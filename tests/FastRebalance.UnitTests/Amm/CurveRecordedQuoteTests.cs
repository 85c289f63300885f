using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Amm;

/// <summary>
/// Curve pools recorded on mainnet (BowTiedDevil/degenbot, MIT) with what they answered there. The recorded <c>get_dy</c> of 3pool takes its fee
/// after the conversion to coins, and its exchange before: the former is rebuilt here from the pool's own arithmetic, and the latter may differ
/// by a unit. A metapool is such a pool with given rates; it is refused when it is described, because its rate moves, but the formula is the same.
/// </summary>
public class CurveRecordedQuoteTests(ITestOutputHelper output)
{
    private static readonly UInt256 FeeUnit = UInt256.PowerOfTen(10);
    private static readonly UInt256 Unit = UInt256.PowerOfTen(18);

    [Fact]
    public void Paid_ThreePoolGetDy_EqualsTheChain()
    {
        using JsonDocument state = Fixture("curve_tripool_block_24407242.json");
        CurveStablePool pool = ThreePool(state.RootElement);
        int compared = 0;
        int sameAsExchange = 0;
        foreach ((string[] parts, UInt256 expected) in Entries("test_curve_tripool_get_dy.json"))
        {
            (int sell, int buy) = Direction(state.RootElement, parts[2]);
            UInt256 amount = UInt256.Parse(parts[3]);
            Assert.Equal(expected, GetDy(pool, state.RootElement, sell, buy, amount));

            Assert.Equal(QuoteStatus.Exact, pool.QuoteExactIn(pool.Assets[sell], pool.Assets[buy], amount, out SwapQuote quote));
            Assert.True(quote.AmountOut <= expected + 1 && quote.AmountOut + 1 >= expected);
            sameAsExchange += quote.AmountOut == expected ? 1 : 0;
            compared++;
        }
        output.WriteLine($"{compared} quotes equal get_dy, {sameAsExchange} of them exchange too");
        Assert.Equal(18, compared);
    }

    /// <summary>Nothing is swapped in these: they hold the invariant against the chain's, and the balance that goes with another one.</summary>
    [Fact]
    public void Invariant_ThreePoolDepositsAndWithdrawals_EqualTheChain()
    {
        using JsonDocument state = Fixture("curve_tripool_block_24407242.json");
        UInt256 supply = PoolMaker.Number(state.RootElement, "lp_token_total_supply");
        CurveStablePool before = ThreePool(state.RootElement);
        int compared = 0;
        foreach ((string[] parts, UInt256 expected) in Entries("test_curve_tripool_calc_withdraw_and_token_amount.json"))
        {
            if (parts[1] != "calc_token_amount")
                continue;
            int coin = int.Parse(parts[3][2..]);
            CurveStablePool after = ThreePool(state.RootElement, coin, UInt256.Parse(parts[4]));
            Assert.True(UInt256.TryMulDiv(after.Invariant - before.Invariant, supply, before.Invariant, out UInt256 shares));
            Assert.Equal(expected, shares);
            compared++;
        }
        output.WriteLine($"{compared} deposits equal");
        Assert.Equal(9, compared);
    }

    [Fact]
    public void QuoteExactIn_RaiMetapool_EqualsTheChain()
    {
        using JsonDocument state = Fixture("curve_metapool_rai_3crv_block_25144000.json");
        CurveStablePool pool = Metapool(state.RootElement, state.RootElement);
        int compared = 0;
        foreach ((string[] parts, UInt256 expected) in Entries("test_curve_metapool_get_dy.json"))
            compared += CompareMetapool(pool, state.RootElement, parts, parts[3], expected);
        output.WriteLine($"{compared} quotes equal");
        Assert.Equal(6, compared);
    }

    [Fact]
    public void QuoteExactIn_RaiMetapoolOverSixteenBlocks_EqualsTheChain()
    {
        using JsonDocument state = Fixture("curve_metapool_rai_3crv_multiblock_18850030_18850480.json");
        JsonElement fixedPart = state.RootElement.GetProperty("immutable");
        int compared = 0;
        foreach ((string[] parts, UInt256 expected) in Entries("test_curve_metapool_multiblock_get_dy.json"))
        {
            CurveStablePool pool = Metapool(fixedPart, state.RootElement.GetProperty("states").GetProperty(parts[3][3..]));
            compared += CompareMetapool(pool, fixedPart, parts, parts[4], expected);
        }
        output.WriteLine($"{compared} quotes equal");
        Assert.Equal(96, compared);
    }

    private static int CompareMetapool(CurveStablePool pool, JsonElement fixedPart, string[] parts, string amount, UInt256 expected)
    {
        // get_dy_underlying goes through the base pool: two pools and an estimate of a deposit or withdrawal, no swap of this pool.
        if (parts[1] != "get_dy")
            return 0;
        (int sell, int buy) = Direction(fixedPart, parts[2]);
        QuoteStatus status = pool.QuoteExactIn(pool.Assets[sell], pool.Assets[buy], UInt256.Parse(amount), out SwapQuote quote);
        Assert.Equal(QuoteStatus.Exact, status);
        Assert.Equal(expected, quote.AmountOut);
        return 1;
    }

    private static UInt256 GetDy(CurveStablePool pool, JsonElement state, int sell, int buy, UInt256 amount)
    {
        Assert.Equal(QuoteStatus.Exact, pool.Paid(sell, buy, amount, out UInt256 paid));
        UInt256 units = paid * Unit / RateOf(state, buy);
        return units - PoolMaker.Number(state, "fee") * units / FeeUnit;
    }

    private static UInt256 RateOf(JsonElement state, int coin) =>
        UInt256.PowerOfTen(36 - state.GetProperty("tokens")[coin].GetProperty("decimals").GetInt32());

    private static CurveStablePool ThreePool(JsonElement state, int grown = -1, UInt256 by = default)
    {
        UInt256[] balances = [.. state.GetProperty("balances").EnumerateArray().Select(PoolMaker.Number)];
        if (grown >= 0)
            balances[grown] += by;
        return CurveRecord.Pool(
            1, PoolMaker.Number(state, "a_coefficient"), PoolMaker.Number(state, "fee"), PoolMaker.Number(state, "admin_fee"),
            balances, [.. Enumerable.Range(0, balances.Length).Select(coin => RateOf(state, coin))]);
    }

    // The pool trusts the base pool's price for ten minutes after it was last asked.
    private static CurveStablePool Metapool(JsonElement fixedPart, JsonElement state)
    {
        bool isFresh = state.GetProperty("block_timestamp").GetUInt64() <= state.GetProperty("base_cache_updated").GetUInt64() + 600;
        UInt256 price = PoolMaker.Number(state, isFresh ? "base_virtual_price" : "virtual_price");
        return CurveRecord.Pool(
            100, PoolMaker.Number(state, "initial_a"), PoolMaker.Number(fixedPart, "fee"), PoolMaker.Number(fixedPart, "admin_fee"),
            [.. state.GetProperty("balances").EnumerateArray().Select(PoolMaker.Number)],
            [PoolMaker.Number(state, "redemption_price"), price]);
    }

    private static (int Sell, int Buy) Direction(JsonElement state, string direction)
    {
        string[] symbols = direction.Split("->");
        List<string?> held = [.. state.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("symbol").GetString())];
        return (held.IndexOf(symbols[0]), held.IndexOf(symbols[1]));
    }

    private static JsonDocument Fixture(string file) =>
        JsonDocument.Parse(File.ReadAllText(SharedFiles.PathOf("vectors", "amm", "fixtures", "chain_data", "1", file)));

    private static IEnumerable<(string[] Parts, UInt256 Expected)> Entries(string file)
    {
        using JsonDocument answers = JsonDocument.Parse(File.ReadAllText(
            SharedFiles.PathOf("vectors", "amm", "golden", "tests", "curve", "test_curve_onchain_parity", file)));
        foreach (JsonProperty entry in answers.RootElement.GetProperty("entries").EnumerateObject())
            yield return (entry.Name.Split('|'), PoolMaker.Number(entry.Value, "value"));
    }
}
