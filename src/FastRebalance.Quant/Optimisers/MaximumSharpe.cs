using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>The long-only weights with the most excess return per unit of volatility.</summary>
public static class MaximumSharpe
{
    private const double Tolerance = 1e-12;
    private const int MostSweeps = 50_000;

    /// <summary>
    /// Finds y ≥ 0 with the best mᵀy − ½yᵀΣy by coordinate ascent, whose direction is that of the best ratio, and scales it to add up to one.
    /// No asset with a positive excess return is <see cref="OptimiserStatus.Infeasible"/>: hold cash.
    /// </summary>
    /// <param name="covariance">Σ of risky assets, N*N row by row; no variance is zero.</param>
    /// <param name="excessMeans">Mean returns less the riskless rate.</param>
    /// <param name="weights">Receives the weights.</param>
    public static OptimiserStatus Solve(ReadOnlySpan<double> covariance, ReadOnlySpan<double> excessMeans, Span<double> weights)
    {
        int n = weights.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        Symmetric.Expect(excessMeans.Length, n, nameof(excessMeans));
        weights.Clear();
        if (!Symmetric.AllFinite(covariance) || !Symmetric.AllFinite(excessMeans))
            return OptimiserStatus.BadInput;
        double scale = 0;
        for (int i = 0; i < n; i++)
        {
            if (!(covariance[i * n + i] > 0))
                return OptimiserStatus.BadInput;
            scale = Math.Max(scale, excessMeans[i]);
        }
        if (scale == 0)
            return OptimiserStatus.Infeasible;

        for (int sweep = 0; sweep < MostSweeps; sweep++)
            if (Sweep(covariance, excessMeans, weights) <= Tolerance * scale)
                return Normalise(weights);
        Normalise(weights);
        return OptimiserStatus.NotConverged;
    }

    // Returns the largest slope an asset still had that it could follow.
    private static double Sweep(ReadOnlySpan<double> covariance, ReadOnlySpan<double> excessMeans, Span<double> amounts)
    {
        int n = amounts.Length;
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            double slope = excessMeans[i] - Symmetric.Dot(covariance.Slice(i * n, n), amounts);
            double next = Math.Max(0, amounts[i] + slope / covariance[i * n + i]);
            largest = Math.Max(largest, Math.Abs(next - amounts[i]) * covariance[i * n + i]);
            amounts[i] = next;
        }
        return largest;
    }

    private static OptimiserStatus Normalise(Span<double> amounts)
    {
        double sum = 0;
        foreach (double amount in amounts)
            sum += amount;
        foreach (ref double amount in amounts)
            amount /= sum;
        return OptimiserStatus.Solved;
    }
}
