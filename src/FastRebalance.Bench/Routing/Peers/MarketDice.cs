using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>The draws that all markets for the peers have in common; everything follows from the seed.</summary>
internal sealed class MarketDice(int seed, int pools)
{
    private const double UnitsPerToken = 1e18;
    private const double Depth = 1e6;
    private const double Noise = 0.9; // of the fee: nobody profits from a circle
    private const double LeastShare = 1e-4;
    private const double MostShare = 0.05;

    private readonly Random _random = new(unchecked(seed * 1_000_003 + pools));

    public int Next(int below) => _random.Next(below);

    public double NextPrice() => Math.Pow(10, 4 * _random.NextDouble() - 2) / UnitsPerToken;

    /// <summary>What stands on one side of a pool.</summary>
    public double NextWorth() => Depth * Math.Pow(10, 2 * _random.NextDouble() - 1);

    /// <summary>By how much a pool is off the true price, as arbitrage leaves it.</summary>
    public double NextOff(uint feePips) => Math.Exp(Noise * feePips * 1e-6 * (2 * _random.NextDouble() - 1));

    /// <summary>Two assets for pool number <paramref name="i"/>, the lower first; the first pools connect everything.</summary>
    public (int, int) NextPair(int i, int assets)
    {
        bool isOfTree = i < assets - 1;
        int a = isOfTree ? i : Next(assets);
        int b = isOfTree ? _random.Next(i + 1, assets) : (a + 1 + Next(assets - 1)) % assets;
        return (Math.Min(a, b), Math.Max(a, b));
    }

    /// <summary>A double of this size ends in zero bits; the last digits are drawn, so that every rounding counts.</summary>
    public UInt256 Units(double amount)
    {
        if (!UInt256.TryFromDoubleFloor(amount, out UInt256 units)
            || !UInt256.TryAdd(units, (ulong)_random.NextInt64(1_000_000_000), out units))
            throw new InvalidOperationException($"{amount} is no number of base units");
        return units;
    }

    /// <summary>Between the ends of a walk, so that there is a path; its size is a share of the first pool's side.</summary>
    public PeerOrder NextOrder(PeerPool[] pools, int maxHops)
    {
        while (true)
        {
            PeerPool first = pools[Next(pools.Length)];
            int sell = first.Assets[Next(first.Assets.Count)];
            int buy = NextOther(first, sell);
            int hops = 1 + Next(maxHops);
            for (int hop = 1; hop < hops; hop++)
            {
                PeerPool[] ways = [.. pools.Where(pool => pool.Assets.Contains(buy))];
                buy = NextOther(ways[Next(ways.Length)], buy);
            }
            if (buy == sell)
                continue;
            double share = LeastShare * Math.Pow(MostShare / LeastShare, _random.NextDouble());
            return new PeerOrder(sell, buy, Units(share * first.SideOf(sell)));
        }
    }

    private int NextOther(PeerPool pool, int asset)
    {
        int[] others = [.. pool.Assets.Where(other => other != asset)];
        return others.Length == 1 ? others[0] : others[Next(others.Length)];
    }
}
