using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// How interest grows: rates are in ray a year, times in seconds, factors in ray. Supplies grow linearly since the last update; debts by the first
/// three terms of the binomial of the rate a second, which lies a little below true compounding.
/// </summary>
/// <remarks>Source: MathUtils of Aave V3, with its roundings: every quotient down, but the two products of rates, which are half up.</remarks>
public static class Interest
{
    public const ulong SecondsPerYear = 365 * 24 * 60 * 60;

    private static readonly UInt256 s_yearSquared = (UInt256)SecondsPerYear * SecondsPerYear;

    /// <summary>1 + rate * elapsed / year, the quotient rounded down.</summary>
    public static bool TryLinear(in UInt256 rate, ulong elapsed, out UInt256 factor)
    {
        factor = default;
        return UInt256.TryMultiply(in rate, elapsed, out UInt256 grown) && UInt256.TryAdd(grown / SecondsPerYear, in WadRay.Ray, out factor);
    }

    /// <summary>1 + n r + n(n-1)/2 r² + n(n-1)(n-2)/6 r³ for n seconds at r a second.</summary>
    public static bool TryCompounded(in UInt256 rate, ulong elapsed, out UInt256 factor)
    {
        factor = WadRay.Ray;
        if (elapsed == 0)
            return true;
        UInt256 pairs = (UInt256)elapsed * (elapsed - 1);
        UInt256 triples = pairs * (elapsed > 2 ? elapsed - 2 : 0);
        if (!WadRay.TryRayMul(in rate, in rate, out UInt256 square))
            return false;
        square /= s_yearSquared;
        if (!WadRay.TryRayMul(in square, in rate, out UInt256 cube))
            return false;
        cube /= SecondsPerYear;
        return UInt256.TryMultiply(in rate, elapsed, out UInt256 first)
            && UInt256.TryMultiply(in pairs, in square, out UInt256 second)
            && UInt256.TryMultiply(in triples, in cube, out UInt256 third)
            && UInt256.TryAdd(in factor, first / SecondsPerYear, out factor)
            && UInt256.TryAdd(in factor, second >> 1, out factor)
            && UInt256.TryAdd(in factor, third / 6, out factor);
    }
}
