using FastRebalance.Native;

namespace FastRebalance.Engine.Routing.PathSearch;

/// <summary>
/// The path search in plain C#, for machines without the native library: the twin of native/src/path_search.h, the same checks in the
/// same order and the same arithmetic in the same order, hence the same bits.
/// </summary>
public sealed class ManagedPathSearch : IPathSearch
{
    private readonly double[] _bestRate;
    private readonly ulong[] _leastGas;
    private readonly double[] _rowReach;
    private readonly int[] _rowEdge;
    private readonly int[] _rowStart;

    /// <summary>Takes all the memory the search will ever need.</summary>
    /// <param name="maxAssets">Assets of the largest graph it will see.</param>
    /// <param name="maxEdges">Edges of the largest graph it will see.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside <see cref="PathLimits"/>.</exception>
    public ManagedPathSearch(int maxAssets, int maxEdges)
    {
        PathSearches.RequireSizes(maxAssets, maxEdges);
        _bestRate = new double[maxAssets * PathLimits.MaxHops];
        _leastGas = new ulong[maxAssets * PathLimits.MaxHops];
        _rowReach = new double[maxEdges];
        _rowEdge = new int[maxEdges];
        _rowStart = new int[maxAssets + 1];
    }

    public string Name => "managed";

    public PathStatus Find(
        in PathQuery query,
        ReadOnlySpan<PathEdge> edges,
        ReadOnlySpan<byte> blockedPools,
        Span<int> paths,
        Span<double> values,
        out int pathCount)
    {
        pathCount = 0;
        PathStatus status = CheckQuery(query, edges.Length, blockedPools.Length);
        if (status < 0) return status;
        if (paths.Length < query.MaxPaths * query.MaxHops || values.Length < query.MaxPaths) return PathStatus.OutputTooSmall;
        if (edges.Length > _rowEdge.Length || query.AssetCount >= _rowStart.Length) return PathStatus.ScratchTooSmall;
        status = CheckEdges(query, edges);
        if (status < 0) return status;

        PathBranchAndBound search = new(query, edges, blockedPools, paths, values, _bestRate, _leastGas, _rowReach, _rowEdge, _rowStart);
        search.MeasureReach();
        search.BuildRows();
        search.Extend(0, query.Source, query.AmountIn, 0);

        pathCount = search.Count;
        return pathCount > 0 ? PathStatus.Found : PathStatus.NoPath;
    }

    private static PathStatus CheckQuery(in PathQuery query, int edgeCount, int blockedCount)
    {
        if (edgeCount > PathLimits.MaxEdges
            || query.AssetCount is < 2 or > PathLimits.MaxAssets
            || query.MaxHops is < 1 or > PathLimits.MaxHops
            || query.MaxPaths is < 1 or > PathLimits.MaxPaths
            || query.PoolCount is < 0 or > PathLimits.MaxPools
            || (blockedCount != 0 && blockedCount != query.PoolCount))
            return PathStatus.BadLimit;
        if (!IsIndex(query.Source, query.AssetCount) || !IsIndex(query.Target, query.AssetCount)) return PathStatus.BadIndex;
        if (query.Source == query.Target) return PathStatus.SameAsset;
        return IsMagnitude(query.AmountIn) && (query.GasPriceInTarget == 0.0 || IsMagnitude(query.GasPriceInTarget))
            ? PathStatus.Found
            : PathStatus.BadNumber;
    }

    private static PathStatus CheckEdges(in PathQuery query, ReadOnlySpan<PathEdge> edges)
    {
        foreach (ref readonly PathEdge edge in edges)
        {
            if (!IsIndex(edge.From, query.AssetCount) || !IsIndex(edge.To, query.AssetCount) || edge.From == edge.To
                || !IsIndex(edge.Pool, query.PoolCount))
                return PathStatus.BadIndex;
            if (!IsMagnitude(edge.Rate) || !IsMagnitude(edge.Depth)) return PathStatus.BadNumber;
        }
        return PathStatus.Found;
    }

    private static bool IsIndex(int index, int count) => (uint)index < (uint)count;

    // False for NaN as well: every comparison with it is.
    private static bool IsMagnitude(double x) => x >= PathLimits.MinMagnitude && x <= PathLimits.MaxMagnitude;
}
