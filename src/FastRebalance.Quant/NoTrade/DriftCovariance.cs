using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.NoTrade;

/// <summary>How weights drift together when prices move: A = BΣBᵀ with B = diag(w) − wwᵀ.</summary>
public static class DriftCovariance
{
    /// <summary>
    /// Writes the covariance of the weights' drift per year, N*N row by row: A_ij = w_i·w_j·(Σ_ij − (Σw)_i − (Σw)_j + wᵀΣw).
    /// </summary>
    /// <remarks>
    /// Cash may stand in as an asset with a row of zeros in Σ, or be left out with weights that add up to less than one; the entries of
    /// the others come out the same. With cash in, or with weights that add up to one without it, A's rows add up to zero: what one weight
    /// gains the others lose, and A has rank N−1 at most.
    /// </remarks>
    /// <param name="weights">Target weights, N.</param>
    /// <param name="covariance">Σ: covariance of log returns per year, N*N.</param>
    /// <param name="drift">Receives A, N*N; must not overlap <paramref name="covariance"/>.</param>
    public static void Of(ReadOnlySpan<double> weights, ReadOnlySpan<double> covariance, Span<double> drift)
    {
        int n = weights.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        Symmetric.Expect(drift.Length, n * n, nameof(drift));
        double[] marginal = new double[n];
        Symmetric.Multiply(covariance, weights, marginal);
        double variance = Symmetric.Dot(weights, marginal);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                drift[i * n + j] = weights[i] * weights[j] * (covariance[i * n + j] - marginal[i] - marginal[j] + variance);
    }
}
