using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastRebalance.Kernels;

/// <summary>
/// The first of three answers to "has a weight left its band": a fence of prices inside which none can have. Two compares a tick. See
/// <see cref="BreachTree"/> for the exact answer and <see cref="QuadraticDrift"/> for the band that is one number. Long positions only.
/// </summary>
public static class FenceKernel
{
    // As for HoldingsKernel: between the fence and the band lies a thousand times what rounding can do.
    private const double WeightMargin = 1e-12;

    /// <summary>True while the price is inside its fence, the edges among it; a price that is NaN is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(double price, double low, double high) => price >= low && price <= high;

    /// <summary>
    /// How far every price may move at once, as a fraction up or down, while no weight goes above its upper or below its lower bound: the
    /// least of (u - w) / (u + w - 2uw) and (w - l) / (w + l - 2wl), for the worst is one asset one way and all others the other way.
    /// </summary>
    /// <param name="weights">None negative; they come to 1, cash among them or not (cash that is left out only makes the fence safer).</param>
    /// <param name="lower">0 or less for none.</param>
    /// <param name="upper">1 or more for none.</param>
    /// <returns>From 0 (the next move must be tested) to 1, infinity where there are no bounds, 0 where a weight is NaN.</returns>
    public static double Reach(ReadOnlySpan<double> weights, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (!Vector256.IsHardwareAccelerated) return ReachScalar(weights, lower, upper);
        RefuseLengths(weights, lower, upper);
        ref double weight = ref MemoryMarshal.GetReference(weights);
        ref double low = ref MemoryMarshal.GetReference(lower);
        ref double high = ref MemoryMarshal.GetReference(upper);
        Vector256<double> least = Vector256.Create(double.PositiveInfinity), one = Vector256<double>.One, zero = Vector256<double>.Zero;
        Vector256<double> sound = Vector256<double>.AllBitsSet, never = least, margin = Vector256.Create(WeightMargin);
        int i = 0;
        for (; i <= weights.Length - 4; i += 4)
        {
            Vector256<double> w = Vector256.LoadUnsafe(ref weight, (nuint)i);
            Vector256<double> l = Vector256.LoadUnsafe(ref low, (nuint)i), u = Vector256.LoadUnsafe(ref high, (nuint)i);
            sound &= Vector256.GreaterThanOrEqual(w, zero);
            Vector256<double> above = (u - w - margin) / (u + w - (u * w + u * w));
            Vector256<double> below = (w - l - margin) / (w + l - (w * l + w * l));
            least = Vector256.Min(least, Vector256.ConditionalSelect(Vector256.LessThan(u, one), above, never));
            least = Vector256.Min(least, Vector256.ConditionalSelect(Vector256.GreaterThan(l, zero), below, never));
        }
        double reach = Math.Min(Math.Min(least[0], least[1]), Math.Min(least[2], least[3]));
        bool isSound = sound.ExtractMostSignificantBits() == 0xF;
        for (; i < weights.Length; i++)
        {
            isSound &= weights[i] >= 0;
            reach = Math.Min(reach, Reach(weights[i], lower[i], upper[i]));
        }
        return isSound ? Math.Max(0, reach) : 0;
    }

    /// <summary>The plain twin: the same bits, one weight at a time.</summary>
    internal static double ReachScalar(ReadOnlySpan<double> weights, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        RefuseLengths(weights, lower, upper);
        double reach = double.PositiveInfinity;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0))
                return 0;
            reach = Math.Min(reach, Reach(weights[i], lower[i], upper[i]));
        }
        return Math.Max(0, reach);
    }

    /// <summary>Draws the fence around these prices.</summary>
    /// <exception cref="ArgumentException">The spans are not of one length.</exception>
    public static void Draw(ReadOnlySpan<double> prices, double reach, Span<double> low, Span<double> high)
    {
        RefuseLengths(prices, low, high);
        for (int i = 0; i < prices.Length; i++)
        {
            low[i] = prices[i] * (1 - Math.Min(reach, 1));
            high[i] = prices[i] * (1 + reach);
        }
    }

    private static double Reach(double weight, double lower, double upper)
    {
        double reach = double.PositiveInfinity;
        if (upper < 1)
            reach = (upper - weight - WeightMargin) / (upper + weight - (upper * weight + upper * weight));
        return lower > 0 ? Math.Min(reach, (weight - lower - WeightMargin) / (weight + lower - (weight * lower + weight * lower))) : reach;
    }

    private static void RefuseLengths(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> third)
    {
        if (first.Length != second.Length || first.Length != third.Length)
            throw new ArgumentException($"one length for all: found {first.Length}, {second.Length} and {third.Length}");
    }
}
