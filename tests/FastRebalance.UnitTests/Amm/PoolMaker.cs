using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.UnitTests.Amm;

/// <summary>Makes ready pools, by the same events as the chain would.</summary>
internal static class PoolMaker
{
    public static readonly PoolId Id = PoolId.FromIndex(0);
    public static readonly AssetId Asset0 = AssetId.FromIndex(0);
    public static readonly AssetId Asset1 = AssetId.FromIndex(1);
    public static readonly Address At = Address.Parse("0x00000000000000000000000000000000000000aa");
    public static readonly Address Token0 = Address.Parse("0x0000000000000000000000000000000000000010");
    public static readonly Address Token1 = Address.Parse("0x0000000000000000000000000000000000000011");

    public static UniswapV2Pool V2(uint feePips = 3_000) =>
        new(new PoolFacts(UniswapV2Pool.KindName, At, Token0, Token1, feePips), Id, [Asset0, Asset1]);

    public static UniswapV2Pool V2(UInt256 reserve0, UInt256 reserve1, uint feePips = 3_000)
    {
        UniswapV2Pool pool = V2(feePips);
        pool.Apply(Reserves(reserve0, reserve1));
        pool.Apply(Ready());
        return pool;
    }

    public static UniswapV3Pool V3(uint feePips = 3_000, int spacing = 60) =>
        new(new PoolFacts(UniswapV3Pool.KindName, At, Token0, Token1, feePips, spacing), Id, [Asset0, Asset1]);

    /// <summary>A ready pool at a tick's own price whose liquidity comes from the given positions.</summary>
    public static UniswapV3Pool V3(int tick, uint feePips, int spacing, params (int Lower, int Upper, ulong Liquidity)[] positions)
    {
        UniswapV3Pool pool = V3(feePips, spacing);
        pool.Apply(Price(FastRebalance.Amm.UniswapV3.TickMath.SqrtRatioAtTick(tick), 0, tick));
        foreach ((int lower, int upper, ulong liquidity) in positions)
            pool.Apply(Change(lower, upper, liquidity));
        pool.Apply(Ready());
        return pool;
    }

    public static MarketEvent Reset() => new() { Kind = MarketEventKind.PoolReset, Subject = Id.Value };

    public static MarketEvent Ready() => new() { Kind = MarketEventKind.PoolReady, Subject = Id.Value };

    public static MarketEvent Reserves(UInt256 reserve0, UInt256 reserve1) => new()
    {
        Kind = MarketEventKind.Reserves,
        Subject = Id.Value,
        Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 },
    };

    public static MarketEvent Price(UInt256 sqrtPriceX96, UInt128 liquidity, int tick) => new()
    {
        Kind = MarketEventKind.Concentrated,
        Subject = Id.Value,
        Concentrated = new ConcentratedState { SqrtPriceX96 = sqrtPriceX96, Liquidity = liquidity, Tick = tick },
    };

    public static MarketEvent Tick(int index, UInt128 gross, Int128 net) => new()
    {
        Kind = MarketEventKind.TickLiquidity,
        Subject = Id.Value,
        Tick = new TickLiquidity { Index = index, Gross = gross, Net = net },
    };

    public static MarketEvent Change(int lower, int upper, Int128 delta) => new()
    {
        Kind = MarketEventKind.LiquidityChange,
        Subject = Id.Value,
        Liquidity = new LiquidityChange { TickLower = lower, TickUpper = upper, Delta = delta },
    };

    /// <summary>A V3 pool from a recorded state; ticks are written as [gross, net, …] or as named fields.</summary>
    public static UniswapV3Pool V3FromRecord(JsonElement head, JsonElement ticks, uint feePips, int spacing)
    {
        UniswapV3Pool pool = V3(feePips, spacing);
        FillFromRecord(pool, head, ticks);
        return pool;
    }

    /// <summary>A pool of a recorded arbitrage path, whichever its family, with an id and assets of its own.</summary>
    public static Pool OfRecord(JsonElement state, PoolId id, Func<string, AssetId> assetOf)
    {
        string family = state.GetProperty("family").GetString()!;
        bool isV4 = family == "uniswap_v4";
        string token0 = state.GetProperty(isV4 ? "currency0" : "token0").GetString()!, token1 = state.GetProperty(isV4 ? "currency1" : "token1").GetString()!;
        AssetId[] assets = [assetOf(token0), assetOf(token1)];
        Address at0 = Address.Parse(token0), at1 = Address.Parse(token1);
        if (family.EndsWith("_v2", StringComparison.Ordinal))
        {
            uint fee = (uint)(PoolFacts.PipsPerUnit - PoolFacts.PipsPerUnit / state.GetProperty("fee_denom").GetInt32() * state.GetProperty("fee_gamma").GetInt32());
            UniswapV2Pool pair = new(new PoolFacts(UniswapV2Pool.KindName, At, at0, at1, fee), id, assets);
            pair.Apply(Reserves(Number(state, "reserve0"), Number(state, "reserve1")) with { Subject = id.Value });
            pair.Apply(Ready() with { Subject = id.Value });
            return pair;
        }
        int spacing = state.GetProperty("tick_spacing").GetInt32();
        uint pips = state.GetProperty(isV4 ? "fee_currency0" : "fee_token0").GetUInt32();
        Pool pool = isV4
            ? new UniswapV4Pool(new PoolFacts(UniswapV4Pool.KindName, At, at0, at1, pips, spacing) { Parameters = V4Parameters(at0, at1, pips, spacing) }, id, assets)
            : new UniswapV3Pool(new PoolFacts(UniswapV3Pool.KindName, At, at0, at1, pips, spacing), id, assets);
        if (isV4)
        {
            pool.Apply(Parameter(0, pips) with { Subject = id.Value });
            pool.Apply(Parameter(1, 0) with { Subject = id.Value });
        }
        FillFromRecord(pool, state, state.GetProperty("tick_data"));
        return pool;
    }

    private static void FillFromRecord(Pool pool, JsonElement head, JsonElement ticks)
    {
        foreach (JsonProperty tick in ticks.EnumerateObject())
        {
            (JsonElement gross, JsonElement net) = tick.Value.ValueKind == JsonValueKind.Array
                ? (tick.Value[0], tick.Value[1])
                : (tick.Value.GetProperty("liquidity_gross"), tick.Value.GetProperty("liquidity_net"));
            pool.Apply(Tick(int.Parse(tick.Name), UInt128.Parse(Digits(gross)), Int128.Parse(Digits(net))) with { Subject = pool.Id.Value });
        }
        pool.Apply(Price(
            Number(head, "sqrt_price_x96"), UInt128.Parse(Digits(head.GetProperty("liquidity"))), head.GetProperty("tick").GetInt32()) with { Subject = pool.Id.Value });
        pool.Apply(Ready() with { Subject = pool.Id.Value });
    }

    public static UInt256 Number(JsonElement parent, string name) => Number(parent.GetProperty(name));

    public static readonly Address Wrapped = Address.Parse("0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2");

    public static UniswapV4Pool V4(Address currency0, Address currency1, uint fee, int spacing) => new(
        new PoolFacts(UniswapV4Pool.KindName, At, currency0.IsZero ? Wrapped : currency0, currency1, fee, spacing)
        {
            Parameters = V4Parameters(currency0, currency1, fee, spacing),
        }, Id, [Asset0, Asset1]);

    public static Dictionary<string, string> V4Parameters(Address currency0, Address currency1, uint fee, int spacing) => new()
    {
        ["currency0"] = currency0.ToString(),
        ["currency1"] = currency1.ToString(),
        ["fee"] = fee.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["tickSpacing"] = spacing.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["native"] = Wrapped.ToString(),
    };

    /// <summary>A ready pool at a tick's own price whose liquidity comes from the given positions.</summary>
    public static UniswapV4Pool V4(int tick, uint lpPips, uint protocolPips, int spacing, params (int Lower, int Upper, ulong Liquidity)[] positions)
    {
        UniswapV4Pool pool = V4(Token0, Token1, lpPips < PoolFacts.PipsPerUnit ? lpPips : 0, spacing);
        pool.Apply(Parameter(0, lpPips));
        pool.Apply(Parameter(1, protocolPips));
        pool.Apply(Price(FastRebalance.Amm.UniswapV3.TickMath.SqrtRatioAtTick(tick), 0, tick));
        foreach ((int lower, int upper, ulong liquidity) in positions)
            pool.Apply(Change(lower, upper, liquidity));
        pool.Apply(Ready());
        return pool;
    }

    public static MarketEvent Parameter(byte index, uint value) => new()
    {
        Kind = MarketEventKind.PoolParameter,
        Subject = Id.Value,
        PoolValue = new PoolValue { Index = index, Value = value },
    };

    public static UniswapV4Pool V4FromRecord(
        JsonElement head, JsonElement ticks, Address currency0, Address currency1, uint fee, int spacing, uint protocolFee)
    {
        UniswapV4Pool pool = V4(currency0, currency1, fee, spacing);
        pool.Apply(Parameter(0, fee));
        pool.Apply(Parameter(1, protocolFee));
        FillFromRecord(pool, head, ticks);
        return pool;
    }

    /// <summary>A number of any size, written plainly or as a string.</summary>
    public static UInt256 Number(JsonElement value) => UInt256.Parse(Digits(value));

    private static string Digits(JsonElement value) => value.ToString();
}
