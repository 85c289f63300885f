using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>
/// The dual solver in plain C#, for machines without the native library: the twin of native/src/basket_dual.h, the same checks in the same
/// order and the same arithmetic in the same order, hence the same bits.
/// </summary>
public sealed class ManagedDualSolver : IDualSolver
{
    private const int NewtonSteps = 14;
    private const int ShortSteps = 1;
    private const int LineSteps = 40;
    private const int QuickLineSteps = 2;
    private const int SegmentsOfToken = 12;
    private const int SegmentsBeside = 20;
    private const int MoreSegments = 3;
    private const int BetweenSteps = 60;

    private readonly DualMemory _memory;
    private readonly int _maxTokens;
    private readonly int _maxEdges;
    private readonly int _maxSegments;

    /// <exception cref="ArgumentOutOfRangeException">A size is outside <see cref="DualLimits"/>.</exception>
    public ManagedDualSolver(int maxTokens, int maxEdges, int maxSegments)
    {
        DualSolvers.RequireSizes(maxTokens, maxEdges, maxSegments);
        (_maxTokens, _maxEdges, _maxSegments) = (maxTokens, maxEdges, maxSegments);
        _memory = new DualMemory(maxTokens, maxEdges, maxSegments);
    }

    public string Name => "managed";

    public DualStatus Solve(
        in DualQuery query, ReadOnlySpan<DualToken> tokens, ReadOnlySpan<DualEdge> edges, ReadOnlySpan<DualSegment> segments,
        ReadOnlySpan<byte> closed, Span<double> eps, Span<double> over, out DualResult result)
    {
        result = default;
        if (eps.Length < tokens.Length || (!over.IsEmpty && over.Length < segments.Length))
            return DualStatus.OutputTooSmall;
        DualStatus status = Check(in query, tokens, edges, segments.Length, closed.Length, eps);
        if (status < 0)
            return status;
        if (tokens.Length > _maxTokens || edges.Length > _maxEdges || segments.Length > _maxSegments)
            return DualStatus.WorkspaceTooSmall;

        DualWork work = new(_memory, in query, tokens, edges, segments, closed);
        eps = eps[..tokens.Length];
        status = Run(ref work, over.IsEmpty ? over : over[..segments.Length], eps, out result.Merit);
        foreach (double price in eps)
            work.Mix(price);
        result.Trace = work.Trace;
        result.Iterations = work.Iterations;
        result.Evaluations = work.Evaluations;
        result.Factorings = work.Factorings;
        return status;
    }

    private static DualStatus Run(ref DualWork work, Span<double> over, Span<double> eps, out double merit)
    {
        ApproachEnd end = ApproachEnd.Far;
        double reached = work.Evaluate(eps);
        work.Mix(reached);
        if (work.Query.KeepFactor != 0 && work.HasFactor)
            reached = NewtonMethod.Reuse(ref work, eps, reached);
        if (reached > work.Query.Tolerance)
            reached = NewtonMethod.Run(ref work, eps, reached, NewtonSteps, ShortSteps, QuickLineSteps);
        if (reached > DualWork.Noise)
            reached = Work(ref work, eps, out end);
        if (reached > work.Query.Tolerance && reached <= DualWork.Noise)
            reached = Patiently(ref work, eps, work.Evaluate(eps));
        merit = reached;
        if (!over.IsEmpty)
        {
            over.Clear();
            if (end == ApproachEnd.Near && reached > DualWork.Noise)
                WriteGrowths(ref work, over);
            else
                WriteTrades(ref work, over, eps);
        }
        return reached <= DualWork.Noise ? DualStatus.Exact : end == ApproachEnd.Near ? DualStatus.Approached : DualStatus.Unfinished;
    }

    private static double Patiently(ref DualWork work, Span<double> eps, double merit) =>
        NewtonMethod.Run(ref work, eps, merit, work.Query.MaxIterations, work.Query.MaxIterations, LineSteps);

    /// <summary>The interior-point method on ever more segments, and Newton's with patience where it does not get there. Returns the merit at eps.</summary>
    private static double Work(ref DualWork work, Span<double> eps, out ApproachEnd end)
    {
        int wanted = SegmentsOfToken * work.TokenCount + SegmentsBeside;
        double merit = 0.0;
        eps.CopyTo(work.Start);
        do
        {
            end = InteriorPointMethod.Approach(ref work, eps, ref merit, ArcChoice.ReachOf(ref work, wanted));
            wanted *= MoreSegments;
            if (end != ApproachEnd.Cut)
                continue;
            merit = NewtonMethod.Run(ref work, eps, work.Evaluate(eps), BetweenSteps, BetweenSteps, LineSteps);
            if (merit <= DualWork.Noise)
                end = ApproachEnd.Exact;
        }
        while (end == ApproachEnd.Cut);
        if (end == ApproachEnd.Exact)
            return merit;
        if (end == ApproachEnd.Far)
            work.Start.CopyTo(eps);
        merit = work.Evaluate(eps);
        work.Mix(merit);
        return end == ApproachEnd.Far ? Patiently(ref work, eps, merit) : merit;
    }

    private static void WriteTrades(ref DualWork work, Span<double> over, ReadOnlySpan<double> eps)
    {
        for (int i = 0; i < work.Edges.Length; i++)
        {
            ref readonly DualEdge e = ref work.Edges[i];
            if (!work.IsClosed(i, DualWays.AB))
                WriteWay(ref work, over, eps[e.A], eps[e.B], e.FirstAB, e.CountAB);
            if (!work.IsClosed(i, DualWays.BA))
                WriteWay(ref work, over, eps[e.B], eps[e.A], e.FirstBA, e.CountBA);
        }
    }

    private static void WriteWay(ref DualWork work, Span<double> over, double epsIn, double epsOut, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            ref readonly DualSegment g = ref work.Segments[i];
            double lead = (epsOut - epsIn) + g.Kappa * (1.0 + epsOut);
            if (!(lead > 0.0))
                return;
            over[i] = lead / (1.0 + epsIn);
            if (over[i] <= g.Cap)
                return;
            over[i] = g.Cap;
        }
    }

    private static void WriteGrowths(ref DualWork work, Span<double> over)
    {
        foreach (ref readonly DualArc c in work.Arcs[..work.ArcCount])
            over[c.Segment] = DualMath.Expm1(c.W);
    }

    private static DualStatus Check(
        in DualQuery query, ReadOnlySpan<DualToken> tokens, ReadOnlySpan<DualEdge> edges, int segmentCount, int closedCount,
        ReadOnlySpan<double> eps)
    {
        if (tokens.Length is < 2 or > DualLimits.MaxTokens || edges.Length > DualLimits.MaxEdges || segmentCount > DualLimits.MaxSegments
            || (closedCount != 0 && closedCount != edges.Length) || query.MaxIterations is < 1 or > DualLimits.MaxIterations
            || query.Goal is < DualGoals.TargetWeights or > DualGoals.MostOfOne)
            return DualStatus.BadLimit;
        if (query.Goal == DualGoals.MostOfOne && (uint)query.Kept >= (uint)tokens.Length)
            return DualStatus.BadIndex;
        if (!(query.Scale > 0.0) || !double.IsFinite(query.Scale) || !(query.Aversion > 0.0) || !double.IsFinite(query.Aversion)
            || !(query.Tolerance >= 0.0) || !double.IsFinite(query.Tolerance))
            return DualStatus.BadNumber;
        for (int i = 0; i < tokens.Length; i++)
            if (!IsShare(tokens[i].Held) || !IsShare(tokens[i].Weight) || !IsShare(tokens[i].Owed)
                || !(eps[i] > -1.0) || !double.IsFinite(eps[i]))
                return DualStatus.BadNumber;
        foreach (ref readonly DualEdge e in edges)
            if ((uint)e.A >= (uint)tokens.Length || (uint)e.B >= (uint)tokens.Length || e.A == e.B
                || e.CountAB < 0 || e.CountBA < 0 || e.FirstAB < 0 || e.FirstBA < 0
                || (long)e.FirstAB + e.CountAB > segmentCount || (long)e.FirstBA + e.CountBA > segmentCount)
                return DualStatus.BadIndex;
        return DualStatus.Exact;
    }

    private static bool IsShare(double x) => x >= 0.0 && double.IsFinite(x);
}
