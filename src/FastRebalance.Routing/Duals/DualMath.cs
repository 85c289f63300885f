using System.Runtime.CompilerServices;

namespace FastRebalance.Routing.Duals;

/// <summary>
/// Elementary functions from + - * / alone, so that they give the same bits on every platform; the first has its twin in
/// native/src/basket_dual.h.
/// </summary>
internal static class DualMath
{
    private const double Sqrt2 = 1.4142135623730951;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e^x - 1: halved until a short series holds, and doubled back without losing the digits of a small result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Expm1(double x)
    {
        int halvings = 0;
        if (!(x < 40.0))
            x = 40.0;
        if (x < -40.0)
            x = -40.0;
        while (x > 0.03125 || x < -0.03125)
        {
            x *= 0.5;
            halvings++;
        }
        double e = x * (1.0 + x * (1.0 / 2.0 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0
            + x * (1.0 / 40320.0))))))));
        for (; halvings > 0; halvings--)
            e = e * (2.0 + e);
        return e;
    }

    /// <summary>ln(1 + x) for x above -1, to a few units of the last place, also for x near zero.</summary>
    public static double Log1p(double x)
    {
        // Near zero 2 atanh(x / (2 + x)) keeps every digit; elsewhere the sum 1 + x is exact enough.
        if (x is > -0.25 and < 0.25)
            return AtanhTwice(x / (2.0 + x));
        return Ln(1.0 + x);
    }

    /// <summary>ln x for a normal number above zero.</summary>
    public static double Ln(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > Sqrt2)
        {
            mantissa *= 0.5;
            exponent++;
        }
        double fraction = AtanhTwice((mantissa - 1.0) / (mantissa + 1.0));
        return exponent * Ln2High + (fraction + exponent * Ln2Low);
    }

    /// <summary>2 atanh(t) for |t| up to 0.172: the odd powers until they are below the last place.</summary>
    private static double AtanhTwice(double t)
    {
        double square = t * t;
        double sum = 0.0;
        for (int power = 21; power >= 3; power -= 2)
            sum = (sum + 1.0 / power) * square;
        return 2.0 * t * (1.0 + sum);
    }
}
