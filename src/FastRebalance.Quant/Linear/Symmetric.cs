using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace FastRebalance.Quant.Linear;

/// <summary>The little linear algebra the room needs, on symmetric matrices that lie row by row in a span.</summary>
internal static class Symmetric
{
    /// <summary>How many rows the matrix has.</summary>
    /// <exception cref="ArgumentException">The span is not that of a square matrix.</exception>
    public static int Order(ReadOnlySpan<double> matrix)
    {
        int n = (int)Math.Round(Math.Sqrt(matrix.Length));
        return n * n == matrix.Length
            ? n
            : throw new ArgumentException($"a square matrix has n*n entries, not {matrix.Length}", nameof(matrix));
    }

    /// <summary>Throws where a span does not hold one entry per asset.</summary>
    public static void Expect(int length, int assets, string name)
    {
        if (length != assets)
            throw new ArgumentException($"{length} entries for {assets} assets", name);
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>result = matrix · vector.</summary>
    public static void Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector, Span<double> result)
    {
        int n = vector.Length;
        for (int i = 0; i < n; i++)
            result[i] = Dot(matrix.Slice(i * n, n), vector);
    }

    /// <summary>vectorᵀ · matrix · vector.</summary>
    public static double Quadratic(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector)
    {
        int n = vector.Length;
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += vector[i] * Dot(matrix.Slice(i * n, n), vector);
        return sum;
    }

    /// <summary>Trace of the product of two symmetric matrices: the sum of their entries' products.</summary>
    public static double TraceOfProduct(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Dot(a, b);

    public static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
            if (!double.IsFinite(value))
                return false;
        return true;
    }

    public static Matrix<double> Matrix(ReadOnlySpan<double> matrix) =>
        Matrix<double>.Build.Dense(Order(matrix), Order(matrix), matrix.ToArray());

    /// <summary>Eigenvalues in ascending order, eigenvectors in the columns.</summary>
    public static (double[] Values, Matrix<double> Vectors) Eigen(ReadOnlySpan<double> matrix)
    {
        Evd<double> evd = Matrix(matrix).Evd(Symmetricity.Symmetric);
        return (evd.EigenValues.Select(v => v.Real).ToArray(), evd.EigenVectors);
    }

    /// <summary>Solves matrix · x = right by Cholesky, in place of <paramref name="right"/>; false where the matrix is not positive definite.</summary>
    public static bool TrySolve(ReadOnlySpan<double> matrix, Span<double> right)
    {
        int n = right.Length;
        double[] lower = new double[n * n];
        if (!TryFactor(matrix, lower, n))
            return false;
        for (int i = 0; i < n; i++)
            right[i] = (right[i] - Dot(lower.AsSpan(i * n, i), right[..i])) / lower[i * n + i];
        for (int i = n - 1; i >= 0; i--)
        {
            double sum = right[i];
            for (int j = i + 1; j < n; j++)
                sum -= lower[j * n + i] * right[j];
            right[i] = sum / lower[i * n + i];
        }
        return true;
    }

    // A pivot that has lost all its digits against the diagonal it came from counts as zero.
    private static bool TryFactor(ReadOnlySpan<double> matrix, Span<double> lower, int n)
    {
        const double leastPivot = 1e-14;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                lower[i * n + j] = (matrix[i * n + j] - Dot(lower.Slice(i * n, j), lower.Slice(j * n, j))) / lower[j * n + j];
            double diagonal = matrix[i * n + i];
            double pivot = diagonal - Dot(lower.Slice(i * n, i), lower.Slice(i * n, i));
            if (!(pivot > leastPivot * diagonal))
                return false;
            lower[i * n + i] = Math.Sqrt(pivot);
        }
        return true;
    }
}
