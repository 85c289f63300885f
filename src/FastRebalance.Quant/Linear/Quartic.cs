namespace FastRebalance.Quant.Linear;

/// <summary>The equation both a waiting time and a trade-to-target band come down to.</summary>
internal static class Quartic
{
    /// <summary>
    /// The positive root of a·x⁴ = b·x + c, for a above zero, b and c not below zero and not both zero. The starting point lies above the
    /// root and the polynomial is convex there, so Newton walks down to it and stops where rounding stops it.
    /// </summary>
    public static double PositiveRoot(double a, double b, double c)
    {
        double x = Math.Max(Math.Cbrt(2 * b / a), Math.Sqrt(Math.Sqrt(2 * c / a)));
        while (true)
        {
            double cube = a * x * x * x;
            double next = x - (cube * x - b * x - c) / (4 * cube - b);
            if (!(next < x))
                return x;
            x = next;
        }
    }
}
