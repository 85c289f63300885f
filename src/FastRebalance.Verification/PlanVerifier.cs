using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;

namespace FastRebalance.Verification;

/// <summary>
/// Doubts a plan: replays its legs to the unit on copies of the pools, and computes its value, its bound and its gap again in high
/// precision from the exact states. Shares nothing with the planner. Allocates; no part of it is for the hot path, for which there is
/// <see cref="PlanReplay"/>.
/// </summary>
/// <remarks>Keeps no state: any thread may ask, but none that the pools may change under.</remarks>
public sealed class PlanVerifier(VerifierTerms terms)
{
    /// <summary>What numbers of 96 digits may lose in sums of this kind.</summary>
    private static readonly BigFloat s_tiny = BigFloat.FromDouble(1e-60);

    /// <summary>What a few roundings of a double may be wrong by.</summary>
    private const double DoublesApart = 8.8817841970012523e-16; // 2^-50

    public PlanVerifier()
        : this(new VerifierTerms())
    {
    }

    /// <param name="pools">Every pool that the plan was made over, in the state that it was made on.</param>
    /// <param name="request">The question.</param>
    /// <param name="plan">The answer.</param>
    public PlanReport Verify(IReadOnlyList<Pool> pools, BasketRequest request, BasketPlan plan)
    {
        PlanReport report = VerifyLegs(pools, request, plan);
        return report.IsVerified ? VerifyCertificate(pools, request, plan) : report;
    }

    /// <summary>The legs and the holdings alone: whether the plan does what it says, not how good it is.</summary>
    public PlanReport VerifyLegs(IReadOnlyList<Pool> pools, BasketRequest request, BasketPlan plan)
    {
        PlanVerdict verdict = Preliminaries(pools, request, plan);
        if (verdict != PlanVerdict.Verified)
            return new PlanReport(verdict);
        LegReplay replay = new(pools, request, terms);
        for (int i = 0; i < plan.LegCount; i++)
        {
            verdict = replay.Make(in plan.Legs[i]);
            if (verdict != PlanVerdict.Verified)
                return new PlanReport(verdict) { Leg = i };
        }
        if (!request.AllowCycles && new LegCircles(request.AssetCount).Any(plan.Legs))
            return new PlanReport(PlanVerdict.TradesInCircle);
        int asset = PlanRules.DifferingHolding(replay.Balance, plan);
        if (asset >= 0)
            return new PlanReport(PlanVerdict.HoldingsDiffer) { Asset = asset, Claimed = (double)plan.FinalHoldings[asset] };
        asset = PlanRules.UncoveredDebt(replay.Balance, request);
        return asset >= 0 ? new PlanReport(PlanVerdict.OwedMissing) { Asset = asset } : new PlanReport(PlanVerdict.Verified);
    }

    private static PlanVerdict Preliminaries(IReadOnlyList<Pool> pools, BasketRequest request, BasketPlan plan)
    {
        PlanVerdict verdict = PlanRules.Shape(request, plan, request.AssetCount);
        if (verdict == PlanVerdict.Verified && !DoFit(pools, request.AssetCount))
            verdict = PlanVerdict.BadShape;
        if (verdict == PlanVerdict.Verified)
            verdict = PlanRules.Request(request);
        if (verdict == PlanVerdict.Verified)
            verdict = PlanRules.Status(plan);
        if (verdict == PlanVerdict.Verified)
            verdict = PlanRules.Numbers(plan);
        if (verdict == PlanVerdict.Verified && plan.StateVersion != pools.Aggregate(0ul, (sum, pool) => unchecked(sum + pool.Version)))
            verdict = PlanVerdict.StateChanged;
        return verdict;
    }

    private static bool DoFit(IReadOnlyList<Pool> pools, int assetCount) =>
        pools.DistinctBy(p => p.Id).Count() == pools.Count
        && pools.All(p => p.Assets.ToArray().All(a => a.Index < assetCount));

    private PlanReport VerifyCertificate(IReadOnlyList<Pool> pools, BasketRequest request, BasketPlan plan)
    {
        int asset = PlanRules.BadDualPrice(plan);
        if (asset >= 0)
            return new PlanReport(PlanVerdict.BadDualPrice) { Asset = asset, Claimed = plan.DualPrices[asset] };
        GoalFunction goal = new(request);
        BigFloat[] nu = [.. plan.DualPrices.Select(BigFloat.FromDouble)];
        if (DualBound.Of(goal, request, pools, nu, terms, out BigFloat slack) is not { } bound)
            return new PlanReport(PlanVerdict.BadDualPrice) { Asset = request.Kept.Index };
        if (goal.Of(plan.FinalHoldings) is not { } gross)
            return new PlanReport(PlanVerdict.ValueDiffers) { Claimed = plan.Value, Value = double.NegativeInfinity };
        BigFloat value = gross - goal.GasShare * GasOf(plan.Legs);
        return Judge(plan, value, bound, slack, goal.Of(request.Holdings));
    }

    private static BigFloat GasOf(ReadOnlySpan<BasketLeg> legs)
    {
        long gas = 0;
        foreach (ref readonly BasketLeg leg in legs)
            gas += leg.Gas;
        return new System.Numerics.BigInteger(gas);
    }

    private PlanReport Judge(BasketPlan plan, BigFloat value, BigFloat bound, BigFloat slack, BigFloat? valueOfNothing)
    {
        BigFloat gap = bound - value;
        double gapOfNothing = valueOfNothing is { } nothing ? (bound - nothing).ToDouble() : double.PositiveInfinity;
        PlanReport report = new(PlanVerdict.Verified)
        {
            Value = value.ToDouble(),
            Bound = bound.ToDouble(),
            Gap = gap.ToDouble(),
            ClaimedGap = plan.Gap,
            GapOfDoingNothing = gapOfNothing,
            Slack = slack.ToDouble(),
        };
        if (gap + slack < -s_tiny)
            return report with { Verdict = PlanVerdict.BoundBelowValue };
        if (!IsNear(plan.Value, report.Value))
            return report with { Verdict = PlanVerdict.ValueDiffers, Claimed = plan.Value };
        if (!IsNear(plan.Bound, report.Bound))
            return report with { Verdict = PlanVerdict.BoundDiffers, Claimed = plan.Bound };
        if (!IsGapNear(plan.Gap, report.Gap, report.Bound, report.Slack))
            return report with { Verdict = PlanVerdict.GapDiffers, Claimed = plan.Gap };
        if (!IsGapNear(plan.GapOfDoingNothing, gapOfNothing, report.Bound, report.Slack))
            return report with { Verdict = PlanVerdict.GapDiffers, Claimed = plan.GapOfDoingNothing };
        return plan.LegCount > 0 && valueOfNothing >= value ? report with { Verdict = PlanVerdict.NoBetterThanNothing } : report;
    }

    private bool IsNear(double claimed, double right) => Math.Abs(claimed - right) <= terms.Tolerance * Math.Max(1, Math.Abs(right));

    private bool IsGapNear(double claimed, double right, double bound, double slack)
    {
        if (double.IsPositiveInfinity(right))
            return double.IsPositiveInfinity(claimed);
        double allowed = Math.Max(terms.Tolerance, terms.GapTolerance * Math.Abs(right));
        return Math.Abs(claimed - right) <= Math.Max(allowed, DoublesApart * Math.Abs(bound)) + slack;
    }
}
