using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Pools;

/// <summary>What holding constant weights earns over holding still, and what a pool of the same weights gives away.</summary>
public static class RebalancingPremium
{
    /// <summary>
    /// Growth of the constant mix in excess of the mean growth of its assets, per year: ½·(Σ w_i·σ_i² − wᵀΣw). Never negative for
    /// weights that
    /// are not. Allocates nothing.
    /// </summary>
    /// <param name="weights">Weights adding up to one, cash included or left out.</param>
    /// <param name="covariance">Σ per year, N*N row by row.</param>
    public static double Rate(ReadOnlySpan<double> weights, ReadOnlySpan<double> covariance)
    {
        int n = weights.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        double variances = 0;
        for (int i = 0; i < n; i++)
            variances += weights[i] * covariance[i * n + i];
        return (variances - Symmetric.Quadratic(covariance, weights)) / 2;
    }
}
