using FastRebalance.Native;

namespace FastRebalance.Routing.Paths;

/// <summary>
/// Finds the best paths over a graph of pool directions for one amount. The graph is given once and changed where its pools change; a
/// query prepares nothing beyond what it looks at. Every implementation gives the same bits. An instance owns its graph and its working
/// memory: one user and one thread at a time, and no allocation after it is made.
/// </summary>
public interface IPathSearch
{
    /// <summary>"native" or "managed".</summary>
    string Name { get; }

    /// <summary>Takes a graph, in place of the one before.</summary>
    /// <param name="edges">In any order; an edge's place is its index from now on. With rate and depth 0 it is left out until it changes.</param>
    /// <param name="assetCount">Asset indices are below it; 2 to <see cref="PathLimits.MaxAssets"/>.</param>
    /// <param name="poolCount">Pool indices are below it; at most <see cref="PathLimits.MaxPools"/>.</param>
    /// <returns><see cref="PathStatus.Ready"/>, or the mistake in the arguments; there is no graph then.</returns>
    PathStatus Build(ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount);

    /// <summary>Changes edges at a cost that does not depend on the graph's size. Searches then answer as on a graph built anew.</summary>
    /// <returns><see cref="PathStatus.Ready"/>, or the mistake in the arguments; nothing is changed then.</returns>
    PathStatus Change(ReadOnlySpan<PathEdgeChange> changes);

    /// <summary>
    /// Finds the paths that bring most of the target, net of gas; best first, of equals the one whose edge indices are smaller in
    /// dictionary order. No path uses a pool twice or visits an asset twice. Exact: the result is what trying every path would give.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="paths">MaxHops edge indices per path, -1 after a path's last edge; at least MaxPaths * MaxHops.</param>
    /// <param name="values">Value of each path in raw units of the target, negative where gas eats more than it brings; at least MaxPaths.</param>
    /// <param name="pathCount">Paths found.</param>
    /// <returns><see cref="PathStatus.Found"/>, <see cref="PathStatus.NoPath"/>, or the mistake in the arguments.</returns>
    PathStatus Find(in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount);

    /// <summary>
    /// Finds the paths that take least of the source, gas counted, to bring the amount; the cheapest first. Paths that cannot bring it
    /// are none. Otherwise as <see cref="Find"/>.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="paths">MaxHops edge indices per path in the order of the trade, -1 after a path's last edge.</param>
    /// <param name="values">Cost of each path in raw units of the source, gas included.</param>
    /// <param name="pathCount">Paths found.</param>
    PathStatus FindExactOut(in PathQuery query, ReadOnlySpan<byte> blockedPools, Span<int> paths, Span<double> values, out int pathCount);
}
