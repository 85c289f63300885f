using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Optimisers;

/// <summary>
/// Long-only weights whose shares in the portfolio's variance are given; equal budgets are risk parity. The minimum of ½xᵀΣx − Σ b_i·ln x_i
/// by cyclical coordinate descent (Griveau-Billion, Richard and Roncalli 2013).
/// </summary>
public static class RiskBudget
{
    private const double Tolerance = 1e-13;
    private const int MostSweeps = 10_000;

    /// <summary>Weights that add up to one.</summary>
    /// <param name="covariance">Σ of risky assets, N*N row by row; cash has no place here.</param>
    /// <param name="budgets">Shares of risk, positive; only their proportions count.</param>
    /// <param name="weights">Receives the weights.</param>
    public static OptimiserStatus Solve(ReadOnlySpan<double> covariance, ReadOnlySpan<double> budgets, Span<double> weights)
    {
        OptimiserStatus status = Unscaled(covariance, budgets, weights);
        double sum = 0;
        foreach (double weight in weights)
            sum += weight;
        if (sum > 0)
            foreach (ref double weight in weights)
                weight /= sum;
        return status;
    }

    /// <summary>The amounts x with x_i·(Σx)_i = b_i, not scaled to add up to anything.</summary>
    public static OptimiserStatus Unscaled(ReadOnlySpan<double> covariance, ReadOnlySpan<double> budgets, Span<double> amounts)
    {
        int n = amounts.Length;
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        Symmetric.Expect(budgets.Length, n, nameof(budgets));
        amounts.Clear();
        if (!Symmetric.AllFinite(covariance) || !Symmetric.AllFinite(budgets))
            return OptimiserStatus.BadInput;
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            if (!(budgets[i] > 0) || !(covariance[i * n + i] > 0))
                return OptimiserStatus.BadInput;
            total += budgets[i];
        }
        for (int i = 0; i < n; i++)
            amounts[i] = Math.Sqrt(budgets[i] / covariance[i * n + i]);
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            Sweep(covariance, budgets, amounts);
            if (LargestError(covariance, budgets, amounts) <= Tolerance * total)
                return OptimiserStatus.Solved;
        }
        return OptimiserStatus.NotConverged;
    }

    private static void Sweep(ReadOnlySpan<double> covariance, ReadOnlySpan<double> budgets, Span<double> amounts)
    {
        int n = amounts.Length;
        for (int i = 0; i < n; i++)
        {
            double variance = covariance[i * n + i];
            double others = Symmetric.Dot(covariance.Slice(i * n, n), amounts) - variance * amounts[i];
            double root = Math.Sqrt(others * others + 4 * variance * budgets[i]);
            // Two ways to write the same root; each keeps its digits on its side of zero.
            amounts[i] = others > 0 ? 2 * budgets[i] / (others + root) : (root - others) / (2 * variance);
        }
    }

    private static double LargestError(ReadOnlySpan<double> covariance, ReadOnlySpan<double> budgets, ReadOnlySpan<double> amounts)
    {
        int n = amounts.Length;
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            double error = Math.Abs(amounts[i] * Symmetric.Dot(covariance.Slice(i * n, n), amounts) - budgets[i]);
            largest = error <= largest ? largest : error; // A NaN stays, and does not converge.
        }
        return largest;
    }
}
