using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Presigning;

/// <summary>A foreseen leg at another size and limit. Whole numbers; every rounding is to the order's advantage.</summary>
internal static class RungLegs
{
    private const uint BpsPerUnit = 10_000;

    /// <summary>
    /// The amount is rounded down and its minimum up, so that the price is never worse than the foreseen one; what is not sold is kept, to the
    /// unit; what is expected is taken to be in proportion, rounded down.
    /// </summary>
    /// <param name="foreseen">The leg at its likeliest size.</param>
    /// <param name="sizeBps">Part of the foreseen amount.</param>
    /// <param name="limitShiftBps">By how much the minimum is raised.</param>
    /// <param name="leg">The leg; the foreseen one where there is none.</param>
    /// <returns>False where nothing would be sold, more would be sold than is held, or the minimum would be above what is expected.</returns>
    public static bool TryScale(in OrderLeg foreseen, uint sizeBps, uint limitShiftBps, out OrderLeg leg)
    {
        leg = foreseen;
        if (!UInt256.TryMulDiv(in foreseen.AmountIn, sizeBps, BpsPerUnit, out UInt256 amount) || amount.IsZero)
            return false;
        if (!UInt256.TryMulDivRoundingUp(in foreseen.MinimumOut, in amount, in foreseen.AmountIn, out UInt256 minimum)
            || !UInt256.TryMulDivRoundingUp(in minimum, BpsPerUnit + limitShiftBps, BpsPerUnit, out minimum)
            || !UInt256.TryMulDiv(in foreseen.ExpectedOut, in amount, in foreseen.AmountIn, out UInt256 expected)
            || minimum > expected)
            return false;
        if (!UInt256.TryAdd(in foreseen.KeepBalance, in foreseen.AmountIn, out UInt256 held) || !UInt256.TrySubtract(in held, in amount, out UInt256 keep))
            return false;
        leg.AmountIn = amount;
        leg.MinimumOut = minimum;
        leg.ExpectedOut = expected;
        leg.KeepBalance = keep;
        return true;
    }
}
