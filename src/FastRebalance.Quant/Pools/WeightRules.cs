namespace FastRebalance.Quant.Pools;

/// <summary>
/// How temporal-function pools choose weights from their running estimates (QuantAMM), before guard rails and speed limit. The weights' sum
/// stays. Allocates nothing; result may be the weights.
/// </summary>
public static class WeightRules
{
    /// <summary>w + κ·(β/p − mean): more of what rises; a negative κ is anti-momentum.</summary>
    /// <param name="weights">Weights now.</param>
    /// <param name="gradients">β: how fast each price moves.</param>
    /// <param name="prices">p.</param>
    /// <param name="strength">κ.</param>
    /// <param name="result">Receives the weights; they may be negative.</param>
    public static void Momentum(
        ReadOnlySpan<double> weights, ReadOnlySpan<double> gradients, ReadOnlySpan<double> prices, double strength, Span<double> result)
    {
        double mean = 0;
        for (int i = 0; i < weights.Length; i++)
            mean += gradients[i] / prices[i] / weights.Length;
        for (int i = 0; i < weights.Length; i++)
            result[i] = weights[i] + strength * (gradients[i] / prices[i] - mean);
    }

    /// <summary>Keeps a share of the weights and takes the rest from those in proportion to 1/variance.</summary>
    /// <param name="weights">Weights now.</param>
    /// <param name="variances">Of prices, each positive.</param>
    /// <param name="keptShare">Share of the old weights, from 0 to 1.</param>
    /// <param name="result">Receives the weights.</param>
    public static void MinimumVariance(
        ReadOnlySpan<double> weights, ReadOnlySpan<double> variances, double keptShare, Span<double> result)
    {
        double precision = 0;
        foreach (double variance in variances)
            precision += 1 / variance;
        for (int i = 0; i < weights.Length; i++)
            result[i] = keptShare * weights[i] + (1 - keptShare) / (variances[i] * precision);
    }
}
