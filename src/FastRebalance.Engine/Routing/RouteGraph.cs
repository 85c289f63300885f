using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Native;

namespace FastRebalance.Engine.Routing;

/// <summary>
/// The pools as a graph for the path search: two edges a pool, kept where the pool's state has changed since they were made.
/// Owned by the engine thread; allocates nothing after construction.
/// </summary>
internal sealed class RouteGraph
{
    private readonly Pool[] _pools;
    private readonly ulong[] _seenVersions;
    private readonly PathEdge[] _perPool;
    private readonly bool[] _usable;
    private readonly PathEdge[] _edges;
    private int _count;

    public RouteGraph(IReadOnlyList<Pool> pools)
    {
        _pools = [.. pools];
        _seenVersions = new ulong[_pools.Length];
        Array.Fill(_seenVersions, ulong.MaxValue);
        _perPool = new PathEdge[2 * _pools.Length];
        _usable = new bool[2 * _pools.Length];
        _edges = new PathEdge[2 * _pools.Length];
    }

    /// <summary>Most edges there can be.</summary>
    public int Capacity => _edges.Length;

    /// <summary>The usable edges, as of the last <see cref="Refresh"/>.</summary>
    public ReadOnlySpan<PathEdge> Edges => _edges.AsSpan(0, _count);

    public Pool PoolOf(int edge) => _pools[_edges[edge].Pool];

    /// <summary>Takes up what has changed in the pools.</summary>
    public void Refresh()
    {
        bool changed = false;
        for (int i = 0; i < _pools.Length; i++)
        {
            Pool pool = _pools[i];
            if (pool.Version == _seenVersions[i])
                continue;
            _seenVersions[i] = pool.Version;
            _usable[2 * i] = TryEdge(pool, pool.Asset0, i, out _perPool[2 * i]);
            _usable[2 * i + 1] = TryEdge(pool, pool.Asset1, i, out _perPool[2 * i + 1]);
            changed = true;
        }
        if (changed)
            Compact();
    }

    /// <summary>Numbers outside cannot be of a pool worth trading with, and the search refuses them.</summary>
    public static bool IsSearchable(double number) => number is >= PathLimits.MinMagnitude and <= PathLimits.MaxMagnitude;

    private static bool TryEdge(Pool pool, AssetId sell, int index, out PathEdge edge)
    {
        edge = default;
        if (!pool.IsReady || !pool.TryGetCurve(sell, out SwapCurve curve) || !IsSearchable(curve.Rate) || !IsSearchable(curve.Depth))
            return false;
        edge.Rate = curve.Rate;
        edge.Depth = curve.Depth;
        edge.From = sell.Index;
        edge.To = pool.Other(sell).Index;
        edge.Pool = index;
        edge.Gas = pool.TypicalGas;
        return true;
    }

    private void Compact()
    {
        _count = 0;
        for (int i = 0; i < _perPool.Length; i++)
            if (_usable[i])
                _edges[_count++] = _perPool[i];
    }
}
