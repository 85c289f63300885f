using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>
/// The path search in plain C#, for machines without the native library: the twin of native/src/path_search.h, the same checks in the
/// same order and the same arithmetic in the same order, hence the same bits.
/// </summary>
public sealed class ManagedPathSearch : IPathSearch
{
    private readonly PathGraph _graph;
    private readonly PathScratch _scratch;

    /// <summary>Takes all the memory the search will ever need.</summary>
    /// <param name="maxAssets">Assets of the largest graph it will see.</param>
    /// <param name="maxEdges">Edges of the largest graph it will see.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside <see cref="PathLimits"/>.</exception>
    public ManagedPathSearch(int maxAssets, int maxEdges)
    {
        PathSearches.RequireSizes(maxAssets, maxEdges);
        _graph = new PathGraph(maxAssets, maxEdges);
        _scratch = new PathScratch(maxAssets, maxEdges);
    }

    public string Name => "managed";

    public PathStatus Build(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount) => _graph.Build(edges, assetCount, poolCount);

    public PathStatus Change(ReadOnlySpan<PathEdgeChange> changes) => _graph.Change(changes);

    public PathStatus Find(
        in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
        Find(query, isExactOut: false, blockedPools, paths, values, out pathCount);

    public PathStatus FindExactOut(
        in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount)
    {
        PathStatus status = Find(query, isExactOut: true, blockedPools, paths, values, out pathCount);
        for (int i = 0; i < pathCount; i++)
            values[i] = -values[i]; // from scores to costs
        return status;
    }

    private PathStatus Find(
        in PathQuery query, bool isExactOut, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount)
    {
        pathCount = 0;
        if (!_graph.IsBuilt) return PathStatus.BadGraph;
        PathStatus status = CheckQuery(query, blockedPools.Length);
        if (status < 0) return status;
        if (paths.Length < query.MaxPaths * query.MaxHops || values.Length < query.MaxPaths) return PathStatus.OutputTooSmall;

        PathBranchAndBound search = new(query, isExactOut, _graph, blockedPools, paths, values, _scratch);
        search.Run();

        pathCount = search.Count;
        return pathCount > 0 ? PathStatus.Found : PathStatus.NoPath;
    }

    private PathStatus CheckQuery(in PathQuery query, int blockedCount)
    {
        if (query.MaxHops is < 1 or > PathLimits.MaxHops
            || query.MaxPaths is < 1 or > PathLimits.MaxPaths
            || (blockedCount != 0 && blockedCount != _graph.PoolCount))
            return PathStatus.BadLimit;
        if (!PathGraph.IsIndex(query.Source, _graph.AssetCount) || !PathGraph.IsIndex(query.Target, _graph.AssetCount))
            return PathStatus.BadIndex;
        if (query.Source == query.Target) return PathStatus.SameAsset;
        return PathGraph.IsMagnitude(query.Amount) && (query.GasPrice == 0.0 || PathGraph.IsMagnitude(query.GasPrice))
            ? PathStatus.Found
            : PathStatus.BadNumber;
    }
}
