using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// The protocol's fixed-point numbers: wad (18 decimals), ray (27 decimals) and basis points (4 decimals). Every product and quotient is rounded half
/// up, and false is answered where the contracts revert: when a word overflows before the division, or the divisor is zero.
/// </summary>
/// <remarks>Source: WadRayMath and PercentageMath of Aave V3. Nothing is allocated.</remarks>
public static class WadRay
{
    /// <summary>10^18.</summary>
    public static readonly UInt256 Wad = UInt256.PowerOfTen(18);

    /// <summary>10^27.</summary>
    public static readonly UInt256 Ray = UInt256.PowerOfTen(27);

    /// <summary>One, in basis points.</summary>
    public const ulong Whole = 10_000;

    private static readonly UInt256 s_halfRay = UInt256.PowerOfTen(27) >> 1;
    private static readonly UInt256 s_halfWad = UInt256.PowerOfTen(18) >> 1;
    private static readonly UInt256 s_wadToRay = UInt256.PowerOfTen(9);

    public static bool TryWadMul(in UInt256 a, in UInt256 b, out UInt256 result) => TryMul(in a, in b, in s_halfWad, in Wad, out result);

    public static bool TryRayMul(in UInt256 a, in UInt256 b, out UInt256 result) => TryMul(in a, in b, in s_halfRay, in Ray, out result);

    public static bool TryPercentMul(in UInt256 a, ulong bps, out UInt256 result) => TryMul(in a, bps, Whole / 2, Whole, out result);

    public static bool TryWadDiv(in UInt256 a, in UInt256 b, out UInt256 result) => TryDiv(in a, in b, in Wad, out result);

    public static bool TryRayDiv(in UInt256 a, in UInt256 b, out UInt256 result) => TryDiv(in a, in b, in Ray, out result);

    public static bool TryPercentDiv(in UInt256 a, ulong bps, out UInt256 result) => TryDiv(in a, bps, Whole, out result);

    /// <summary>The same number with 27 decimals in place of 18.</summary>
    public static bool TryWadToRay(in UInt256 wad, out UInt256 ray) => UInt256.TryMultiply(in wad, in s_wadToRay, out ray);

    // (a * b + half) / one, in one word.
    private static bool TryMul(in UInt256 a, in UInt256 b, in UInt256 half, in UInt256 one, out UInt256 result)
    {
        if (!UInt256.TryMultiply(in a, in b, out UInt256 product) || !UInt256.TryAdd(in product, in half, out product))
        {
            result = default;
            return false;
        }
        result = product / one;
        return true;
    }

    // (a * one + b / 2) / b, in one word.
    private static bool TryDiv(in UInt256 a, in UInt256 b, in UInt256 one, out UInt256 result)
    {
        if (b.IsZero || !UInt256.TryMultiply(in a, in one, out UInt256 scaled) || !UInt256.TryAdd(in scaled, b >> 1, out scaled))
        {
            result = default;
            return false;
        }
        result = scaled / b;
        return true;
    }
}
