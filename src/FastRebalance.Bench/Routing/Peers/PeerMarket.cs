using FastRebalance.Amm;
using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Makes instances from a seed: calm markets, every pool within its fee of the true price, as arbitrage leaves them.</summary>
public static class PeerMarket
{
    private const int Assets = 20;
    private const int Orders = 10;
    private const int MaxHops = 3;
    private const double UnitsPerToken = 1e18;
    private const double Depth = 1e6;
    private const double Noise = 0.9; // of the fee: nobody profits from a circle
    private const double LeastShare = 1e-4;
    private const double MostShare = 0.05;

    /// <summary>The instances of the usual sizes.</summary>
    public static IReadOnlyList<PeerInstance> Make(int seed) => [Make(seed, 50), Make(seed, 100), Make(seed, 200)];

    /// <param name="seed">Everything follows from it and the number of pools.</param>
    /// <param name="pools">Pools; at least one less than the 20 assets, which they connect.</param>
    public static PeerInstance Make(int seed, int pools)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pools, Assets - 1);
        Random random = new(unchecked(seed * 1_000_003 + pools));
        double[] prices = [.. Enumerable.Range(0, Assets).Select(_ => Math.Pow(10, 4 * random.NextDouble() - 2) / UnitsPerToken)];
        PeerPool[] made = [.. Enumerable.Range(0, pools).Select(i => MakePool(random, prices, i))];
        PeerOrder[] orders = [.. Enumerable.Range(0, Orders).Select(_ => MakeOrder(random, made))];
        return new PeerInstance($"{pools} pools", prices, made, orders);
    }

    private static PeerPool MakePool(Random random, double[] prices, int i)
    {
        bool isOfTree = i < Assets - 1; // the first ones connect everything
        int a = isOfTree ? i : random.Next(Assets);
        int b = isOfTree ? random.Next(i + 1, Assets) : (a + 1 + random.Next(Assets - 1)) % Assets;
        (a, b) = (Math.Min(a, b), Math.Max(a, b));
        double worth = Depth * Math.Pow(10, 2 * random.NextDouble() - 1);
        double off = Math.Exp(Noise * UniswapV2Kind.DefaultFeePips * 1e-6 * (2 * random.NextDouble() - 1));
        return new PeerPool(a, b, Units(random, worth / prices[a]), Units(random, worth / prices[b] * off));
    }

    /// <summary>Between the ends of a walk, so that there is a path; its size is a share of the first pool's side.</summary>
    private static PeerOrder MakeOrder(Random random, PeerPool[] pools)
    {
        while (true)
        {
            PeerPool first = pools[random.Next(pools.Length)];
            bool isForward = random.Next(2) == 0;
            (int sell, int buy) = isForward ? (first.Asset0, first.Asset1) : (first.Asset1, first.Asset0);
            int hops = 1 + random.Next(MaxHops);
            for (int hop = 1; hop < hops; hop++)
                buy = Step(random, pools, buy);
            if (buy == sell)
                continue;
            double share = LeastShare * Math.Pow(MostShare / LeastShare, random.NextDouble());
            return new PeerOrder(sell, buy, Units(random, share * (double)(isForward ? first.Reserve0 : first.Reserve1)));
        }
    }

    private static int Step(Random random, PeerPool[] pools, int from)
    {
        PeerPool[] ways = [.. pools.Where(pool => pool.Asset0 == from || pool.Asset1 == from)];
        PeerPool way = ways[random.Next(ways.Length)];
        return way.Asset0 == from ? way.Asset1 : way.Asset0;
    }

    /// <summary>A double of this size ends in zero bits; the last digits are drawn, so that every rounding counts.</summary>
    private static UInt256 Units(Random random, double amount)
    {
        if (!UInt256.TryFromDoubleFloor(amount, out UInt256 units)
            || !UInt256.TryAdd(units, (ulong)random.NextInt64(1_000_000_000), out units))
            throw new InvalidOperationException($"{amount} is no number of base units");
        return units;
    }
}
