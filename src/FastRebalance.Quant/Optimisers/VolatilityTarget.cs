using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>Scales risky weights so that the portfolio has a wanted volatility; the rest is cash, or borrowed.</summary>
public static class VolatilityTarget
{
    /// <summary>w · σ*/√(wᵀΣw), with Σ|w| held to <paramref name="mostLeverage"/>.</summary>
    /// <param name="covariance">Σ per year of the risky assets, N*N row by row.</param>
    /// <param name="weights">Weights to scale.</param>
    /// <param name="volatility">σ* per year; not negative.</param>
    /// <param name="mostLeverage">Greatest Σ|w|: 1 for no borrowing.</param>
    /// <param name="scaled">Receives the weights; may be <paramref name="weights"/>.</param>
    public static OptimiserStatus Solve(
        ReadOnlySpan<double> covariance, ReadOnlySpan<double> weights, double volatility, double mostLeverage, Span<double> scaled)
    {
        int n = weights.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        Symmetric.Expect(scaled.Length, n, nameof(scaled));
        double gross = 0;
        foreach (double weight in weights)
            gross += Math.Abs(weight);
        double factor = Math.Min(volatility / Math.Sqrt(Symmetric.Quadratic(covariance, weights)), mostLeverage / gross);
        if (!(factor >= 0) || !double.IsFinite(factor))
        {
            scaled.Clear();
            return OptimiserStatus.BadInput;
        }
        for (int i = 0; i < n; i++)
            scaled[i] = weights[i] * factor;
        return OptimiserStatus.Solved;
    }
}
