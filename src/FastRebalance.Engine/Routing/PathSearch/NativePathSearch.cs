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
        BindImport();
    }

    public string Name => "native";

    /// <summary>The runtime looks an import up, and allocates for it, at its first call: here, and not on the hot thread.</summary>
    private void BindImport()
    {
        PathQuery nothing = new() { AmountIn = 1, Source = 0, Target = 1, AssetCount = 2, MaxHops = 1, MaxPaths = 1 };
        PathStatus status = Find(in nothing, [], [], new int[1], new double[1], out _);
        if (status != PathStatus.NoPath)
            throw new InvalidOperationException($"the native path search answers {status} where there is no path: rebuild it with ./build.sh native");
    }

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
