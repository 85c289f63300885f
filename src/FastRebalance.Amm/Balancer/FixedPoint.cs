using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Balancer;

/// <summary>
/// Numbers with 18 decimals as Balancer's V2 pools count: every product and sum checked at 256 bits, every rounding named. False
/// stands for the contract's revert.
/// </summary>
internal static class FixedPoint
{
    public static readonly UInt256 One = UInt256.PowerOfTen(18);

    private static readonly UInt256 Two = UInt256.WrappingMultiply(One, 2);
    private static readonly UInt256 Four = UInt256.WrappingMultiply(One, 4);

    // A power is off by 10^-14 of itself at most: the contracts' own margin, as a number of 18 decimals.
    private static readonly UInt256 MostPowerError = 10_000;

    public static bool TryMulDown(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        bool fits = UInt256.TryMultiply(left, right, out UInt256 product);
        result = product / One;
        return fits;
    }

    public static bool TryMulUp(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        bool fits = UInt256.TryMultiply(left, right, out UInt256 product);
        UInt256.TryDivRoundingUp(product, One, out result);
        return fits;
    }

    public static bool TryDivDown(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        bool fits = UInt256.TryMultiply(left, One, out UInt256 inflated) && !right.IsZero;
        result = fits ? inflated / right : UInt256.Zero;
        return fits;
    }

    public static bool TryDivUp(in UInt256 left, in UInt256 right, out UInt256 result)
    {
        bool fits = UInt256.TryMultiply(left, One, out UInt256 inflated);
        return UInt256.TryDivRoundingUp(inflated, right, out result) && fits;
    }

    /// <summary><c>1 - value</c>, zero for what is above one.</summary>
    public static UInt256 Complement(in UInt256 value) => value < One ? UInt256.WrappingSubtract(One, value) : UInt256.Zero;

    /// <summary>A power that is never below the true one.</summary>
    /// <param name="value">The base.</param>
    /// <param name="exponent">The exponent.</param>
    /// <param name="hasShortcuts">The exponents 1, 2 and 4 are multiplied out, as contracts since 2022 do.</param>
    /// <param name="result">The power.</param>
    public static bool TryPowUp(in UInt256 value, in UInt256 exponent, bool hasShortcuts, out UInt256 result)
    {
        if (hasShortcuts && exponent == One)
        {
            result = value;
            return true;
        }
        if (hasShortcuts && exponent == Two)
            return TryMulUp(value, value, out result);
        if (hasShortcuts && exponent == Four)
            return TryMulUp(value, value, out UInt256 square) & TryMulUp(square, square, out result);
        result = default;
        return LogExpMath.TryPow(value, exponent, out UInt256 raw)
            && TryMulUp(raw, MostPowerError, out UInt256 error)
            && UInt256.TryAdd(error, UInt256.One, out error)
            && UInt256.TryAdd(raw, error, out result);
    }
}
