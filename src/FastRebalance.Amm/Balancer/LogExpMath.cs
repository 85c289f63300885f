using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Balancer;

/// <summary>
/// Powers of numbers with 18 decimals, step by step as Balancer's LogExpMath takes them. There the intermediate numbers are signed and
/// division truncates toward zero; every sum has terms of one sign only, so that here the magnitudes are unsigned and the sign is kept
/// beside them, which truncates the same.
/// </summary>
internal static class LogExpMath
{
    private static readonly UInt256 One18 = UInt256.PowerOfTen(18);
    private static readonly UInt256 One20 = UInt256.PowerOfTen(20);
    private static readonly UInt256 One36 = UInt256.PowerOfTen(36);

    private static readonly UInt256 MostExponent = UInt256.WrappingMultiply(130, One18);
    private static readonly UInt256 LeastExponent = UInt256.WrappingMultiply(41, One18);
    private static readonly UInt256 NearOneFrom = UInt256.WrappingMultiply(9, UInt256.PowerOfTen(17));
    private static readonly UInt256 NearOneTo = UInt256.WrappingMultiply(11, UInt256.PowerOfTen(17));
    private static readonly UInt256 MildExponents = (UInt256.One << 254) / One20;

    // Powers of two as exponents with e to them: the two greatest with 18 decimals and a whole power, the others with 20 decimals each.
    private static readonly (UInt256 Exponent, UInt256 Power)[] Whole =
    [
        (UInt256.Parse("128000000000000000000"), UInt256.Parse("38877084059945950922200000000000000000000000000000000000")),
        (UInt256.Parse("64000000000000000000"), UInt256.Parse("6235149080811616882910000000")),
    ];

    private static readonly (UInt256 Exponent, UInt256 Power)[] Steps =
    [
        (UInt256.Parse("3200000000000000000000"), UInt256.Parse("7896296018268069516100000000000000")),
        (UInt256.Parse("1600000000000000000000"), UInt256.Parse("888611052050787263676000000")),
        (UInt256.Parse("800000000000000000000"), UInt256.Parse("298095798704172827474000")),
        (UInt256.Parse("400000000000000000000"), UInt256.Parse("5459815003314423907810")),
        (UInt256.Parse("200000000000000000000"), UInt256.Parse("738905609893065022723")),
        (UInt256.Parse("100000000000000000000"), UInt256.Parse("271828182845904523536")),
        (UInt256.Parse("50000000000000000000"), UInt256.Parse("164872127070012814685")),
        (UInt256.Parse("25000000000000000000"), UInt256.Parse("128402541668774148407")),
        (UInt256.Parse("12500000000000000000"), UInt256.Parse("113314845306682631683")),
        (UInt256.Parse("6250000000000000000"), UInt256.Parse("106449445891785942956")),
    ];

    // The exponential goes down to a quarter, the logarithm through all.
    private const int ExponentialSteps = 8;
    private const uint TaylorTerms = 12;
    private const uint LastLogTerm = 11;
    private const uint LastLogTermNearOne = 15;

    /// <summary><c>value^exponent</c>; false where the contract reverts: operands or the result out of its bounds.</summary>
    public static bool TryPow(in UInt256 value, in UInt256 exponent, out UInt256 result)
    {
        result = exponent.IsZero ? One18 : UInt256.Zero;
        if (exponent.IsZero || value.IsZero)
            return true;
        if (value.BitLength > 255 || exponent >= MildExponents)
            return false;

        bool isNegative = value < One18;
        UInt256 logarithm;
        if (value > NearOneFrom && value < NearOneTo)
        {
            UInt256 whole = UInt256.DivRem(LogNearOne(value), One18, out UInt256 rest);
            logarithm = UInt256.WrappingAdd(
                UInt256.WrappingMultiply(whole, exponent), UInt256.WrappingMultiply(rest, exponent) / One18);
        }
        else
        {
            logarithm = UInt256.WrappingMultiply(Log(isNegative ? One36 / value : value), exponent);
        }
        logarithm = logarithm / One18;
        if (logarithm > (isNegative ? LeastExponent : MostExponent))
            return false;
        result = isNegative ? One36 / Exp(logarithm) : Exp(logarithm);
        return true;
    }

    /// <summary>e to a power of 0 to 130, both with 18 decimals.</summary>
    private static UInt256 Exp(UInt256 power)
    {
        UInt256 first = UInt256.One;
        foreach ((UInt256 exponent, UInt256 factor) in Whole)
        {
            if (power < exponent)
                continue;
            power = UInt256.WrappingSubtract(power, exponent);
            first = factor;
            break;
        }
        power = UInt256.WrappingMultiply(power, 100);

        UInt256 product = One20;
        foreach ((UInt256 exponent, UInt256 factor) in Steps.AsSpan(0, ExponentialSteps))
        {
            if (power < exponent)
                continue;
            power = UInt256.WrappingSubtract(power, exponent);
            product = UInt256.WrappingMultiply(product, factor) / One20;
        }

        UInt256 term = power;
        UInt256 sum = UInt256.WrappingAdd(One20, term);
        for (uint n = 2; n <= TaylorTerms; n++)
        {
            term = UInt256.WrappingMultiply(term, power) / One20 / n;
            sum = UInt256.WrappingAdd(sum, term);
        }
        return UInt256.WrappingMultiply(UInt256.WrappingMultiply(product, sum) / One20, first) / 100;
    }

    /// <summary>Natural logarithm of a number of at least one, both with 18 decimals.</summary>
    private static UInt256 Log(UInt256 value)
    {
        UInt256 sum = UInt256.Zero;
        foreach ((UInt256 exponent, UInt256 power) in Whole)
        {
            if (value < UInt256.WrappingMultiply(power, One18))
                continue;
            value = value / power;
            sum = UInt256.WrappingAdd(sum, exponent);
        }
        sum = UInt256.WrappingMultiply(sum, 100);
        value = UInt256.WrappingMultiply(value, 100);
        foreach ((UInt256 exponent, UInt256 power) in Steps)
        {
            if (value < power)
                continue;
            value = UInt256.WrappingMultiply(value, One20) / power;
            sum = UInt256.WrappingAdd(sum, exponent);
        }
        UInt256 series = Series(UInt256.WrappingSubtract(value, One20), UInt256.WrappingAdd(value, One20), One20, LastLogTerm);
        return UInt256.WrappingAdd(sum, series) / 100;
    }

    /// <summary>Magnitude of the natural logarithm, with 36 decimals, of a number near one with 18.</summary>
    private static UInt256 LogNearOne(in UInt256 value)
    {
        UInt256 wide = UInt256.WrappingMultiply(value, One18);
        UInt256 distance = wide < One36 ? UInt256.WrappingSubtract(One36, wide) : UInt256.WrappingSubtract(wide, One36);
        return Series(distance, UInt256.WrappingAdd(wide, One36), One36, LastLogTermNearOne);
    }

    /// <summary><c>2 * (z + z^3/3 + z^5/5 + …)</c> for the quotient z.</summary>
    private static UInt256 Series(in UInt256 numerator, in UInt256 denominator, in UInt256 one, uint lastTerm)
    {
        UInt256 z = UInt256.WrappingMultiply(numerator, one) / denominator;
        UInt256 square = UInt256.WrappingMultiply(z, z) / one;
        UInt256 power = z;
        UInt256 sum = z;
        for (uint n = 3; n <= lastTerm; n += 2)
        {
            power = UInt256.WrappingMultiply(power, square) / one;
            sum = UInt256.WrappingAdd(sum, power / n);
        }
        return UInt256.WrappingMultiply(sum, 2);
    }
}
