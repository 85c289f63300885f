using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>
/// The pools as the graph of a path search: one edge for each ordered pair of a pool's assets, changed where the pool's state has changed
/// since, and left out while the pool has nothing to sell. An edge is the pool's ceiling, so that no path brings more than the search says.
/// One user and one thread at a time; allocates nothing after construction.
/// </summary>
internal sealed class RouteGraph
{
    // Lifts a ceiling above the rounding of doubles and the last units of the contracts' own arithmetic.
    private const double Lift = 1 + 1e-10;

    private readonly Pool[] _pools;
    private readonly ulong[] _seenVersions;
    private readonly Direction[] _directions;
    private readonly int[] _firstEdge; // of each pool; one more at the end
    private readonly PathEdgeChange[] _changes;
    private readonly IPathSearch _search;

    /// <exception cref="InvalidOperationException">The search is too small for the pools, or their ids are not those of the setup.</exception>
    public RouteGraph(IReadOnlyList<Pool> pools, int assetCount, IPathSearch search)
    {
        _pools = [.. pools];
        _search = search;
        _seenVersions = new ulong[_pools.Length];
        Array.Fill(_seenVersions, ulong.MaxValue);
        _firstEdge = new int[_pools.Length + 1];
        List<Direction> directions = [];
        for (int i = 0; i < _pools.Length; i++)
        {
            foreach (AssetId sell in _pools[i].Assets)
                foreach (AssetId buy in _pools[i].Assets)
                    if (sell != buy)
                        directions.Add(new Direction(i, sell, buy));
            _firstEdge[i + 1] = directions.Count;
        }
        _directions = [.. directions];
        _changes = new PathEdgeChange[_directions.Length];

        PathEdge[] edges = [.. _directions.Select(d => new PathEdge { From = d.Sell.Index, To = d.Buy.Index, Pool = d.Pool })];
        PathStatus status = search.Build(edges, assetCount, _pools.Length);
        if (status != PathStatus.Ready)
            throw new InvalidOperationException(
                $"the {search.Name} path search does not take {edges.Length} edges of {_pools.Length} pools over {assetCount} assets ({status}): "
                + $"make it with {nameof(PathSearches)}.{nameof(PathSearches.ForPools)}");
    }

    public int PoolCount => _pools.Length;

    public Direction this[int edge] => _directions[edge];

    public Pool PoolOf(int edge) => _pools[_directions[edge].Pool];

    /// <summary>Edges that so many pools make.</summary>
    public static int CountEdges(IReadOnlyList<Pool> pools)
    {
        int count = 0;
        foreach (Pool pool in pools)
            count += pool.Assets.Length * (pool.Assets.Length - 1);
        return count;
    }

    /// <summary>Takes up what has changed in the pools.</summary>
    public void Refresh()
    {
        int count = 0;
        for (int i = 0; i < _pools.Length; i++)
        {
            ulong version = _pools[i].Version;
            if (version == _seenVersions[i])
                continue;
            _seenVersions[i] = version;
            for (int edge = _firstEdge[i]; edge < _firstEdge[i + 1]; edge++)
                _changes[count++] = ChangeOf(edge);
        }
        // Every change was looked at before, so a refusal means that the graph is not this one's any more.
        if (count > 0 && _search.Change(_changes.AsSpan(0, count)) is var status and not PathStatus.Ready)
            throw new InvalidOperationException($"the {_search.Name} path search refuses {count} changed edges ({status}): it serves another router");
    }

    /// <summary>Numbers outside cannot be of a pool worth trading with, and the search refuses them.</summary>
    public static bool IsSearchable(double number) => number is >= PathLimits.MinMagnitude and <= PathLimits.MaxMagnitude;

    private PathEdgeChange ChangeOf(int edge)
    {
        Direction direction = _directions[edge];
        Pool pool = _pools[direction.Pool];
        PathEdgeChange change = new() { Edge = edge };
        if (!pool.TryGetCeiling(direction.Sell, direction.Buy, out SwapCurve ceiling))
            return change; // rate and depth 0: left out
        double rate = ceiling.Rate * Lift;
        if (!IsSearchable(rate) || !IsSearchable(ceiling.Depth))
            return change;
        change.Rate = rate;
        change.Depth = ceiling.Depth;
        change.Gas = pool.TypicalGas;
        return change;
    }

    /// <summary>One way through one pool: an edge.</summary>
    internal readonly record struct Direction(int Pool, AssetId Sell, AssetId Buy);
}
