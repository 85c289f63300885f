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

    /// <summary>Scratch that <see cref="Find"/> needs for graphs up to this size.</summary>
    /// <returns>Its length; 0 where an argument is outside <see cref="PathLimits"/> or the library is missing.</returns>
    public static int ScratchLength(int edgeCount, int assetCount, int maxHops) =>
        s_whyNot is not null || edgeCount < 0 ? 0 : (int)(fr_path_scratch_size((nuint)edgeCount, assetCount, maxHops) / sizeof(ulong));

    /// <summary>
    /// Finds the paths that bring most of the target, net of gas; best first, of equals the one whose edge indices are smaller in
    /// dictionary order. No path uses a pool twice or visits an asset twice. Exact: the result is what trying every path would give.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="edges">The graph, in any order.</param>
    /// <param name="blockedPools">One byte per pool, not zero to leave the pool out; or empty.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/>; its content means nothing.</param>
    /// <param name="paths">MaxHops edge indices per path, -1 after a path's last edge; at least MaxPaths * MaxHops.</param>
    /// <param name="values">Value of each path in raw units of the target, negative where gas eats more than it brings; at least MaxPaths.</param>
    /// <param name="pathCount">Paths found.</param>
    public static PathStatus Find(
        in PathQuery query,
        ReadOnlySpan<PathEdge> edges,
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
        // Safe: every span stays pinned for the call, its own length goes with it, and native code keeps no pointer after it returns.
        fixed (PathQuery* queryPointer = &query)
        fixed (PathEdge* edgesPointer = edges)
        fixed (byte* blockedPointer = blockedPools)
        fixed (ulong* scratchPointer = scratch)
        fixed (int* pathsPointer = paths)
        fixed (double* valuesPointer = values)
            status = fr_path_find(
                pathsPointer, (nuint)paths.Length,
                valuesPointer, (nuint)values.Length,
                &count,
                scratchPointer, (nuint)scratch.Length * sizeof(ulong),
                edgesPointer, (nuint)edges.Length,
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
