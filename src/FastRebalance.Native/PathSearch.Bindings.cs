using System.Runtime.InteropServices;

namespace FastRebalance.Native;

// The C functions by their C names (fastrebalance.h).
public static unsafe partial class PathSearch
{
    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_abi_version();

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial nuint fr_path_scratch_size(nuint edgeCount, int assetCount, int maxHops);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_path_find(
        int* paths, nuint pathsCap,
        double* values, nuint valuesCap,
        nuint* pathCount,
        void* scratch, nuint scratchLen,
        PathEdge* edges, nuint edgeCount,
        byte* blockedPools, nuint blockedCount,
        PathQuery* query);
}
