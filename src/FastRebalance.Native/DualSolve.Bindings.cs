using System.Runtime.InteropServices;

namespace FastRebalance.Native;

// The C functions by their C names (fastrebalance.h).
public static unsafe partial class DualSolve
{
    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial nuint fr_dual_workspace_size(nuint tokenCount, nuint edgeCount, nuint segmentCount);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_dual_solve(
        DualResult* result,
        double* over, nuint overCap,
        double* eps, nuint epsLength,
        double* workspace, nuint workspaceLength,
        DualToken* tokens, nuint tokenCount,
        DualEdge* edges, nuint edgeCount,
        DualSegment* segments, nuint segmentCount,
        byte* closed, nuint closedCount,
        DualQuery* query);
}
