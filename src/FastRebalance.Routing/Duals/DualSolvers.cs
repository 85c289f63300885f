using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>Chooses among the dual solvers.</summary>
public static class DualSolvers
{
    /// <summary>The native solver where its library is there, else the managed twin, which gives the same bits.</summary>
    /// <param name="maxTokens">Tokens of the largest problem it will see.</param>
    /// <param name="maxEdges">Edges of it.</param>
    /// <param name="maxSegments">Segments of it.</param>
    /// <param name="managed">Takes the twin in any case.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside <see cref="DualLimits"/>.</exception>
    public static IDualSolver Best(int maxTokens, int maxEdges, int maxSegments, bool managed = false) =>
        !managed && DualSolve.IsAvailable(out _)
            ? new NativeDualSolver(maxTokens, maxEdges, maxSegments)
            : new ManagedDualSolver(maxTokens, maxEdges, maxSegments);

    /// <summary>Sizes come from configuration, so a wrong one is told at set-up.</summary>
    internal static void RequireSizes(int maxTokens, int maxEdges, int maxSegments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTokens, DualLimits.MaxTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(maxEdges);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxEdges, DualLimits.MaxEdges);
        ArgumentOutOfRangeException.ThrowIfNegative(maxSegments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSegments, DualLimits.MaxSegments);
    }
}
