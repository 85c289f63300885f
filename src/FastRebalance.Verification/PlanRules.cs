using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;

namespace FastRebalance.Verification;

/// <summary>The questions about a plan that need no arithmetic of pools. Allocates nothing.</summary>
internal static class PlanRules
{
    private const double WeightSumTolerance = 1e-9;

    public static PlanVerdict Shape(BasketRequest request, BasketPlan plan, int assetCount) =>
        request.AssetCount == assetCount && plan.FinalHoldings.Length == assetCount && plan.DualPrices.Length == assetCount
            ? PlanVerdict.Verified : PlanVerdict.BadShape;

    public static PlanVerdict Status(BasketPlan plan) => plan.Status switch
    {
        BasketStatus.Planned => plan.LegCount > 0 ? PlanVerdict.Verified : PlanVerdict.NotAPlan,
        BasketStatus.NothingToDo => plan.LegCount == 0 ? PlanVerdict.Verified : PlanVerdict.NotAPlan,
        _ => PlanVerdict.NotAPlan,
    };

    /// <summary>Every comparison is written so that NaN fails it.</summary>
    public static PlanVerdict Request(BasketRequest request)
    {
        bool good = request.MaxSlippage is >= 0 and < 1 && request.NumerairePerGas >= 0 && double.IsFinite(request.NumerairePerGas)
            && IsPriced(request) && HoldsAnything(request) && request.Goal switch
            {
                BasketGoal.TargetWeights => AreWeights(request.Weights),
                BasketGoal.TrackingError => AreWeights(request.Weights) && request.Aversion > 0 && double.IsFinite(request.Aversion),
                BasketGoal.MostOfOne => request.Kept.Index >= 0 && request.Kept.Index < request.AssetCount,
                _ => false,
            };
        return good ? PlanVerdict.Verified : PlanVerdict.BadRequest;
    }

    /// <summary>Only the gap of doing nothing may be infinite: what is held may be worth nothing to the goal.</summary>
    public static PlanVerdict Numbers(BasketPlan plan)
    {
        if (!double.IsFinite(plan.Value) || !double.IsFinite(plan.Bound) || !double.IsFinite(plan.Gap))
            return PlanVerdict.NotFinite;
        if (!double.IsFinite(plan.GapOfDoingNothing) && !double.IsPositiveInfinity(plan.GapOfDoingNothing))
            return PlanVerdict.NotFinite;
        foreach (double price in plan.DualPrices)
            if (!double.IsFinite(price))
                return PlanVerdict.NotFinite;
        return PlanVerdict.Verified;
    }

    /// <summary>The first index whose dual price is not above zero; -1 where all are.</summary>
    public static int BadDualPrice(BasketPlan plan)
    {
        for (int t = 0; t < plan.DualPrices.Length; t++)
            if (!(plan.DualPrices[t] > 0))
                return t;
        return -1;
    }

    /// <summary>What a leg says of itself, beside its amounts.</summary>
    public static PlanVerdict Leg(in BasketLeg leg, Pool pool, uint gasPerLeg)
    {
        if (!pool.Holds(leg.Sell) || !pool.Holds(leg.Buy) || leg.Sell == leg.Buy)
            return PlanVerdict.WrongAsset;
        if (leg.AmountIn.IsZero || leg.ExpectedOut.IsZero)
            return PlanVerdict.ZeroAmount;
        if (leg.MinimumOut > leg.ExpectedOut)
            return PlanVerdict.MinimumTooHigh;
        return leg.Gas < (ulong)pool.TypicalGas + gasPerLeg ? PlanVerdict.GasTooLow : PlanVerdict.Verified;
    }

    /// <summary>The first asset whose claimed holdings are not the balance; -1 where there is none.</summary>
    public static int DifferingHolding(ReadOnlySpan<UInt256> balance, BasketPlan plan)
    {
        for (int t = 0; t < balance.Length; t++)
            if (balance[t] != plan.FinalHoldings[t])
                return t;
        return -1;
    }

    /// <summary>The first asset of which less is left than is owed; -1 where there is none.</summary>
    public static int UncoveredDebt(ReadOnlySpan<UInt256> balance, BasketRequest request)
    {
        if (request.Goal != BasketGoal.MostOfOne)
            return -1;
        for (int t = 0; t < balance.Length; t++)
            if (balance[t] < request.Owed[t])
                return t;
        return -1;
    }

    private static bool IsPriced(BasketRequest request)
    {
        foreach (double price in request.ReferencePrices)
            if (!(price > 0) || !double.IsFinite(price))
                return false;
        return true;
    }

    private static bool HoldsAnything(BasketRequest request)
    {
        foreach (UInt256 held in request.Holdings)
            if (!held.IsZero)
                return true;
        return false;
    }

    private static bool AreWeights(double[] weights)
    {
        double sum = 0;
        foreach (double weight in weights)
        {
            if (!(weight >= 0))
                return false;
            sum += weight;
        }
        return Math.Abs(sum - 1) <= WeightSumTolerance;
    }
}
