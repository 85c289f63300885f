namespace FastRebalance.Amm.Curves;

/// <summary>
/// Logarithm and exponential near one and zero without loss of digits (the framework's own forms lose them). W. Kahan's forms:
/// the rounding of <c>1 + x</c> is divided out again.
/// </summary>
internal static class SmallNumbers
{
    /// <summary><c>ln(1 + x)</c>.</summary>
    public static double LogOfOnePlus(double x)
    {
        double rounded = 1 + x;
        return rounded == 1 ? x : double.IsPositiveInfinity(rounded) ? rounded : Math.Log(rounded) * (x / (rounded - 1));
    }

    /// <summary><c>e^x - 1</c>.</summary>
    public static double ExpMinusOne(double x)
    {
        double power = Math.Exp(x);
        if (power == 1)
            return x;
        double above = power - 1;
        return above == -1 || double.IsPositiveInfinity(power) ? above : above * (x / Math.Log(power));
    }
}
