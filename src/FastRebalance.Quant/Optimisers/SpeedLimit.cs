namespace FastRebalance.Quant.Optimisers;

/// <summary>Moves from one set of weights to another in steps of limited size. Allocates nothing; result may be either input.</summary>
public static class SpeedLimit
{
    /// <summary>
    /// Scales the whole step so that no weight moves by more than <paramref name="mostStep"/> (QuantAMM): the direction stays, and so does the
    /// weights' sum. A limit that is not a positive number moves nothing.
    /// </summary>
    public static void Step(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double mostStep, Span<double> result)
    {
        double largest = 0;
        for (int i = 0; i < from.Length; i++)
            largest = Math.Max(largest, Math.Abs(to[i] - from[i]));
        double share = !(mostStep > 0) || double.IsNaN(largest) ? 0 : largest > mostStep ? mostStep / largest : 1;
        Blend(from, to, share, result);
    }

    /// <summary>The step that brings the weights there in <paramref name="stepsLeft"/> equal ones, this one counted.</summary>
    public static void Spread(ReadOnlySpan<double> from, ReadOnlySpan<double> to, int stepsLeft, Span<double> result) =>
        Blend(from, to, 1.0 / Math.Max(1, stepsLeft), result);

    /// <summary>Limits each weight's move on its own; the sum may change.</summary>
    public static void Each(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double mostStep, Span<double> result)
    {
        double limit = mostStep > 0 ? mostStep : 0;
        for (int i = 0; i < from.Length; i++)
            result[i] = from[i] + Math.Clamp(to[i] - from[i], -limit, limit);
    }

    private static void Blend(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> result)
    {
        for (int i = 0; i < from.Length; i++)
            result[i] = share >= 1 ? to[i] : share > 0 ? from[i] + share * (to[i] - from[i]) : from[i];
    }
}
