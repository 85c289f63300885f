namespace FastRebalance.Native;

/// <summary>
/// Best paths from one asset to another for one amount, by the C library. Nothing here allocates or keeps state; any thread may call,
/// each with scratch of its own.
/// </summary>
public static unsafe partial class PathSearch
{
    /// <summary>FR_ABI_VERSION of the header these bindings were written against.</summary>
    private const int AbiVersion = 2;

    private static readonly string? s_whyNot = Probe();

    /// <summary>True where the library is found and speaks this version.</summary>
    /// <param name="why">What is in the way and what to do about it; empty when available.</param>
    public static bool IsAvailable(out string why)
    {
        why = s_whyNot ?? "";
        return s_whyNot is null;
    }

    /// <summary>Memory that a graph up to this size needs.</summary>
    /// <returns>Its length; 0 where an argument is outside <see cref="PathLimits"/> or the library is missing.</returns>
    public static int GraphLength(int edgeCount, int assetCount) =>
        s_whyNot is not null || edgeCount < 0 ? 0 : (int)(fr_path_graph_size((nuint)edgeCount, assetCount) / sizeof(ulong));

    /// <summary>Scratch that a search over graphs up to this size needs.</summary>
    /// <returns>Its length; 0 where an argument is outside <see cref="PathLimits"/> or the library is missing.</returns>
    public static int ScratchLength(int edgeCount, int assetCount, int maxHops) =>
        s_whyNot is not null || edgeCount < 0 ? 0 : (int)(fr_path_scratch_size((nuint)edgeCount, assetCount, maxHops) / sizeof(ulong));

    /// <summary>Makes a graph of edges, in some passes over them, whatever was in its memory before.</summary>
    /// <param name="graph">At least <see cref="GraphLength"/>; from now on only for the calls of this class to write.</param>
    /// <param name="edges">In any order; an edge's place is its index from now on.</param>
    /// <param name="assetCount">Asset indices are below it; 2 to <see cref="PathLimits.MaxAssets"/>.</param>
    /// <param name="poolCount">Pool indices are below it; at most <see cref="PathLimits.MaxPools"/>.</param>
    /// <returns><see cref="PathStatus.Ready"/>, or the mistake; the memory is then no graph.</returns>
    public static PathStatus BuildGraph(Span<ulong> graph, ReadOnlySpan<PathEdge> edges, int assetCount, int poolCount)
    {
        if (s_whyNot is not null) return PathStatus.LibraryMissing;
        // Safe: every span stays pinned for the call, its own length goes with it, and native code keeps no pointer after it returns.
        fixed (ulong* graphPointer = graph)
        fixed (PathEdge* edgesPointer = edges)
            return (PathStatus)fr_path_graph_build(
                graphPointer, (nuint)graph.Length * sizeof(ulong), edgesPointer, (nuint)edges.Length, assetCount, poolCount);
    }

    /// <summary>Changes edges in place, at a cost of two writes each; searches then answer as on a graph built anew.</summary>
    /// <returns><see cref="PathStatus.Ready"/>, or the mistake; nothing is changed then.</returns>
    public static PathStatus ChangeGraph(Span<ulong> graph, ReadOnlySpan<PathEdgeChange> changes)
    {
        if (s_whyNot is not null) return PathStatus.LibraryMissing;
        // Safe: as above.
        fixed (ulong* graphPointer = graph)
        fixed (PathEdgeChange* changesPointer = changes)
            return (PathStatus)fr_path_graph_change(
                graphPointer, (nuint)graph.Length * sizeof(ulong), changesPointer, (nuint)changes.Length);
    }

    /// <summary>
    /// Finds the paths that bring most of the target, net of gas; best first, of equals the one whose edge indices are smaller in
    /// dictionary order. No path uses a pool twice or visits an asset twice. Exact: the result is what trying every path would give.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="graph">Built before.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>; its content means nothing.</param>
    /// <param name="paths">MaxHops edge indices per path, -1 after a path's last edge; at least MaxPaths * MaxHops.</param>
    /// <param name="values">Value of each path in raw units of the target, negative where gas eats more than it brings; at least MaxPaths.</param>
    /// <param name="pathCount">Paths found.</param>
    public static PathStatus Find(
        in PathQuery query,
        ReadOnlySpan<ulong> graph,
        ReadOnlySpan<byte> blockedPools,
        Span<ulong> scratch,
        Span<int> paths,
        Span<double> values,
        out int pathCount)
    {
        pathCount = 0;
        if (s_whyNot is not null) return PathStatus.LibraryMissing;
        nuint count = 0;
        int status;
        // Safe: as above.
        fixed (PathQuery* queryPointer = &query)
        fixed (ulong* graphPointer = graph)
        fixed (byte* blockedPointer = blockedPools)
        fixed (ulong* scratchPointer = scratch)
        fixed (int* pathsPointer = paths)
        fixed (double* valuesPointer = values)
            status = fr_path_find(
                pathsPointer, (nuint)paths.Length,
                valuesPointer, (nuint)values.Length,
                &count,
                scratchPointer, (nuint)scratch.Length * sizeof(ulong),
                graphPointer, (nuint)graph.Length * sizeof(ulong),
                blockedPointer, (nuint)blockedPools.Length,
                queryPointer);
        pathCount = (int)count;
        return (PathStatus)status;
    }

    /// <summary>Finds the paths that take least of the source, gas counted, for one given output; otherwise as <see cref="Find"/>.</summary>
    /// <param name="query">The question.</param>
    /// <param name="graph">Built before.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>; its content means nothing.</param>
    /// <param name="paths">MaxHops edge indices per path, -1 after a path's last edge; at least MaxPaths * MaxHops.</param>
    /// <param name="values">Cost of each path in raw units of the source, gas included; at least MaxPaths.</param>
    /// <param name="pathCount">Paths found.</param>
    public static PathStatus FindExactOut(
        in PathQuery query,
        ReadOnlySpan<ulong> graph,
        ReadOnlySpan<byte> blockedPools,
        Span<ulong> scratch,
        Span<int> paths,
        Span<double> values,
        out int pathCount)
    {
        pathCount = 0;
        if (s_whyNot is not null) return PathStatus.LibraryMissing;
        nuint count = 0;
        int status;
        // Safe: as above.
        fixed (PathQuery* queryPointer = &query)
        fixed (ulong* graphPointer = graph)
        fixed (byte* blockedPointer = blockedPools)
        fixed (ulong* scratchPointer = scratch)
        fixed (int* pathsPointer = paths)
        fixed (double* valuesPointer = values)
            status = fr_path_find_exact_out(
                pathsPointer, (nuint)paths.Length,
                valuesPointer, (nuint)values.Length,
                &count,
                scratchPointer, (nuint)scratch.Length * sizeof(ulong),
                graphPointer, (nuint)graph.Length * sizeof(ulong),
                blockedPointer, (nuint)blockedPools.Length,
                queryPointer);
        pathCount = (int)count;
        return (PathStatus)status;
    }

    private static string? Probe()
    {
        NativeLibraries.EnsureRegistered();
        try
        {
            int version = fr_abi_version();
            return version == AbiVersion ? null
                : $"libfastrebalance has version {version} and this program needs {AbiVersion}: build it again with ./build.sh native";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return $"libfastrebalance cannot be loaded ({e.GetType().Name}): build it with ./build.sh native (needs gcc or clang)";
        }
    }
}
