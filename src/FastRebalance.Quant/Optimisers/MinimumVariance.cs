using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>The weights of least variance (Markowitz 1952). Covariances are N*N row by row; weights add up to one.</summary>
public static class MinimumVariance
{
    /// <summary>Within bounds on every weight. Cash may be an asset with a row of zeros; where it may hold everything, it does.</summary>
    /// <param name="covariance">Σ.</param>
    /// <param name="lower">Least weights; empty for zeros.</param>
    /// <param name="upper">Greatest weights; empty for ones.</param>
    /// <param name="weights">Receives the weights.</param>
    public static OptimiserStatus Solve(
        ReadOnlySpan<double> covariance, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, Span<double> weights) =>
        new SimplexQuadratic(covariance, 1, [], [], [], lower, upper).Solve(weights);

    /// <summary>Without bounds: Σ⁻¹1 / 1ᵀΣ⁻¹1. Weights may be negative.</summary>
    public static OptimiserStatus Unbounded(ReadOnlySpan<double> covariance, Span<double> weights)
    {
        Symmetric.Expect(covariance.Length, weights.Length * weights.Length, nameof(covariance));
        weights.Fill(1);
        return Symmetric.AllFinite(covariance) && Symmetric.TrySolve(covariance, weights) ? Normalise(weights) : Refuse(weights);
    }

    /// <summary>Without bounds, among those whose mean return μᵀw is <paramref name="meanReturn"/>.</summary>
    /// <param name="covariance">Σ, positive definite.</param>
    /// <param name="means">μ; not the same for all assets.</param>
    /// <param name="meanReturn">Mean return wanted.</param>
    /// <param name="weights">Receives the weights; they may be negative.</param>
    public static OptimiserStatus WithReturn(
        ReadOnlySpan<double> covariance, ReadOnlySpan<double> means, double meanReturn, Span<double> weights)
    {
        int n = weights.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        Symmetric.Expect(means.Length, n, nameof(means));
        double[] byOnes = new double[n];
        double[] byMeans = means.ToArray();
        Array.Fill(byOnes, 1);
        if (!Symmetric.AllFinite(covariance) || !Symmetric.AllFinite(means) || !double.IsFinite(meanReturn)
            || !Symmetric.TrySolve(covariance, byOnes) || !Symmetric.TrySolve(covariance, byMeans))
            return Refuse(weights);

        // w = Σ⁻¹(x·1 + y·μ), and two conditions for x and y.
        double a = byOnes.Sum(), b = byMeans.Sum(), c = Symmetric.Dot(means, byMeans);
        double determinant = a * c - b * b;
        if (!(determinant > 1e-14 * a * c))
            return Refuse(weights);
        double x = (c - b * meanReturn) / determinant;
        double y = (a * meanReturn - b) / determinant;
        for (int i = 0; i < n; i++)
            weights[i] = x * byOnes[i] + y * byMeans[i];
        return OptimiserStatus.Solved;
    }

    private static OptimiserStatus Normalise(Span<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights)
            sum += weight;
        foreach (ref double weight in weights)
            weight /= sum;
        return OptimiserStatus.Solved;
    }

    private static OptimiserStatus Refuse(Span<double> weights)
    {
        weights.Clear();
        return OptimiserStatus.BadInput;
    }
}
