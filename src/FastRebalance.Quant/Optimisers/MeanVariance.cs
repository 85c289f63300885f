using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>
/// The weights with the best μᵀw − γ/2·wᵀΣw, less what it costs to get there. Errors in μ come out magnified: the cost of turnover is what
/// keeps the weights from following each of them.
/// </summary>
public static class MeanVariance
{
    /// <summary>
    /// Maximises μᵀw − γ/2·wᵀΣw − Σ ε_i·|w_i − p_i| with weights adding up to one within bounds. Cash is an asset with a row of zeros.
    /// </summary>
    /// <param name="covariance">Σ per year, N*N row by row.</param>
    /// <param name="means">μ per year.</param>
    /// <param name="riskAversion">γ, positive.</param>
    /// <param name="costs">ε: cost one way, spread over the years until the weights change again (ε/horizon); empty for none.</param>
    /// <param name="previous">p: weights held now, where costs are given; empty otherwise.</param>
    /// <param name="lower">Least weights; empty for zeros.</param>
    /// <param name="upper">Greatest weights; empty for ones.</param>
    /// <param name="weights">Receives the weights.</param>
    public static OptimiserStatus Solve(
        ReadOnlySpan<double> covariance, ReadOnlySpan<double> means, double riskAversion, ReadOnlySpan<double> costs,
        ReadOnlySpan<double> previous, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, Span<double> weights)
    {
        if (riskAversion > 0)
            return new SimplexQuadratic(covariance, riskAversion, means, costs, previous, lower, upper).Solve(weights);
        weights.Clear();
        return OptimiserStatus.BadInput;
    }

    /// <summary>Without bounds or costs: w = Σ⁻¹μ/γ (Merton 1969). What the weights leave of one, positive or negative, is cash.</summary>
    public static OptimiserStatus Unbounded(
        ReadOnlySpan<double> covariance, ReadOnlySpan<double> means, double riskAversion, Span<double> weights)
    {
        Symmetric.Expect(covariance.Length, weights.Length * weights.Length, nameof(covariance));
        Symmetric.Expect(means.Length, weights.Length, nameof(means));
        means.CopyTo(weights);
        if (!(riskAversion > 0) || !double.IsFinite(riskAversion) || !Symmetric.AllFinite(covariance) || !Symmetric.AllFinite(means)
            || !Symmetric.TrySolve(covariance, weights))
        {
            weights.Clear();
            return OptimiserStatus.BadInput;
        }
        foreach (ref double weight in weights)
            weight /= riskAversion;
        return OptimiserStatus.Solved;
    }
}
