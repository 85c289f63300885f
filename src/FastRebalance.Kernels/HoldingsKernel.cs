using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastRebalance.Kernels;

/// <summary>
/// Up to eight long holdings and cash against their bands: the exact test, and how far prices may move before it needs asking again.
/// A place without a holding has value 0 and target 0. A band is the lesser of an absolute one and a part of the target; a target of
/// zero has the absolute one alone. The edge itself is inside: outside is |weight - target| &gt; band.
/// </summary>
public static class HoldingsKernel
{
    /// <summary>Holdings of one portfolio, cash not counted.</summary>
    public const int Lanes = 8;

    /// <summary>The bit that <see cref="Outside"/> sets for cash.</summary>
    public const int CashBit = 1 << Lanes;

    // Weights are rounded to some 1e-15 of the portfolio, and so is the fence; this keeps a thousand times that between fence and band.
    private const double WeightMargin = 1e-12;

    /// <summary>Which weights are outside their bands: bit i for place i, <see cref="CashBit"/> for cash.</summary>
    /// <param name="values">Numeraire, eight of them.</param>
    /// <param name="cash">Numeraire.</param>
    /// <param name="total">Their sum. At or below zero, NaN or infinite there are no weights, and none is outside.</param>
    /// <param name="targets">Fractions of the total, eight of them.</param>
    /// <param name="cashTarget">Fraction of the total.</param>
    /// <param name="band">The portfolio's bands.</param>
    public static int Outside(
        ReadOnlySpan<double> values, double cash, double total, ReadOnlySpan<double> targets, double cashTarget, WeightBand band)
    {
        if (!Vector256.IsHardwareAccelerated) return OutsideScalar(values, cash, total, targets, cashTarget, band);
        RefuseLengths(values, targets);
        if (!IsUsable(total)) return 0;
        ref double value = ref MemoryMarshal.GetReference(values);
        ref double target = ref MemoryMarshal.GetReference(targets);
        Vector256<double> divisor = Vector256.Create(total);
        int bits = 0;
        for (int i = 0; i < Lanes; i += 4)
        {
            Vector256<double> aim = Vector256.LoadUnsafe(ref target, (nuint)i);
            Vector256<double> drift = Vector256.LoadUnsafe(ref value, (nuint)i) / divisor - aim;
            bits |= (int)Vector256.GreaterThan(Vector256.Abs(drift), Width(aim, band)).ExtractMostSignificantBits() << i;
        }
        return Math.Abs(cash / total - cashTarget) > band.Around(cashTarget) ? bits | CashBit : bits;
    }

    /// <summary>The plain twin: the same answer, one holding at a time.</summary>
    internal static int OutsideScalar(
        ReadOnlySpan<double> values, double cash, double total, ReadOnlySpan<double> targets, double cashTarget, WeightBand band)
    {
        RefuseLengths(values, targets);
        if (!IsUsable(total)) return 0;
        int bits = Math.Abs(cash / total - cashTarget) > band.Around(cashTarget) ? CashBit : 0;
        for (int i = 0; i < Lanes; i++)
            if (Math.Abs(values[i] / total - targets[i]) > band.Around(targets[i]))
                bits |= 1 << i;
        return bits;
    }

    /// <summary>
    /// The joint fence: while the price of every holding i stays within <c>reach * paces[i]</c> of where it is, as a fraction up or down,
    /// no weight leaves its band. 0: the next move must be tested. Infinity: no move makes one leave.
    /// </summary>
    /// <param name="values">Numeraire, eight of them; none negative.</param>
    /// <param name="cash">Numeraire, not negative; it does not move.</param>
    /// <param name="total">Their sum; 0 is returned where it is not above zero and finite.</param>
    /// <param name="targets">Fractions of the total, eight of them.</param>
    /// <param name="cashTarget">Fraction of the total.</param>
    /// <param name="band">The portfolio's bands.</param>
    /// <param name="paces">How far an asset moves compared with the others, eight of them; a holding that is worth nothing may have any.</param>
    /// <remarks>
    /// A weight rises with its own price and falls with every other, so the worst is a corner of the box of prices. There, weight i stays
    /// at or below u while (1 - u) w_i d_i + u (sum of w_k d_k over the others) is at most u - w_i, and at or above l while
    /// (1 - l) w_i d_i + l (the same sum) is at most w_i - l. Both are linear in the widths d, so d = reach * pace is a division for
    /// each bound. With one pace for all and no cash it is the fence of <c>drift-band</c>; cash, which does not move, widens it.
    /// </remarks>
    public static double Reach(
        ReadOnlySpan<double> values,
        double cash,
        double total,
        ReadOnlySpan<double> targets,
        double cashTarget,
        WeightBand band,
        ReadOnlySpan<double> paces)
    {
        if (!Vector256.IsHardwareAccelerated) return ReachScalar(values, cash, total, targets, cashTarget, band, paces);
        RefuseLengths(values, targets, paces);
        if (!IsUsable(total)) return 0;
        ref double value = ref MemoryMarshal.GetReference(values);
        ref double target = ref MemoryMarshal.GetReference(targets);
        ref double pace = ref MemoryMarshal.GetReference(paces);
        Vector256<double> divisor = Vector256.Create(total);
        Vector256<double> low = Vector256.LoadUnsafe(ref value) / divisor, high = Vector256.LoadUnsafe(ref value, 4) / divisor;
        Vector256<double> lowMoves = low * Vector256.LoadUnsafe(ref pace), highMoves = high * Vector256.LoadUnsafe(ref pace, 4);
        double moves = Sum(lowMoves + highMoves);
        Vector256<double> reach = Vector256.Min(
            Reach(low, lowMoves, moves, Vector256.LoadUnsafe(ref target), band),
            Reach(high, highMoves, moves, Vector256.LoadUnsafe(ref target, 4), band));
        double least = Math.Min(Math.Min(reach[0], reach[1]), Math.Min(reach[2], reach[3]));
        return Math.Max(0, Math.Min(least, Reach(cash / total, 0, moves, cashTarget, band)));
    }

    /// <summary>The plain twin: the same bits, one holding at a time.</summary>
    internal static double ReachScalar(
        ReadOnlySpan<double> values,
        double cash,
        double total,
        ReadOnlySpan<double> targets,
        double cashTarget,
        WeightBand band,
        ReadOnlySpan<double> paces)
    {
        RefuseLengths(values, targets, paces);
        if (!IsUsable(total)) return 0;
        Span<double> sums = stackalloc double[4];
        sums.Clear();
        for (int i = 0; i < 4; i++)
            sums[i] = values[i] / total * paces[i] + values[i + 4] / total * paces[i + 4];
        double moves = (sums[0] + sums[2]) + (sums[1] + sums[3]);
        double reach = Reach(cash / total, 0, moves, cashTarget, band);
        for (int i = 0; i < Lanes; i++)
            reach = Math.Min(reach, Reach(values[i] / total, values[i] / total * paces[i], moves, targets[i], band));
        return Math.Max(0, reach);
    }

    private static double Reach(double weight, double own, double moves, double target, WeightBand band)
    {
        double width = band.Around(target), upper = target + width, lower = target - width;
        double reach = double.PositiveInfinity;
        if (upper < 1)
            reach = Part(upper - weight - WeightMargin, own * (1 - 2 * upper) + upper * moves);
        if (lower > 0)
            reach = Math.Min(reach, Part(weight - lower - WeightMargin, own * (1 - 2 * lower) + lower * moves));
        return reach;
    }

    // No room is no reach, also where nothing moves: 0 / 0 must not become "never".
    private static double Part(double room, double use) => room > 0 ? use > 0 ? room / use : double.PositiveInfinity : 0;

    private static Vector256<double> Reach(Vector256<double> weight, Vector256<double> own, double moves, Vector256<double> target, WeightBand band)
    {
        Vector256<double> one = Vector256<double>.One, two = one + one, margin = Vector256.Create(WeightMargin), all = Vector256.Create(moves);
        Vector256<double> width = Width(target, band), upper = target + width, lower = target - width;
        Vector256<double> never = Vector256.Create(double.PositiveInfinity);
        Vector256<double> above = Part(upper - weight - margin, own * (one - two * upper) + upper * all);
        Vector256<double> below = Part(weight - lower - margin, own * (one - two * lower) + lower * all);
        above = Vector256.ConditionalSelect(Vector256.LessThan(upper, one), above, never);
        below = Vector256.ConditionalSelect(Vector256.GreaterThan(lower, Vector256<double>.Zero), below, never);
        return Vector256.Min(above, below);
    }

    private static Vector256<double> Part(Vector256<double> room, Vector256<double> use)
    {
        Vector256<double> zero = Vector256<double>.Zero;
        Vector256<double> some = Vector256.ConditionalSelect(
            Vector256.GreaterThan(use, zero), room / use, Vector256.Create(double.PositiveInfinity));
        return Vector256.ConditionalSelect(Vector256.GreaterThan(room, zero), some, zero);
    }

    private static Vector256<double> Width(Vector256<double> target, WeightBand band)
    {
        Vector256<double> absolute = Vector256.Create(band.Absolute);
        Vector256<double> width = Vector256.Min(absolute, Vector256.Create(band.Relative) * target);
        return Vector256.ConditionalSelect(Vector256.Equals(target, Vector256<double>.Zero), absolute, width);
    }

    private static double Sum(Vector256<double> lanes) => (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);

    private static bool IsUsable(double total) => total > 0 && double.IsFinite(total);

    private static void RefuseLengths(ReadOnlySpan<double> values, ReadOnlySpan<double> targets, ReadOnlySpan<double> paces)
    {
        RefuseLengths(values, targets);
        if (paces.Length != Lanes) throw new ArgumentException($"{Lanes} paces: found {paces.Length}");
    }

    private static void RefuseLengths(ReadOnlySpan<double> values, ReadOnlySpan<double> targets)
    {
        if (values.Length != Lanes || targets.Length != Lanes)
            throw new ArgumentException($"{Lanes} values and {Lanes} targets: found {values.Length} and {targets.Length}");
    }
}
