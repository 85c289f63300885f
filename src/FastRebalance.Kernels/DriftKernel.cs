using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastRebalance.Kernels;

/// <summary>How far each asset has drifted from its target weight. The same bits with vectors or without them.</summary>
public static class DriftKernel
{
    /// <summary>
    /// Writes <c>weights[i] = values[i] / total</c> and <c>drift[i] = weights[i] - targets[i]</c>; returns the greatest |drift| and, in
    /// <paramref name="worst"/>, where it is: the lowest place among equals.
    /// </summary>
    /// <param name="values">Numeraire per asset.</param>
    /// <param name="total">Their sum. At or below zero, NaN or infinite, there are no weights: weights and drift are all zero then.</param>
    /// <param name="targets">Target weights, as fractions.</param>
    /// <param name="weights">Receives the weights, as fractions.</param>
    /// <param name="drift">Receives weight less target; positive is too much of the asset.</param>
    /// <param name="worst">-1 without assets or without a usable total.</param>
    /// <returns>
    /// 0 without assets or without a usable total. NaN when any drift is NaN (a value or a target was), with <paramref name="worst"/>
    /// at the first of them: no band compares as exceeded by NaN, so callers refuse the cycle instead. Infinity for an infinite drift.
    /// </returns>
    /// <exception cref="ArgumentException">The spans are not of one length.</exception>
    public static double Measure(
        ReadOnlySpan<double> values, double total, ReadOnlySpan<double> targets, Span<double> weights, Span<double> drift, out int worst)
    {
        if (!Vector256.IsHardwareAccelerated) return MeasureScalar(values, total, targets, weights, drift, out worst);
        RefuseLengths(values, targets, weights, drift);
        if (!IsUsable(total)) return Nothing(weights, drift, out worst);

        ref double value = ref MemoryMarshal.GetReference(values);
        ref double target = ref MemoryMarshal.GetReference(targets);
        ref double weight = ref MemoryMarshal.GetReference(weights);
        ref double drifted = ref MemoryMarshal.GetReference(drift);
        Vector256<double> divisor = Vector256.Create(total);
        Vector256<double> greatest = Vector256<double>.Zero;
        Vector256<double> nan = Vector256<double>.Zero;
        int i = 0;
        for (; i <= drift.Length - 4; i += 4)
        {
            // A true division: multiplying by 1 / total would round twice.
            Vector256<double> share = Vector256.LoadUnsafe(ref value, (nuint)i) / divisor;
            Vector256<double> gap = share - Vector256.LoadUnsafe(ref target, (nuint)i);
            share.StoreUnsafe(ref weight, (nuint)i);
            gap.StoreUnsafe(ref drifted, (nuint)i);

            Vector256<double> size = Vector256.Abs(gap);
            greatest = Vector256.ConditionalSelect(Vector256.GreaterThan(size, greatest), size, greatest);
            nan |= ~Vector256.Equals(gap, gap);
        }

        double max = Math.Max(Math.Max(greatest[0], greatest[1]), Math.Max(greatest[2], greatest[3]));
        bool anyNaN = nan.AsInt64() != Vector256<long>.Zero;
        for (; i < drift.Length; i++)
        {
            weights[i] = values[i] / total;
            drift[i] = weights[i] - targets[i];
            double size = Math.Abs(drift[i]);
            if (size > max) max = size;
            anyNaN |= double.IsNaN(size);
        }
        if (anyNaN) max = double.NaN;
        worst = FirstOf(max, drift);
        return max;
    }

    /// <summary>The plain twin: the same answers, one asset at a time.</summary>
    internal static double MeasureScalar(
        ReadOnlySpan<double> values, double total, ReadOnlySpan<double> targets, Span<double> weights, Span<double> drift, out int worst)
    {
        RefuseLengths(values, targets, weights, drift);
        if (!IsUsable(total)) return Nothing(weights, drift, out worst);

        double max = 0;
        worst = drift.Length == 0 ? -1 : 0;
        for (int i = 0; i < drift.Length; i++)
        {
            weights[i] = values[i] / total;
            drift[i] = weights[i] - targets[i];
            double size = Math.Abs(drift[i]);
            if (double.IsNaN(max) || !(size > max || double.IsNaN(size))) continue;
            max = double.IsNaN(size) ? double.NaN : size; // one NaN for all, whatever its payload
            worst = i;
        }
        return max;
    }

    private static bool IsUsable(double total) => total > 0 && double.IsFinite(total);

    private static double Nothing(Span<double> weights, Span<double> drift, out int worst)
    {
        weights.Clear();
        drift.Clear();
        worst = -1;
        return 0;
    }

    // The greatest is one of the sizes just written, so a second look finds its place without carrying indices through the lanes.
    private static int FirstOf(double max, ReadOnlySpan<double> drift)
    {
        for (int i = 0; i < drift.Length; i++)
            if (Math.Abs(drift[i]) == max || double.IsNaN(max) && double.IsNaN(drift[i]))
                return i;
        return -1;
    }

    private static void RefuseLengths(
        ReadOnlySpan<double> values, ReadOnlySpan<double> targets, ReadOnlySpan<double> weights, ReadOnlySpan<double> drift)
    {
        if (values.Length != drift.Length || targets.Length != drift.Length || weights.Length != drift.Length)
            throw new ArgumentException("one value, target, weight and drift per asset: "
                + $"found {values.Length}, {targets.Length}, {weights.Length} and {drift.Length}");
    }
}
