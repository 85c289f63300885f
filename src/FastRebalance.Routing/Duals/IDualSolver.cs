using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>
/// Finds the prices at which a basket of tokens trades best through many pools. Every implementation gives the same bits. An instance owns
/// its working memory: one thread at a time, and no allocation after it is made.
/// </summary>
public interface IDualSolver
{
    /// <summary>"native" or "managed".</summary>
    string Name { get; }

    /// <summary>Minimises the dual; token i is then worth <c>(1 + eps[i])^2</c> times its reference price to the goal.</summary>
    /// <param name="query">The question; <see cref="DualQuery.KeepFactor"/> only when the call before it was of the same problem, little changed.</param>
    /// <param name="tokens">The basket.</param>
    /// <param name="edges">Pairs of tokens that pools trade.</param>
    /// <param name="segments">Their curves.</param>
    /// <param name="closed">One byte per edge, the sum of the <see cref="DualWays"/> not to be used; or empty.</param>
    /// <param name="eps">In: where to begin, above -1. Out: the prices. One per token.</param>
    /// <param name="over">Growth less one of every segment; or empty where the trades are not wanted.</param>
    /// <param name="result">How it went.</param>
    DualStatus Solve(
        in DualQuery query, ReadOnlySpan<DualToken> tokens, ReadOnlySpan<DualEdge> edges, ReadOnlySpan<DualSegment> segments,
        ReadOnlySpan<byte> closed, Span<double> eps, Span<double> over, out DualResult result);
}
