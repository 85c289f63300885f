using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastRebalance.Kernels;

/// <summary>
/// What the holdings are worth. The sum runs in four lanes, place i going to lane i mod 4, and closes as
/// (lane 0 + lane 2) + (lane 1 + lane 3). That order is part of the contract: with vectors or without them, on any machine, the
/// answer is the same to the last bit, so that a replay elsewhere decides the same. For that reason no multiply-add is fused.
/// </summary>
/// <remarks>
/// Against a plain sum from left to right over n values the difference is at most (5n/4 + 3) * 2^-53 * (sum of |value|):
/// the two rounding errors together. NaN and infinities spread by IEEE rules into their value and the sum; only the payload bits of
/// a NaN are left open.
/// </remarks>
public static class ValuationKernel
{
    /// <summary>Writes <c>values[i] = quantities[i] * prices[i]</c> and returns their sum; 0 for no assets.</summary>
    /// <param name="quantities">Whole tokens held.</param>
    /// <param name="prices">Numeraire per whole token.</param>
    /// <param name="values">Numeraire. May be the same memory as one of the inputs, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">The spans are not of one length.</exception>
    public static double Measure(ReadOnlySpan<double> quantities, ReadOnlySpan<double> prices, Span<double> values)
    {
        if (!Vector256.IsHardwareAccelerated) return MeasureScalar(quantities, prices, values);
        RefuseLengths(quantities, prices, values);

        ref double quantity = ref MemoryMarshal.GetReference(quantities);
        ref double price = ref MemoryMarshal.GetReference(prices);
        ref double value = ref MemoryMarshal.GetReference(values);
        Vector256<double> lanes = Vector256<double>.Zero;
        int i = 0;
        for (; i <= values.Length - 4; i += 4)
        {
            Vector256<double> worth = Vector256.LoadUnsafe(ref quantity, (nuint)i) * Vector256.LoadUnsafe(ref price, (nuint)i);
            worth.StoreUnsafe(ref value, (nuint)i);
            lanes += worth;
        }

        Lanes sums = Lanes.From(lanes);
        for (; i < values.Length; i++)
            sums[i & 3] += values[i] = quantities[i] * prices[i];
        return sums.Total;
    }

    /// <summary>The plain twin: the same order of sums, the same bits.</summary>
    internal static double MeasureScalar(ReadOnlySpan<double> quantities, ReadOnlySpan<double> prices, Span<double> values)
    {
        RefuseLengths(quantities, prices, values);
        Lanes sums = default;
        for (int i = 0; i < values.Length; i++)
            sums[i & 3] += values[i] = quantities[i] * prices[i];
        return sums.Total;
    }

    private static void RefuseLengths(ReadOnlySpan<double> quantities, ReadOnlySpan<double> prices, ReadOnlySpan<double> values)
    {
        if (quantities.Length != values.Length || prices.Length != values.Length)
            throw new ArgumentException(
                $"one quantity, price and value per asset: found {quantities.Length}, {prices.Length} and {values.Length}");
    }

    [InlineArray(4)]
    private struct Lanes
    {
        private double _first;

        public readonly double Total => (this[0] + this[2]) + (this[1] + this[3]);

        public static Lanes From(Vector256<double> vector)
        {
            Lanes lanes = default;
            vector.CopyTo(lanes);
            return lanes;
        }
    }
}
