using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Presigning;

/// <summary>Which event kills which rungs: one line for each. Pure.</summary>
public static class InvalidationRules
{
    /// <summary>True where the rung must not be fired any more.</summary>
    public static bool Kills(in Invalidation what, SlotLadder ladder, int rung)
    {
        ref readonly Rung signed = ref ladder[rung];
        LadderPlan plan = ladder.Plan;
        ForeseenOrder route = plan.RouteArray[signed.Key.Route];
        OrderLeg[] legs = plan.LegsOf(signed.Key.Size, signed.Key.Route, signed.Key.Limit)!;
        return what.Kind switch
        {
            InvalidationKind.SlotConsumed => ladder.Nonce <= what.Number,
            InvalidationKind.HeadMoved => EndsTooSoon(route, in what),
            InvalidationKind.BaseFeeRose => what.Wei > signed.Fees.MaxFeePerGasWei - signed.Fees.TipWei,
            InvalidationKind.DecisionChanged => route.Portfolio == what.Portfolio,
            InvalidationKind.PriceMoved => IsPricedOut(legs, in what),
            InvalidationKind.PoolChanged => Crosses(legs, what.Pool),
            InvalidationKind.AssetFlagged => Touches(legs, what.Asset),
            InvalidationKind.InventoryChanged => !plan.Options.SizesOnChain && Sells(legs, what.Asset),
            InvalidationKind.CodeChanged or InvalidationKind.ChainRulesChanged or InvalidationKind.KeyRotated or InvalidationKind.Killed => true,
            InvalidationKind.BudgetCut => signed.MaxCostWei > what.Wei,
            InvalidationKind.ReorgBelow => false,
            _ => throw new ArgumentOutOfRangeException(nameof(what), what.Kind, "no rule says what this kills"),
        };
    }

    private static bool EndsTooSoon(ForeseenOrder route, in Invalidation head) =>
        route.MaxBlock < head.SafetyBlocks || head.Number > route.MaxBlock - head.SafetyBlocks
        || head.Seconds > route.DeadlineUnixSeconds - head.SafetySeconds;

    private static bool IsPricedOut(OrderLeg[] legs, in Invalidation price)
    {
        foreach (ref readonly OrderLeg leg in legs.AsSpan())
            if (leg.Sell == price.Asset && leg.Buy == price.Buy
                && (Products.Compare(in leg.MinimumOut, price.AmountIn, price.MinimumOut, in leg.AmountIn) < 0
                    || Products.Compare(in leg.MinimumOut, price.AmountIn, price.ExpectedOut, in leg.AmountIn) > 0))
                return true;
        return false;
    }

    private static bool Crosses(OrderLeg[] legs, PoolId pool)
    {
        foreach (ref readonly OrderLeg leg in legs.AsSpan())
            for (int hop = 0; hop < leg.HopCount; hop++)
                if (leg.Pool(hop) == pool)
                    return true;
        return false;
    }

    private static bool Touches(OrderLeg[] legs, AssetId asset)
    {
        foreach (ref readonly OrderLeg leg in legs.AsSpan())
            if (leg.Sell == asset || leg.Buy == asset || leg.Via0 == asset || leg.Via1 == asset || leg.Via2 == asset)
                return true;
        return false;
    }

    private static bool Sells(OrderLeg[] legs, AssetId asset)
    {
        foreach (ref readonly OrderLeg leg in legs.AsSpan())
            if (leg.Sell == asset)
                return true;
        return false;
    }
}
