using FastRebalance.Native;

namespace FastRebalance.Engine.Routing.PathSearch;

/// <summary>The C library's path search with scratch of its own.</summary>
public sealed class NativePathSearch : IPathSearch
{
    private readonly int _maxAssets;
    private readonly int _maxEdges;
    private readonly ulong[] _scratch;

    /// <exception cref="InvalidOperationException">The library is missing; the message says what to do.</exception>
    public NativePathSearch(int maxAssets, int maxEdges)
    {
        PathSearches.RequireSizes(maxAssets, maxEdges);
        if (!Native.PathSearch.IsAvailable(out string why))
            throw new InvalidOperationException(why);
        _maxAssets = maxAssets;
        _maxEdges = maxEdges;
        _scratch = new ulong[Native.PathSearch.ScratchLength(maxEdges, maxAssets, PathLimits.MaxHops)];
    }

    public string Name => "native";

    public PathStatus Find(
        in PathQuery query,
        ReadOnlySpan<PathEdge> edges,
        ReadOnlySpan<byte> blockedPools,
        Span<int> paths,
        Span<double> values,
        out int pathCount)
    {
        // Few edges could pay for too many assets in one block of scratch; the twin has one array for each and says no.
        bool fits = edges.Length <= _maxEdges && query.AssetCount <= _maxAssets;
        return Native.PathSearch.Find(query, edges, blockedPools, fits ? _scratch : [], paths, values, out pathCount);
    }
}
