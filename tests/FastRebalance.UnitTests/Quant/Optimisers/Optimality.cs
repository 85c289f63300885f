namespace FastRebalance.UnitTests.Quant.Optimisers;

/// <summary>The conditions that show a constrained minimum to be one.</summary>
internal static class Optimality
{
    /// <summary>
    /// Weights within bounds, and no pair of them that could exchange some and gain: the slope of what may grow is not below that of what
    /// may shrink.
    /// </summary>
    public static void Check(double[] slopes, double[] weights, double[] lower, double[] upper, double tolerance) =>
        Check(slopes, slopes, weights, lower, upper, tolerance);

    /// <summary>The same where a kink gives different slopes up and down.</summary>
    public static void Check(double[] up, double[] down, double[] weights, double[] lower, double[] upper, double tolerance)
    {
        for (int i = 0; i < weights.Length; i++)
            Assert.InRange(weights[i], lower[i], upper[i]);
        double gain = Enumerable.Range(0, weights.Length).Where(i => weights[i] < upper[i]).Min(i => up[i]);
        double give = Enumerable.Range(0, weights.Length).Where(i => weights[i] > lower[i]).Max(i => down[i]);
        Assert.True(give - gain <= tolerance, $"exchanging weight still gains {give - gain}");
    }
}
