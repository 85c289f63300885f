using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.MarketData;

/// <summary>
/// Prices in the numeraire from the pools' own states. An asset is priced along the path, of up to three pools, whose
/// shallowest pool is the deepest: a thin pool is cheap to move and must not set a price. Among equals the shorter path wins,
/// then the lower pool ids, so that the same states always give the same prices. Single-threaded; pricing allocates nothing.
/// </summary>
public sealed class PriceGraph
{
    private const int MaxHops = 3;

    private readonly Path[][] _paths; // by asset
    private readonly double[] _unitsPerToken;
    private readonly AssetId _numeraire;

    /// <exception cref="ArgumentException">The numeraire is not an asset.</exception>
    public PriceGraph(IReadOnlyList<FeedAsset> assets, AssetId numeraire, IReadOnlyList<Pool> pools)
    {
        if (numeraire.IsNone || numeraire.Index >= assets.Count)
            throw new ArgumentException($"the numeraire is {numeraire}, but there are {assets.Count} assets", nameof(numeraire));
        _numeraire = numeraire;
        _unitsPerToken = [.. assets.Select(asset => Math.Pow(10, asset.Decimals))];
        _paths = new Path[assets.Count][];
        for (int i = 0; i < assets.Count; i++)
            _paths[i] = PathsFrom(AssetId.FromIndex(i), pools);
    }

    /// <summary>True when at least one path, ready or not, leads from the asset to the numeraire.</summary>
    public bool CanEverPrice(AssetId asset) => asset == _numeraire || _paths[asset.Index].Length > 0;

    /// <summary>
    /// Prices one asset at the pools' present states.
    /// </summary>
    /// <returns>False for the numeraire itself, and while no path of ready pools leads to it.</returns>
    public bool TryPrice(AssetId asset, out PriceUpdate price)
    {
        price = default;
        double deepest = 0;
        foreach (Path path in _paths[asset.Index])
        {
            (double rate, double depth) = Measure(path, _numeraire);
            if (!(depth > deepest) || !double.IsFinite(rate) || rate <= 0)
                continue;
            deepest = depth;
            price = new PriceUpdate
            {
                NumerairePerToken = rate * _unitsPerToken[asset.Index] / _unitsPerToken[_numeraire.Index],
                Via0 = path.Id(0),
                Via1 = path.Id(1),
                Via2 = path.Id(2),
            };
        }
        return new Price(price.NumerairePerToken).IsUsable;
    }

    /// <summary>Numeraire base units per base unit of the first asset, and the shallowest depth on the way in numeraire base units.</summary>
    private static (double Rate, double Depth) Measure(Path path, AssetId numeraire)
    {
        double rate = 1, depth = double.PositiveInfinity;
        for (int hop = path.Pools.Length - 1; hop >= 0; hop--)
        {
            Pool pool = path.Pools[hop];
            AssetId sold = path.Sold[hop];
            AssetId bought = path.BoughtAt(hop, numeraire);
            depth = Math.Min(depth, pool.DepthOf(bought) * rate);
            rate *= pool.SpotRate(sold, bought);
        }
        return (rate, depth);
    }

    private Path[] PathsFrom(AssetId asset, IReadOnlyList<Pool> pools)
    {
        List<Path> found = [];
        if (asset != _numeraire)
            Extend([], [], asset, pools, found);
        found.Sort(Path.ShorterThenLower);
        return [.. found];
    }

    /// <summary>Walks every path that visits no asset twice.</summary>
    private void Extend(List<Pool> path, List<AssetId> sold, AssetId at, IReadOnlyList<Pool> pools, List<Path> found)
    {
        sold.Add(at);
        foreach (Pool pool in pools)
        {
            if (!pool.Holds(at) || path.Contains(pool))
                continue;
            path.Add(pool);
            foreach (AssetId next in pool.Assets)
            {
                if (sold.Contains(next))
                    continue;
                if (next == _numeraire)
                    found.Add(new Path([.. path], [.. sold]));
                else if (path.Count < MaxHops)
                    Extend(path, sold, next, pools, found);
            }
            path.RemoveAt(path.Count - 1);
        }
        sold.RemoveAt(sold.Count - 1);
    }

    private sealed record Path(Pool[] Pools, AssetId[] Sold)
    {
        public AssetId BoughtAt(int hop, AssetId numeraire) => hop + 1 < Sold.Length ? Sold[hop + 1] : numeraire;

        public PoolId Id(int hop) => hop < Pools.Length ? Pools[hop].Id : PoolId.None;

        public static int ShorterThenLower(Path left, Path right)
        {
            int order = left.Pools.Length.CompareTo(right.Pools.Length);
            for (int hop = 0; order == 0 && hop < MaxHops; hop++)
                order = left.Id(hop).Value.CompareTo(right.Id(hop).Value);
            return order;
        }
    }
}
