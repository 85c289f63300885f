namespace FastRebalance.Quant.Pools;

/// <summary>
/// Ways to change a pool's weights in many steps, and what arbitrage takes on the way at fixed prices: a step from w to w′ leaves
/// e^(−KL(w′‖w))
/// of the value. Allocates nothing.
/// </summary>
public static class WeightPath
{
    // Below this angle the arc and the chord are the same to the last digit.
    private const double LeastAngle = 1e-8;

    /// <summary>KL(w′‖w) = Σ w′·ln(w′/w): the log loss of one step. Infinite where a weight that was zero becomes positive.</summary>
    public static double StepCost(ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        double sum = 0;
        for (int i = 0; i < from.Length; i++)
            sum += to[i] > 0 ? to[i] * Math.Log(to[i] / from[i]) : 0;
        return sum;
    }

    /// <summary>Straight from one to the other: the weights at <paramref name="share"/> of the way.</summary>
    public static void Linear(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> result)
    {
        for (int i = 0; i < from.Length; i++)
            result[i] = from[i] + share * (to[i] - from[i]);
    }

    /// <summary>Along the great circle of the weights' square roots, the cheapest way to leading order (Willetts 2026).</summary>
    public static void Spherical(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> result)
    {
        double angle = Angle(from, to);
        if (!(angle > LeastAngle))
        {
            Linear(from, to, share, result);
            return;
        }
        double a = Math.Sin((1 - share) * angle) / Math.Sin(angle);
        double b = Math.Sin(share * angle) / Math.Sin(angle);
        for (int i = 0; i < from.Length; i++)
        {
            double root = a * Math.Sqrt(from[i]) + b * Math.Sqrt(to[i]);
            result[i] = root * root;
        }
    }

    /// <summary>2ω²/f: the log loss of the spherical way in <paramref name="steps"/> equal steps, to leading order.</summary>
    public static double SphericalCost(ReadOnlySpan<double> from, ReadOnlySpan<double> to, int steps)
    {
        double angle = Angle(from, to);
        return 2 * angle * angle / steps;
    }

    /// <summary>ω: the angle between the square roots of two sets of weights, each adding up to one.</summary>
    public static double Angle(ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        double cosine = 0;
        for (int i = 0; i < from.Length; i++)
            cosine += Math.Sqrt(from[i] * to[i]);
        return Math.Acos(Math.Min(1, cosine));
    }
}
