using FastRebalance.Native;

namespace FastRebalance.Engine.Routing.PathSearch;

/// <summary>
/// Finds the best paths over a graph of pool directions for one amount. Every implementation gives the same bits. An instance owns its
/// working memory: one thread at a time, and no allocation after it is made.
/// </summary>
public interface IPathSearch
{
    /// <summary>"native" or "managed".</summary>
    string Name { get; }

    /// <summary>
    /// Finds the paths that bring most of the target, net of gas; best first, of equals the one whose edge indices are smaller in
    /// dictionary order. No path uses a pool twice or visits an asset twice. Exact: the result is what trying every path would give.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="edges">The graph, in any order.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="paths">MaxHops edge indices per path, -1 after a path's last edge; at least MaxPaths * MaxHops.</param>
    /// <param name="values">Value of each path in raw units of the target, negative where gas eats more than it brings; at least MaxPaths.</param>
    /// <param name="pathCount">Paths found.</param>
    /// <returns><see cref="PathStatus.Found"/>, <see cref="PathStatus.NoPath"/>, or the mistake in the arguments.</returns>
    PathStatus Find(
        in PathQuery query,
        ReadOnlySpan<PathEdge> edges,
        ReadOnlySpan<byte> blockedPools,
        Span<int> paths,
        Span<double> values,
        out int pathCount);
}
