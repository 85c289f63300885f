using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing;

/// <summary>
/// A seeded market and a portfolio in it: constant-product pools, and concentrated ones of several ranges, over a connected graph of
/// assets; every pool's price is off the true one by less than its fee, as arbitrage leaves it.
/// </summary>
public sealed class RoutingMarket
{
    private const double Worth = 1e6;
    private const double Q96 = 79228162514264337593543950336.0;
    private const double LogTick = 9.9995000333308335e-05; // ln 1.0001
    private const int LastTick = 887_272;

    private static readonly int[] s_decimals = [6, 8, 18];
    private static readonly uint[] s_fees = [100, 500, 3_000, 10_000];
    private static readonly int[] s_spacings = [1, 10, 60, 200];

    private readonly Random _random;
    private readonly PoolPlan[] _plans;

    /// <param name="seed">Everything follows from it.</param>
    /// <param name="assets">Assets.</param>
    /// <param name="pools">Pools; at least one less than assets.</param>
    /// <param name="depth">Value of a pool's side beside the portfolio's, to a factor of <paramref name="spread"/> either way.</param>
    /// <param name="noise">How far a pool's price is off, as a fraction of its fee: below 1 nobody profits from a circle.</param>
    /// <param name="spread">How unlike the depths are; 1 for equal ones.</param>
    /// <param name="concentrated">Share of pools with ranges.</param>
    public RoutingMarket(int seed, int assets, int pools, double depth, double noise, double spread = 10, double concentrated = 0.3)
    {
        _random = new Random(seed);
        _plans = new PoolPlan[pools];
        Request = new BasketRequest(assets) { Goal = BasketGoal.TargetWeights, MaxSlippage = 0.005, AllowCycles = true };
        for (int a = 0; a < assets; a++)
            Request.ReferencePrices[a] = Math.Pow(10, 6 * _random.NextDouble() - 3) / Math.Pow(10, s_decimals[_random.Next(s_decimals.Length)]);
        for (int i = 0; i < pools; i++)
        {
            int a = i < assets - 1 ? i : _random.Next(assets);
            int b = i < assets - 1 ? _random.Next(i + 1, assets) : (a + 1 + _random.Next(assets - 1)) % assets;
            AddPool(i, Math.Min(a, b), Math.Max(a, b), depth * Math.Pow(spread, 2 * _random.NextDouble() - 1), noise, _random.NextDouble() < concentrated);
        }
        Fill(assets);
    }

    public BasketRequest Request { get; }

    public List<Pool> Pools { get; } = [];

    /// <summary>Moves one pool's price by up to a part of its fee from where it began.</summary>
    /// <returns>The pool.</returns>
    public int Disturb(double partOfFee = 0.1)
    {
        int i = _random.Next(Pools.Count);
        Set(i, Math.Exp(partOfFee * Pools[i].FeePips * 1e-6 * (2 * _random.NextDouble() - 1)));
        return i;
    }

    private void AddPool(int i, int a, int b, double depth, double noise, bool isConcentrated)
    {
        int tier = _random.Next(s_fees.Length);
        uint fee = isConcentrated ? s_fees[tier] : (uint)(100 + _random.Next(10_000));
        double rate = Request.ReferencePrices[a] / Request.ReferencePrices[b] * Math.Exp(noise * fee * 1e-6 * (2 * _random.NextDouble() - 1));
        double side0 = Worth * depth / Request.ReferencePrices[a];
        _plans[i] = new PoolPlan(rate, side0, isConcentrated ? s_spacings[tier] : 0);
        AssetId[] pair = [AssetId.FromIndex(a), AssetId.FromIndex(b)];
        PoolId id = PoolId.FromIndex(i);
        Pools.Add(isConcentrated
            ? new UniswapV3Pool(new PoolFacts(UniswapV3Pool.KindName, default, default, default, fee, s_spacings[tier]), id, pair)
            : new UniswapV2Pool(new PoolFacts(UniswapV2Pool.KindName, default, default, default, fee), id, pair));
        if (isConcentrated)
            Open(i);
        Set(i, 1);
        Pools[i].Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
    }

    /// <summary>Positions around the price, ever wider and ever thinner, the last one over everything.</summary>
    private void Open(int i)
    {
        PoolPlan plan = _plans[i];
        int centre = TickOf(plan.Rate) / plan.Spacing * plan.Spacing;
        UInt128 liquidity = (UInt128)(plan.Side0 * Math.Sqrt(plan.Rate) / 4);
        int[] widths = [2 + _random.Next(10), 20 + _random.Next(40), 100 + _random.Next(200), int.MaxValue];
        SortedDictionary<int, (UInt128 Gross, Int128 Net)> ticks = [];
        foreach (int width in widths)
        {
            int last = LastTick / plan.Spacing * plan.Spacing;
            int lower = width == int.MaxValue ? -last : Math.Max(-last, centre - width * plan.Spacing);
            int upper = width == int.MaxValue ? last : Math.Min(last, centre + width * plan.Spacing);
            Put(lower, (Int128)liquidity);
            Put(upper, -(Int128)liquidity);
            _plans[i].Ranges.Add((lower, upper, liquidity));
        }
        foreach ((int index, (UInt128 gross, Int128 net)) in ticks)
            Pools[i].Apply(new MarketEvent
            {
                Kind = MarketEventKind.TickLiquidity,
                Subject = PoolId.FromIndex(i).Value,
                Tick = new TickLiquidity { Index = index, Gross = gross, Net = net },
            });

        void Put(int tick, Int128 net)
        {
            (UInt128 gross, Int128 sum) = ticks.GetValueOrDefault(tick);
            ticks[tick] = (gross + (UInt128)Int128.Abs(net), sum + net);
        }
    }

    private void Set(int i, double factor)
    {
        PoolPlan plan = _plans[i];
        MarketEvent e = new() { Subject = PoolId.FromIndex(i).Value };
        double rate = plan.Rate * factor;
        if (plan.Spacing == 0)
        {
            e.Kind = MarketEventKind.Reserves;
            double root = Math.Sqrt(factor);
            UInt256.TryFromDoubleFloor(plan.Side0 / root, out e.Reserves.Reserve0);
            UInt256.TryFromDoubleFloor(plan.Side0 * plan.Rate * root, out e.Reserves.Reserve1);
        }
        else
        {
            e.Kind = MarketEventKind.Concentrated;
            UInt256.TryFromDoubleFloor(Math.Sqrt(rate) * Q96, out e.Concentrated.SqrtPriceX96);
            e.Concentrated.Tick = TickOf(rate);
            foreach ((int lower, int upper, UInt128 liquidity) in plan.Ranges)
                if (lower <= e.Concentrated.Tick && e.Concentrated.Tick < upper)
                    e.Concentrated.Liquidity += liquidity;
        }
        Pools[i].Apply(in e);
    }

    private static int TickOf(double rate) => (int)Math.Floor(Math.Log(rate) / LogTick);

    private void Fill(int assets)
    {
        double[] held = new double[assets];
        for (int a = 0; a < assets; a++)
        {
            held[a] = _random.NextDouble() < 0.7 ? _random.NextDouble() : 0;
            Request.Weights[a] = _random.NextDouble() < 0.7 ? _random.NextDouble() : 0;
        }
        held[0] += 0.3;
        Request.Weights[assets - 1] += 0.3;
        double heldSum = held.Sum(), weightSum = Request.Weights.Sum();
        for (int a = 0; a < assets; a++)
        {
            Request.Weights[a] /= weightSum;
            UInt256.TryFromDoubleFloor(held[a] / heldSum * Worth / Request.ReferencePrices[a], out Request.Holdings[a]);
        }
    }

    /// <param name="Rate">Units of the second asset per unit of the first.</param>
    /// <param name="Side0">Units of the first asset behind the price.</param>
    /// <param name="Spacing">Of its ticks; 0 for a constant product.</param>
    private sealed record PoolPlan(double Rate, double Side0, int Spacing)
    {
        public List<(int Lower, int Upper, UInt128 Liquidity)> Ranges { get; } = [];
    }
}
