using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>Weights in proportion to 1/σ, adding up to one: risk parity where all correlations are the same.</summary>
public static class InverseVolatility
{
    /// <param name="covariance">Σ, N*N row by row; only the diagonal is read. No variance is zero.</param>
    /// <param name="weights">Receives the weights.</param>
    public static OptimiserStatus Solve(ReadOnlySpan<double> covariance, Span<double> weights) => Scale(covariance, weights, -0.5);

    /// <summary>Weights in proportion to 1/σ².</summary>
    public static OptimiserStatus InverseVariance(ReadOnlySpan<double> covariance, Span<double> weights) => Scale(covariance, weights, -1);

    /// <summary>
    /// Variance of a cluster of assets held by inverse variance: how hierarchical risk parity weighs one branch against another
    /// (Lopez de Prado 2016). NaN where a variance is not positive.
    /// </summary>
    public static double ClusterVariance(ReadOnlySpan<double> covariance)
    {
        double[] weights = new double[Symmetric.Order(covariance)];
        return InverseVariance(covariance, weights) == OptimiserStatus.Solved ? Symmetric.Quadratic(covariance, weights) : double.NaN;
    }

    private static OptimiserStatus Scale(ReadOnlySpan<double> covariance, Span<double> weights, double power)
    {
        int n = weights.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            double variance = covariance[i * n + i];
            if (!(variance > 0) || !double.IsFinite(variance))
            {
                weights.Clear();
                return OptimiserStatus.BadInput;
            }
            weights[i] = Math.Pow(variance, power);
            sum += weights[i];
        }
        foreach (ref double weight in weights)
            weight /= sum;
        return OptimiserStatus.Solved;
    }
}
