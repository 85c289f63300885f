using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Finds the rung for what was really decided. It is never larger, never of a worse price, never keeps less and never lives longer than decided.
/// Trigger thread; allocates nothing.
/// </summary>
/// <remarks>
/// A rung goes the way that was decided, pool by pool, and no leg of it sells more. What safety decides may go another way where it trades one pair:
/// then what the rung sells in all is not more, each of its limits is inside every decided one, and a little later would be worse than a little dearer.
/// <para/>
/// A limit that is better than the order expects counts as a miss. The executor might still fill such a leg in part, down to the pool's price
/// before the trade, or revert against its least fill; which of the two cannot be told here, so it is not tried.
/// </remarks>
public static class RungPicker
{
    private const uint BpsPerUnit = 10_000;

    /// <param name="ladder">The slot's rungs.</param>
    /// <param name="order">What was decided.</param>
    /// <param name="headBlock">The newest head.</param>
    /// <param name="headSeconds">Its timestamp.</param>
    /// <param name="options">How far a rung may be from it.</param>
    /// <returns>The rung, or the reason that came nearest to one.</returns>
    public static RungPick Pick(SlotLadder ladder, in DecidedOrder order, ulong headBlock, long headSeconds, PickOptions options)
    {
        if (ladder.Count == 0)
            return RungPick.Miss(HitClass.MissCold);
        if (!ladder.FeeLevels.TryGet(order.Tier, out int wanted, out int most))
            return RungPick.Miss(HitClass.MissFee);
        HitClass nearest = HitClass.MissRoute;
        RungPick best = default;
        LadderPlan plan = ladder.Plan;
        bool goesAnyWay = order.Tier == PolicyTier.Safety && IsOnePair(order.Legs, order.Legs);
        LimitRange decided = goesAnyWay ? LimitRange.OfDecided(order.Legs) : default;
        for (int route = 0; route < plan.Shape.Routes; route++)
        {
            ForeseenOrder foreseen = plan.RouteArray[route];
            bool isSameWay = IsSameWay(foreseen, in order);
            if (!isSameWay && !(goesAnyWay && foreseen.Portfolio == order.Portfolio && IsOnePair(foreseen.LegArray, order.Legs)))
                continue;
            if (!IsInTime(foreseen, in order, headBlock, headSeconds, options))
            {
                nearest = Nearer(nearest, HitClass.MissStale);
                continue;
            }
            RungPick pick = PickOnRoute(ladder, route, in order, wanted, most, isSameWay, in decided, options);
            if (!pick.IsHit && goesAnyWay && isSameWay)
                pick = Nearer(pick, PickOnRoute(ladder, route, in order, wanted, most, isSameWay: false, in decided, options));
            if (!pick.IsHit)
                nearest = Nearer(nearest, pick.Class);
            else if (!best.IsHit || pick.RegretBps < best.RegretBps)
                best = pick; // the same trade was foreseen at several prices: the one that lacks least
            if (best.IsHit && best.RegretBps == 0)
                break;
        }
        return best.IsHit ? best : RungPick.Miss(nearest);
    }

    private static RungPick Nearer(in RungPick left, in RungPick right) =>
        right.IsHit || Nearer(left.Class, right.Class) == right.Class ? right : left;

    private static bool IsOnePair(ReadOnlySpan<OrderLeg> legs, ReadOnlySpan<OrderLeg> order)
    {
        foreach (ref readonly OrderLeg leg in legs)
            if (leg.Sell != order[0].Sell || leg.Buy != order[0].Buy)
                return false;
        return true;
    }

    // The largest size that is not too large; of it the loosest limit that is not too loose; of that the wanted tip or the next above.
    private static RungPick PickOnRoute(
        SlotLadder ladder, int route, in DecidedOrder order, int wanted, int most, bool isSameWay, in LimitRange decided, PickOptions options)
    {
        LadderPlan plan = ladder.Plan;
        HitClass nearest = HitClass.MissSize;
        uint maxUndersize = order.Tier == PolicyTier.Safety ? Math.Max(options.MaxSafetyUndersizeBps, options.MaxUndersizeBps) : options.MaxUndersizeBps;
        for (int size = plan.Shape.Sizes - 1; size >= 0; size--)
            for (int limit = 0; limit < plan.Shape.Limits; limit++)
            {
                if (plan.LegsOf(size, route, limit) is not { } legs)
                    continue;
                // A row of prices lies there, and one or two of them fit: the others are not weighed to the unit.
                if (decided.High > 0 && !plan.LimitsOf(size, route, limit).MayFit(in decided))
                {
                    nearest = Nearer(nearest, HitClass.MissPrice);
                    continue;
                }
                int undersize, worst;
                if (isSameWay ? !FitsSize(legs, order.Legs, maxUndersize, out undersize, out worst)
                    : !FitsSizeInAll(legs, order.Legs, maxUndersize, out undersize, out worst))
                    continue;
                nearest = Nearer(nearest, HitClass.MissPrice);
                if (isSameWay ? !FitsPrice(legs, order.Legs) : !FitsEveryPrice(legs, order.Legs))
                    continue;
                int fee = FindFee(ladder, size, route, limit, wanted, most, out int rung);
                if (fee >= 0)
                    return new RungPick(worst == 0 ? HitClass.HitExact : HitClass.HitBucket, rung, fee, worst, undersize);
                nearest = HitClass.MissFee;
            }
        return RungPick.Miss(nearest);
    }

    private static int FindFee(SlotLadder ladder, int size, int route, int limit, int wanted, int most, out int rung)
    {
        most = Math.Min(most, ladder.Plan.Shape.Fees - 1);
        for (int fee = wanted; fee <= most; fee++)
            if ((rung = ladder.Find(fee, size, route, limit)) >= 0)
                return fee;
        rung = -1;
        return -1;
    }

    private static bool IsSameWay(ForeseenOrder foreseen, in DecidedOrder order)
    {
        if (foreseen.Portfolio != order.Portfolio || foreseen.LegArray.Length != order.Legs.Length)
            return false;
        for (int i = 0; i < order.Legs.Length; i++)
            if (!IsSameWay(in foreseen.LegArray[i], in order.Legs[i]))
                return false;
        return true;
    }

    private static bool IsSameWay(in OrderLeg left, in OrderLeg right) =>
        left.Sell == right.Sell && left.Buy == right.Buy
        && left.Pool0 == right.Pool0 && left.Pool1 == right.Pool1 && left.Pool2 == right.Pool2 && left.Pool3 == right.Pool3
        && left.Via0 == right.Via0 && left.Via1 == right.Via1 && left.Via2 == right.Via2;

    private static bool IsInTime(ForeseenOrder foreseen, in DecidedOrder order, ulong headBlock, long headSeconds, PickOptions options) =>
        foreseen.MaxBlock >= options.SafetyBlocks && headBlock <= foreseen.MaxBlock - options.SafetyBlocks
        && headSeconds <= foreseen.DeadlineUnixSeconds - options.SafetySeconds
        && foreseen.DeadlineUnixSeconds <= order.DeadlineUnixSeconds;

    // Never more on any leg, by integers; how much less in all is a matter of taste, and told by doubles.
    private static bool FitsSize(OrderLeg[] rung, ReadOnlySpan<OrderLeg> order, uint maxUndersizeBps, out int undersizeBps, out int worstBps)
    {
        double worst = 0, lacking = 0, whole = 0;
        bool buysOne = true, sellsOne = true;
        undersizeBps = worstBps = 0;
        for (int i = 0; i < rung.Length; i++)
        {
            ref readonly OrderLeg has = ref rung[i], wants = ref order[i];
            if (has.AmountIn > wants.AmountIn || has.KeepBalance < wants.KeepBalance)
                return false;
            buysOne &= wants.Buy == order[0].Buy;
            sellsOne &= wants.Sell == order[0].Sell;
        }
        for (int i = 0; i < rung.Length; i++)
        {
            ref readonly OrderLeg wants = ref order[i];
            double lack = (double)(wants.AmountIn - rung[i].AmountIn) / (double)wants.AmountIn;
            double worth = buysOne ? (double)wants.ExpectedOut : (double)wants.AmountIn;
            worst = Math.Max(worst, lack);
            lacking += lack * worth;
            whole += worth;
        }
        double share = (buysOne || sellsOne) && whole > 0 ? lacking / whole : worst;
        undersizeBps = InBps(share);
        worstBps = InBps(worst);
        return share * BpsPerUnit <= maxUndersizeBps;
    }

    // One pair: what is sold in all is not more, and what is kept at the end not less. Amounts that cannot be added up fit nothing.
    private static bool FitsSizeInAll(OrderLeg[] rung, ReadOnlySpan<OrderLeg> order, uint maxUndersizeBps, out int undersizeBps, out int worstBps)
    {
        undersizeBps = worstBps = 0;
        if (!TrySum(rung, out UInt256 has, out UInt256 keeps) || !TrySum(order, out UInt256 wants, out UInt256 wantsKept) || has > wants || keeps < wantsKept)
            return false;
        double lack = (double)(wants - has) / (double)wants;
        undersizeBps = InBps(lack);
        worstBps = Math.Max(1, undersizeBps); // another way is no exact hit
        return lack * BpsPerUnit <= maxUndersizeBps;
    }

    private static bool TrySum(ReadOnlySpan<OrderLeg> legs, out UInt256 sold, out UInt256 kept)
    {
        sold = UInt256.Zero;
        kept = UInt256.MaxValue;
        foreach (ref readonly OrderLeg leg in legs)
        {
            if (!UInt256.TryAdd(in sold, in leg.AmountIn, out sold))
                return false;
            kept = leg.KeepBalance < kept ? leg.KeepBalance : kept;
        }
        return true;
    }

    // Rounded up, but for what a quotient of doubles is off by.
    private static int InBps(double share) => (int)Math.Ceiling((share * BpsPerUnit) - 1e-9);

    // Per unit sold: minimum decided <= the rung's minimum <= expected. Fractions are compared by their whole products.
    private static bool FitsPrice(OrderLeg[] rung, ReadOnlySpan<OrderLeg> order)
    {
        for (int i = 0; i < rung.Length; i++)
            if (!FitsPrice(in rung[i], in order[i]))
                return false;
        return true;
    }

    private static bool FitsPrice(in OrderLeg has, in OrderLeg wants) =>
        Products.Compare(in has.MinimumOut, in wants.AmountIn, in wants.MinimumOut, in has.AmountIn) >= 0
        && Products.Compare(in has.MinimumOut, in wants.AmountIn, in wants.ExpectedOut, in has.AmountIn) <= 0;

    private static bool FitsEveryPrice(OrderLeg[] rung, ReadOnlySpan<OrderLeg> order)
    {
        foreach (ref readonly OrderLeg has in rung.AsSpan())
            foreach (ref readonly OrderLeg wants in order)
                if (!FitsPrice(in has, in wants))
                    return false;
        return true;
    }

    // The further the search came, the more the reason tells.
    private static HitClass Nearer(HitClass left, HitClass right) => Depth(left) >= Depth(right) ? left : right;

    private static int Depth(HitClass miss) => miss switch
    {
        HitClass.MissRoute => 0,
        HitClass.MissStale => 1,
        HitClass.MissSize => 2,
        HitClass.MissPrice => 3,
        HitClass.MissFee => 4,
        _ => -1,
    };
}
