namespace FastRebalance.Native;

/// <summary>
/// Prices at which a basket trades best, by the C library. Nothing here allocates or keeps state; any thread may call, each with a
/// workspace of its own.
/// </summary>
public static unsafe partial class DualSolve
{
    /// <summary>True where the library is found and speaks this version.</summary>
    /// <param name="why">What is in the way and what to do about it; empty when available.</param>
    public static bool IsAvailable(out string why) => PathSearch.IsAvailable(out why);

    /// <summary>Doubles of workspace for problems up to this size; 0 where a size is outside <see cref="DualLimits"/> or the library is missing.</summary>
    public static int WorkspaceLength(int tokenCount, int edgeCount, int segmentCount) =>
        !IsAvailable(out _) || tokenCount < 0 || edgeCount < 0 || segmentCount < 0 ? 0
            : (int)fr_dual_workspace_size((nuint)tokenCount, (nuint)edgeCount, (nuint)segmentCount);

    /// <summary>Finds the prices: token i is then worth <c>(1 + eps[i])^2</c> times its reference price to the goal.</summary>
    /// <param name="query">The question.</param>
    /// <param name="tokens">The basket.</param>
    /// <param name="edges">Pairs of tokens that pools trade.</param>
    /// <param name="segments">Their curves.</param>
    /// <param name="closed">One byte per edge, the sum of the <see cref="DualWays"/> not to be used; or empty.</param>
    /// <param name="eps">In: where to begin, above -1. Out: the prices. One per token.</param>
    /// <param name="workspace">What it holds matters only with <see cref="DualQuery.KeepFactor"/>.</param>
    /// <param name="over">Growth less one of every segment; or empty where the trades are not wanted.</param>
    /// <param name="result">How it went.</param>
    public static DualStatus Solve(
        in DualQuery query, ReadOnlySpan<DualToken> tokens, ReadOnlySpan<DualEdge> edges, ReadOnlySpan<DualSegment> segments,
        ReadOnlySpan<byte> closed, Span<double> eps, Span<double> workspace, Span<double> over, out DualResult result)
    {
        result = default;
        if (!IsAvailable(out _)) return DualStatus.LibraryMissing;
        // Safe: every span stays pinned for the call, its own length goes with it, and native code keeps no pointer after it returns.
        fixed (DualResult* resultPointer = &result)
        fixed (DualQuery* queryPointer = &query)
        fixed (DualToken* tokensPointer = tokens)
        fixed (DualEdge* edgesPointer = edges)
        fixed (DualSegment* segmentsPointer = segments)
        fixed (byte* closedPointer = closed)
        fixed (double* epsPointer = eps)
        fixed (double* workspacePointer = workspace)
        fixed (double* overPointer = over)
            return (DualStatus)fr_dual_solve(
                resultPointer,
                overPointer, (nuint)over.Length,
                epsPointer, (nuint)eps.Length,
                workspacePointer, (nuint)workspace.Length,
                tokensPointer, (nuint)tokens.Length,
                edgesPointer, (nuint)edges.Length,
                segmentsPointer, (nuint)segments.Length,
                closedPointer, (nuint)closed.Length,
                queryPointer);
    }
}
