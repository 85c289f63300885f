using FastRebalance.Amm;
using FastRebalance.Amm.Balancer;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.UnitTests.Amm;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>
/// A seeded market of pools of every kind over few assets, of which the first half are worth one dollar: deep and shallow, balanced and
/// not, ranges that are thin here and deep beyond. Its pools move as the chain moves them, by events and logs.
/// </summary>
internal sealed class MixedMarket
{
    private static readonly int[] s_decimals = [18, 6, 8];
    private static readonly UInt256 s_unit = UInt256.PowerOfTen(18);

    private readonly Random _random;
    private readonly double[] _unitsPerDollar;
    private readonly int[] _decimalsOf;
    private readonly List<List<MarketEvent>> _snapshots = [];

    public MixedMarket(Random random, int assets, int pools)
    {
        _random = random;
        _decimalsOf = [.. Enumerable.Range(0, assets).Select(_ => s_decimals[random.Next(s_decimals.Length)])];
        _unitsPerDollar = [.. _decimalsOf.Select((d, i) => Math.Pow(10, d) / (i < (assets + 1) / 2 ? 1 : Math.Pow(10, 5 * random.NextDouble() - 1)))];
        for (int i = 0; i < pools; i++)
            Pools.Add(MakePool(i));
    }

    public List<Pool> Pools { get; } = [];

    public int AssetCount => _unitsPerDollar.Length;

    /// <summary>Kinds that have a pool here.</summary>
    public IEnumerable<string> Kinds => Pools.Select(pool => pool.Kind);

    /// <summary>An order of ten dollars to ten millions; the gas price is often none.</summary>
    public (AssetId Sell, AssetId Buy, UInt256 Amount, double PricePerGas) Ask(bool isExactOut)
    {
        int sell = _random.Next(AssetCount);
        int buy = (sell + 1 + _random.Next(AssetCount - 1)) % AssetCount;
        double dollars = Math.Pow(10, 1 + 6 * _random.NextDouble());
        double perGas = _random.Next(2) == 0 ? 0 : 1e-5 * Math.Pow(10, 2 * _random.NextDouble());
        return (AssetId.FromIndex(sell), AssetId.FromIndex(buy), Units(dollars * _unitsPerDollar[isExactOut ? buy : sell]),
            perGas * _unitsPerDollar[isExactOut ? sell : buy]);
    }

    /// <summary>One thing that happens to one pool, as the chain would tell it.</summary>
    /// <returns>What it was.</returns>
    public string Disturb()
    {
        Pool pool = Pools[_random.Next(Pools.Count)];
        if (!pool.IsReady || _random.Next(30) == 0)
            return Renew(pool);
        return pool switch
        {
            ConcentratedPool ranges when _random.Next(3) == 0 => ChangeLiquidity(ranges),
            UniswapV4Pool when _random.Next(4) == 0 => Told(pool, Parameter(0, (uint)_random.Next(10_000))),
            CurveStablePool when _random.Next(4) == 0 => Told(pool, Parameter(2, (uint)_random.Next(100, 200_000))),
            BalancerStablePool when _random.Next(4) == 0 => Told(pool, Parameter(1, (uint)_random.Next(1_000, 2_000_000))),
            BalancerPool when _random.Next(4) == 0 => Told(pool, Parameter(0, 1_000_000_000_000UL * (uint)_random.Next(1, 10_000))),
            _ => SomeoneSwaps(pool),
        };
    }

    private string Renew(Pool pool)
    {
        Told(pool, new MarketEvent { Kind = MarketEventKind.PoolReset });
        if (_random.Next(3) > 0)
            Open(pool, _snapshots[pool.Id.Index]);
        return "reset";
    }

    private string ChangeLiquidity(ConcentratedPool pool)
    {
        int spacing = pool.Facts.TickSpacing;
        int centre = pool.State.Tick / spacing + _random.Next(-8, 9);
        Int128 liquidity = (Int128)(1 + (double)pool.State.Liquidity * Math.Pow(10, 2 * _random.NextDouble() - 1.5));
        return Told(pool, Change((centre - 1 - _random.Next(9)) * spacing, (centre + 1 + _random.Next(9)) * spacing, liquidity));
    }

    private string SomeoneSwaps(Pool pool)
    {
        Pool after = pool.Copy();
        AssetId[] pair = pool.Assets.ToArray();
        _random.Shuffle(pair);
        UInt256 amount = Units(Math.Pow(10, 2 + 4 * _random.NextDouble()) * _unitsPerDollar[pair[0].Index]);
        if (after.Swap(pair[0], pair[1], in amount, out SwapQuote quote) != QuoteStatus.Exact)
            return "nothing";
        switch (after)
        {
            case UniswapV2Pool pairAfter:
                return Logged(pool, UniswapV2Pool.SyncEvent.Topic, 1, pairAfter.Reserve0, pairAfter.Reserve1);
            case SolidlyPool:
                double dollars = 1e5 * (1 + _random.NextDouble());
                return Told(pool, Reserves(
                    Units(dollars * _unitsPerDollar[pool.Asset0.Index]), Units(Side(pool.Asset1.Index, dollars))));
            case UniswapV3Pool rangesAfter:
                ConcentratedState state = rangesAfter.State;
                return Logged(pool, UniswapV3Pool.SwapEvent.Topic, 3, 0, 0, state.SqrtPriceX96, state.Liquidity, Signed(state.Tick));
            case UniswapV4Pool rangesAfter:
                return Told(pool, new MarketEvent { Kind = MarketEventKind.Concentrated, Concentrated = rangesAfter.State });
            default:
                return Told(pool, new MarketEvent
                {
                    Kind = MarketEventKind.PoolSwap,
                    Swap = new PoolSwap
                    {
                        InIndex = (byte)pool.IndexOf(pair[0]), OutIndex = (byte)pool.IndexOf(pair[1]),
                        AmountIn = quote.AmountInUsed, AmountOut = quote.AmountOut,
                    },
                });
        }
    }

    private static string Logged(Pool pool, Hash32 topic, int topics, params UInt256[] words)
    {
        byte[] data = new byte[words.Length * UInt256.ByteLength];
        for (int i = 0; i < words.Length; i++)
            words[i].WriteBigEndian(data.AsSpan(i * UInt256.ByteLength));
        MarketEvent e = default;
        Assert.True(pool.TryReadLog([topic, .. Enumerable.Repeat(Hash32.Zero, topics - 1)], data, ref e));
        e.Subject = pool.Id.Value;
        pool.Apply(in e);
        return $"{pool.Kind} log";
    }

    private static string Told(Pool pool, MarketEvent e)
    {
        e.Subject = pool.Id.Value;
        pool.Apply(in e);
        return $"{pool.Kind} {e.Kind}";
    }

    private Pool MakePool(int index)
    {
        int kind = _random.Next(8);
        bool isOfDollars = kind is 2 or 3 or 4;
        int[] assets = [.. Enumerable.Range(0, isOfDollars ? (AssetCount + 1) / 2 : AssetCount)];
        _random.Shuffle(assets);
        int count = kind is 3 or 4 or 5 && assets.Length > 2 ? 2 + _random.Next(2) : 2;
        assets = assets[..count];
        double dollars = Math.Pow(10, 4 + 3 * _random.NextDouble());
        (PoolFacts facts, List<MarketEvent> snapshot) = kind switch
        {
            0 => (Facts(UniswapV2Pool.KindName, Fee()), Reserves(assets, dollars)),
            1 => (Facts(SolidlyPool.VolatileName, Fee(), Decimals(assets)), Reserves(assets, dollars)),
            2 => (Facts(SolidlyPool.StableName, Fee(), Decimals(assets)), Reserves(assets, dollars, 10)),
            3 => CurveStable(assets, dollars),
            4 => BalancerStable(assets, dollars),
            5 => BalancerWeighted(assets, dollars),
            6 => Concentrated(UniswapV3Pool.KindName, assets, dollars),
            _ => Concentrated(UniswapV4Pool.KindName, assets, dollars),
        };
        Assert.True(PoolKinds.TryFind(facts.Kind, out PoolKind? made));
        Pool pool = made.Create(facts, PoolId.FromIndex(index), [.. assets.Select(AssetId.FromIndex)]);
        _snapshots.Add(snapshot);
        Open(pool, snapshot);
        Assert.True(pool.IsReady);
        return pool;
    }

    private static void Open(Pool pool, List<MarketEvent> snapshot)
    {
        foreach (MarketEvent e in snapshot)
            Told(pool, e);
        Told(pool, new MarketEvent { Kind = MarketEventKind.PoolReady });
    }

    private uint Fee() => (uint)_random.Next(100, 6_000);

    // Off the true price by as much as arbitrage may leave.
    private double Noise() => 1 + 0.004 * (_random.NextDouble() - 0.5);

    private string Decimals(int[] assets) => string.Join(',', assets.Select(a => _decimalsOf[a]));

    private double Side(int asset, double dollars) => dollars * _unitsPerDollar[asset] * Noise();

    private List<MarketEvent> Reserves(int[] assets, double dollars, double lopsided = 1) =>
        [Reserves(Units(Side(assets[0], dollars * Lopsided(lopsided))), Units(Side(assets[1], dollars)))];

    private double Lopsided(double most) => Math.Pow(most, 2 * _random.NextDouble() - 1);

    private (PoolFacts, List<MarketEvent>) CurveStable(int[] assets, double dollars)
    {
        UInt256[] own =
        [
            (UInt256)(ulong)(100 * Fee()), 5_000_000_000, (UInt256)(ulong)_random.Next(1_000, 200_000),
            .. assets.Select(a => UInt256.PowerOfTen(36 - _decimalsOf[a])),
        ];
        return (Facts(CurveStablePool.KindName, 0, Decimals(assets), assets.Length),
            [.. Balances(assets, dollars, 20), .. own.Select((value, i) => Parameter(i, value))]);
    }

    private (PoolFacts, List<MarketEvent>) BalancerStable(int[] assets, double dollars)
    {
        UInt256[] own =
        [
            1_000_000_000_000UL * Fee(), (UInt256)(ulong)_random.Next(10_000, 2_000_000),
            .. assets.Select(a => UInt256.PowerOfTen(36 - _decimalsOf[a])),
        ];
        return (Facts(BalancerStablePool.KindName, 0, Decimals(assets), assets.Length),
            [.. Balances(assets, dollars, 20), .. own.Select((value, i) => Parameter(i, value))]);
    }

    private (PoolFacts, List<MarketEvent>) BalancerWeighted(int[] assets, double dollars)
    {
        double[] parts = [.. assets.Select(_ => 0.1 + _random.NextDouble())];
        ulong[] percents = [.. parts.Select(part => (ulong)(100 * part / parts.Sum()))];
        percents[0] += 100 - percents.Aggregate((a, b) => a + b);
        UInt256[] own = [1_000_000_000_000UL * Fee(), .. percents.Select(percent => s_unit * percent / 100)];
        UInt256[] balances = [.. assets.Select((a, i) => Units(Side(a, dollars * percents[i] / 100)))];
        return (Facts(BalancerWeightedPool.KindName, 0, Decimals(assets), assets.Length),
            [.. balances.Select((value, i) => Value(MarketEventKind.PoolBalance, i, value)), .. own.Select((value, i) => Parameter(i, value))]);
    }

    private IEnumerable<MarketEvent> Balances(int[] assets, double dollars, double lopsided) =>
        assets.Select((a, i) => Value(MarketEventKind.PoolBalance, i, Units(dollars * Lopsided(lopsided) * _unitsPerDollar[a])));

    private (PoolFacts, List<MarketEvent>) Concentrated(string kind, int[] assets, double dollars)
    {
        int spacing = new[] { 1, 10, 60 }[_random.Next(3)];
        uint fee = Fee();
        double rate = _unitsPerDollar[assets[1]] / _unitsPerDollar[assets[0]] * Noise();
        int tick = Math.Clamp((int)Math.Floor(Math.Log(rate) / Math.Log(1.0001)), -800_000, 800_000);
        int centre = tick / spacing;
        double liquidity = dollars * _unitsPerDollar[assets[0]] * Math.Sqrt(rate);
        List<MarketEvent> events = kind == UniswapV4Pool.KindName ? [Parameter(0, fee), Parameter(1, 0)] : [];
        events.Add(new MarketEvent
        {
            Kind = MarketEventKind.Concentrated,
            Concentrated = new ConcentratedState { SqrtPriceX96 = TickMath.SqrtRatioAtTick(tick), Tick = tick },
        });
        int positions = 1 + _random.Next(6);
        for (int i = 0; i < positions; i++)
        {
            // Some around the price, some to one side of it, tenfold deeper or thinner; gaps between them now and then.
            int from = centre + _random.Next(-4_000, 4_000) / spacing * (i % 2);
            int reach = 1 + _random.Next(3_000) / spacing;
            events.Add(Change((from - reach) * spacing, (from + 1 + reach) * spacing, (Int128)(1 + liquidity * Math.Pow(10, 2 * _random.NextDouble() - 1))));
        }
        PoolFacts facts = Facts(kind, fee) with { TickSpacing = spacing };
        return (kind != UniswapV4Pool.KindName ? facts : facts with
        {
            Parameters = PoolMaker.V4Parameters(facts.Token0, facts.Token1, fee, spacing),
        }, events);
    }

    private static PoolFacts Facts(string kind, uint feePips, string decimals = "", int assets = 2)
    {
        List<Address> tokens = BalancerRecord.Tokens(assets);
        return new PoolFacts(kind, PoolMaker.At, tokens[0], tokens[1], feePips)
        {
            FurtherTokens = tokens[2..],
            Parameters = new Dictionary<string, string>
            {
                [BalancerParameters.PoolId] = "0x" + new string('7', 64),
                [BalancerParameters.Vault] = BalancerRecord.Vault,
                [CurveStablePool.PrecisionFact] = "100",
                [FactParameters.Decimals] = decimals,
            },
        };
    }

    private static MarketEvent Reserves(UInt256 reserve0, UInt256 reserve1) => new()
    {
        Kind = MarketEventKind.Reserves, Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 },
    };

    private static MarketEvent Change(int lower, int upper, Int128 delta) => new()
    {
        Kind = MarketEventKind.LiquidityChange, Liquidity = new LiquidityChange { TickLower = lower, TickUpper = upper, Delta = delta },
    };

    private static MarketEvent Parameter(int index, UInt256 value) => Value(MarketEventKind.PoolParameter, index, value);

    private static MarketEvent Value(MarketEventKind kind, int index, UInt256 value) => new()
    {
        Kind = kind, PoolValue = new PoolValue { Index = (byte)index, Value = value },
    };

    // Two's complement in a word.
    private static UInt256 Signed(int number) =>
        number >= 0 ? (UInt256)(ulong)number : UInt256.WrappingSubtract(UInt256.Zero, (UInt256)(ulong)-(long)number);

    private static UInt256 Units(double about)
    {
        Assert.True(UInt256.TryFromDoubleFloor(about + 1, out UInt256 units));
        return units;
    }
}
