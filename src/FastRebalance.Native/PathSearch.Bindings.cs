using System.Runtime.InteropServices;

namespace FastRebalance.Native;

// The C functions by their C names (fastrebalance.h).
public static unsafe partial class PathSearch
{
    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_abi_version();

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial nuint fr_path_graph_size(nuint edgeCount, int assetCount);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_path_graph_build(
        void* graph, nuint graphLen, PathEdge* edges, nuint edgeCount, int assetCount, int poolCount);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_path_graph_change(void* graph, nuint graphLen, PathEdgeChange* changes, nuint changeCount);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial nuint fr_path_scratch_size(nuint edgeCount, int assetCount, int maxHops);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_path_find(
        int* paths, nuint pathsCap,
        double* values, nuint valuesCap,
        nuint* pathCount,
        void* scratch, nuint scratchLen,
        void* graph, nuint graphLen,
        byte* blockedPools, nuint blockedCount,
        PathQuery* query);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_path_find_exact_out(
        int* paths, nuint pathsCap,
        double* values, nuint valuesCap,
        nuint* pathCount,
        void* scratch, nuint scratchLen,
        void* graph, nuint graphLen,
        byte* blockedPools, nuint blockedCount,
        PathQuery* query);
}
