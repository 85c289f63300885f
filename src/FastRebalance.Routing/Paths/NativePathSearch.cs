using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>The C library's path search with a graph and scratch of its own.</summary>
public sealed class NativePathSearch : IPathSearch
{
    private readonly int _maxAssets;
    private readonly int _maxEdges;
    private readonly ulong[] _graph;
    private readonly ulong[] _scratch;

    /// <exception cref="InvalidOperationException">The library is missing; the message says what to do.</exception>
    public NativePathSearch(int maxAssets, int maxEdges)
    {
        PathSearches.RequireSizes(maxAssets, maxEdges);
        if (!Native.PathSearch.IsAvailable(out string why))
            throw new InvalidOperationException(why);
        _maxAssets = maxAssets;
        _maxEdges = maxEdges;
        _graph = new ulong[Native.PathSearch.GraphLength(maxEdges, maxAssets)];
        _scratch = new ulong[Native.PathSearch.ScratchLength(maxEdges, maxAssets, PathLimits.MaxHops)];
        BindImports();
    }

    public string Name => "native";

    public PathStatus Build(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount)
    {
        // Few edges could pay for too many assets in one block of memory; the twin has one array for each and says no.
        bool fits = edges.Length <= _maxEdges && assetCount <= _maxAssets;
        if (!fits)
            Native.PathSearch.BuildGraph(_graph, [], 0, 0); // refused, so that no graph is left: as the twin does it
        return Native.PathSearch.BuildGraph(fits ? _graph : _graph.AsSpan(0, 1), edges, assetCount, poolCount);
    }

    public PathStatus Change(ReadOnlySpan<PathEdgeChange> changes) => Native.PathSearch.ChangeGraph(_graph, changes);

    public PathStatus Find(
        in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
        Native.PathSearch.Find(query, _graph, blockedPools, _scratch, paths, values, out pathCount);

    public PathStatus FindExactOut(
        in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount) =>
        Native.PathSearch.FindExactOut(query, _graph, blockedPools, _scratch, paths, values, out pathCount);

    /// <summary>The runtime looks an import up, and allocates for it, at its first call: here, and not on the hot thread.</summary>
    private void BindImports()
    {
        PathQuery nothing = new() { Amount = 1, Source = 0, Target = 1, MaxHops = 1, MaxPaths = 1 };
        PathStatus built = Build([], 2, 0);
        PathStatus changed = Change([]);
        PathStatus found = Find(in nothing, [], new int[1], new double[1], out _);
        PathStatus foundOut = FindExactOut(in nothing, [], new int[1], new double[1], out _);
        if ((built, changed, found, foundOut) != (PathStatus.Ready, PathStatus.Ready, PathStatus.NoPath, PathStatus.NoPath))
            throw new InvalidOperationException(
                $"the native path search answers {built}, {changed}, {found}, {foundOut} on a graph without edges: rebuild it with ./build.sh native");
        Native.PathSearch.BuildGraph(_graph, [], 0, 0); // refused: back to no graph
    }
}
