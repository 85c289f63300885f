using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>The C library's dual solver with a workspace of its own.</summary>
public sealed class NativeDualSolver : IDualSolver
{
    private readonly double[] _workspace;

    /// <exception cref="InvalidOperationException">The library is missing; the message says what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside <see cref="DualLimits"/>.</exception>
    public NativeDualSolver(int maxTokens, int maxEdges, int maxSegments)
    {
        DualSolvers.RequireSizes(maxTokens, maxEdges, maxSegments);
        if (!DualSolve.IsAvailable(out string why))
            throw new InvalidOperationException(why);
        _workspace = new double[DualSolve.WorkspaceLength(maxTokens, maxEdges, maxSegments)];
        // The runtime looks an import up, and allocates for it, at its first call: here, and not on the hot thread.
        Solve(default, [], [], [], [], [], [], out _);
    }

    public string Name => "native";

    public DualStatus Solve(
        in DualQuery query, ReadOnlySpan<DualToken> tokens, ReadOnlySpan<DualEdge> edges, ReadOnlySpan<DualSegment> segments,
        ReadOnlySpan<byte> closed, Span<double> eps, Span<double> over, out DualResult result) =>
        DualSolve.Solve(query, tokens, edges, segments, closed, eps, _workspace, over, out result);
}
