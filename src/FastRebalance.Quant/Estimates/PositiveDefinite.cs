using FastRebalance.Quant.Linear;
using MathNet.Numerics.LinearAlgebra;

namespace FastRebalance.Quant.Estimates;

/// <summary>Keeps an estimated covariance fit to be inverted.</summary>
public static class PositiveDefinite
{
    /// <summary>
    /// Raises the eigenvalues of the correlation matrix to at least <paramref name="leastEigenvalue"/> and scales the result back to the
    /// variances it came with. Works in place; a matrix that needs nothing is left bit for bit. Rows without variance (cash) stay zero.
    /// </summary>
    /// <param name="covariance">N*N row by row, finite.</param>
    /// <param name="leastEigenvalue">Above 0 and below 1, such as 1e-4; the mean eigenvalue of a correlation matrix is 1.</param>
    /// <returns>How many eigenvalues were raised.</returns>
    public static int Clip(Span<double> covariance, double leastEigenvalue)
    {
        if (!(leastEigenvalue > 0 && leastEigenvalue < 1))
            throw new ArgumentOutOfRangeException(nameof(leastEigenvalue), leastEigenvalue, "a number between 0 and 1");
        int n = Symmetric.Order(covariance);
        double[] deviation = new double[n];
        double[] correlation = new double[n * n];
        for (int i = 0; i < n; i++)
            deviation[i] = Math.Sqrt(Math.Max(0, covariance[i * n + i]));
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                correlation[i * n + j] = i == j ? 1 : deviation[i] * deviation[j] is > 0 and double scale ? covariance[i * n + j] / scale : 0;

        (double[] values, Matrix<double> vectors) = Symmetric.Eigen(correlation);
        int raised = values.Count(v => v < leastEigenvalue);
        if (raised == 0)
            return 0;
        var clipped = Vector<double>.Build.Dense(n, i => Math.Max(values[i], leastEigenvalue));
        Matrix<double> repaired = vectors * Matrix<double>.Build.DiagonalOfDiagonalVector(clipped) * vectors.Transpose();
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                covariance[i * n + j] = covariance[j * n + i] =
                    repaired[i, j] / Math.Sqrt(repaired[i, i] * repaired[j, j]) * deviation[i] * deviation[j];
        return raised;
    }
}
