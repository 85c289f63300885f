using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;

namespace FastRebalance.UnitTests.Routing;

/// <summary>A seeded market of constant-product pools and a portfolio in it.</summary>
internal sealed class SeededBasket
{
    private readonly Random _random;
    private readonly double[] _reserve0;
    private readonly double[] _reserve1;

    /// <param name="seed">Everything follows from it.</param>
    /// <param name="assets">Assets.</param>
    /// <param name="poolCount">Pools.</param>
    /// <param name="depth">Value of a pool's side beside the portfolio's, to a factor of three either way.</param>
    /// <param name="noise">How far a pool's price is off, as a fraction of its fee: below 1 nobody profits from a circle.</param>
    public SeededBasket(int seed, int assets, int poolCount, double depth, double noise)
    {
        _random = new Random(seed);
        Request = new BasketRequest(assets) { Goal = BasketGoal.TargetWeights, MaxSlippage = 0.005 };
        _reserve0 = new double[poolCount];
        _reserve1 = new double[poolCount];
        for (int a = 0; a < assets; a++)
            Request.ReferencePrices[a] = Math.Pow(10, 6 * _random.NextDouble() - 3) / Math.Pow(10, Decimals[_random.Next(Decimals.Length)]);
        for (int i = 0; i < poolCount; i++)
        {
            int a = i < assets - 1 ? i : _random.Next(assets);
            int b = i < assets - 1 ? i + 1 : (a + 1 + _random.Next(assets - 1)) % assets;
            if (a > b)
                (a, b) = (b, a);
            uint fee = (uint)(100 + _random.Next(10_000));
            PoolFacts facts = new(UniswapV2Pool.KindName, default, default, default, fee);
            Pools.Add(new UniswapV2Pool(facts, PoolId.FromIndex(i), [AssetId.FromIndex(a), AssetId.FromIndex(b)]));
            double side = Worth * depth * Math.Pow(10, _random.NextDouble() - 0.5);
            _reserve0[i] = side / Request.ReferencePrices[a];
            _reserve1[i] = side / Request.ReferencePrices[b] * Math.Exp(noise * fee * 1e-6 * (2 * _random.NextDouble() - 1));
            Set(i);
        }
        Fill(assets);
    }

    private const double Worth = 1e6;

    private static readonly int[] Decimals = [6, 8, 18];

    public BasketRequest Request { get; }

    public List<Pool> Pools { get; } = [];

    /// <summary>Moves one pool's price by up to a fifth of its fee from where it began.</summary>
    public void Disturb()
    {
        int i = _random.Next(Pools.Count);
        Set(i, Math.Exp(0.1 * Pools[i].FeePips * 1e-6 * (2 * _random.NextDouble() - 1)));
    }

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

    private void Set(int i, double factor = 1)
    {
        UInt256.TryFromDoubleFloor(_reserve0[i] * factor, out UInt256 reserve0);
        UInt256.TryFromDoubleFloor(_reserve1[i] / factor, out UInt256 reserve1);
        ushort subject = PoolId.FromIndex(i).Value;
        Pools[i].Apply(new MarketEvent { Kind = MarketEventKind.Reserves, Subject = subject, Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 } });
        Pools[i].Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = subject });
    }
}
