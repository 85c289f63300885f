using FastRebalance.Quant.Linear;
using MathNet.Numerics.LinearAlgebra;

namespace FastRebalance.Quant.NoTrade;

/// <summary>
/// The no-trade region of many assets where a trade costs gas alone: nothing is traded while ΔᵀMΔ ≤ 1, everything goes to target
/// otherwise. M solves 4MAM + 2·tr(AM)·M = (γ/2k)·Σ (the quadratic value function u = k(2s − s²), s = ΔᵀMΔ, made to fit; Altarovici,
/// Muhle-Karbe and Soner 2015).
/// </summary>
public static class NoTradeEllipsoid
{
    // Eigenvalues of the drift covariance below this share of the largest are rounding: no drift goes there.
    private const double LeastShare = 1e-13;

    /// <summary>Writes M, N*N row by row, and returns the loss rate J per year, as a fraction of the portfolio.</summary>
    /// <remarks>
    /// A is singular whenever the weights, cash included or not, add up to one, or an asset has no weight. The equation is then solved in
    /// A's range, where drift can go: with A = LLᵀ, L having one column per eigenvalue that is not zero, M = L⁺ᵀNL⁺ and N is diagonal
    /// where LᵀΣL is. Every drift prices can make lies in that range, and for those ΔᵀMΔ is what leaving one asset out would give.
    /// Along directions A does not move in (all weights up together; an asset of target zero) M is zero: such a deviation is not seen.
    /// <para>Without gas, without a risk price, or with input that is not finite there is no ellipsoid: M is all zeros, which never trades,
    /// and the loss is positive infinity. Where nothing drifts M is all zeros too, and the loss zero.</para>
    /// </remarks>
    /// <param name="driftCovariance">A, N*N, from <see cref="DriftCovariance"/>.</param>
    /// <param name="covariance">Σ per year, N*N.</param>
    /// <param name="riskAversion">γ: the loss is γ/2 times the squared tracking error.</param>
    /// <param name="gasFraction">k: gas of a bundle over the portfolio's value.</param>
    /// <param name="matrix">Receives M.</param>
    public static double Solve(
        ReadOnlySpan<double> driftCovariance, ReadOnlySpan<double> covariance, double riskAversion, double gasFraction, Span<double> matrix)
    {
        int n = Symmetric.Order(driftCovariance);
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        Symmetric.Expect(matrix.Length, n * n, nameof(matrix));
        matrix.Clear();
        double scale = riskAversion / (2 * gasFraction);
        if (!(scale > 0) || !double.IsFinite(scale) || !Symmetric.AllFinite(driftCovariance) || !Symmetric.AllFinite(covariance))
            return double.PositiveInfinity;

        (double[] spread, Matrix<double> axes) = Symmetric.Eigen(driftCovariance);
        int first = Array.FindIndex(spread, a => a > LeastShare * n * spread[^1]);
        if (first < 0 || !(spread[^1] > 0))
            return 0;
        Matrix<double> range = axes.SubMatrix(0, n, first, n - first);
        Vector<double> deviation = Vector<double>.Build.DenseOfArray(spread[first..]).PointwiseSqrt();
        Matrix<double> factor = range * Matrix<double>.Build.DiagonalOfDiagonalVector(deviation);
        Matrix<double> inverse = Matrix<double>.Build.DiagonalOfDiagonalVector(1 / deviation) * range.Transpose();
        Matrix<double> risk = factor.TransposeThisAndMultiply(Symmetric.Matrix(covariance) * factor);

        var modes = ((risk + risk.Transpose()) / 2).Evd(Symmetricity.Symmetric);
        double[] strength = modes.EigenValues.Select(v => Math.Max(0, scale * v.Real)).ToArray();
        double trace = Trace(strength);
        Vector<double> diagonal = Vector<double>.Build.Dense(strength.Length, i => Mode(trace, strength[i]));
        Matrix<double> lift = modes.EigenVectors.TransposeThisAndMultiply(inverse);
        Matrix<double> result = lift.TransposeThisAndMultiply(Matrix<double>.Build.DiagonalOfDiagonalVector(diagonal) * lift);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                matrix[i * n + j] = (result[i, j] + result[j, i]) / 2;
        return 2 * gasFraction * trace;
    }

    /// <summary>ΔᵀMΔ: above one the drift is worth the gas. Allocates nothing.</summary>
    public static double Measure(ReadOnlySpan<double> matrix, ReadOnlySpan<double> drift) => Symmetric.Quadratic(matrix, drift);

    // tr(AM) is the root of Σ n_i(τ) = τ. The left side falls and is convex in τ: Newton climbs from zero and cannot overshoot.
    private static double Trace(double[] strength)
    {
        double trace = 0;
        for (int step = 0; step < 200; step++)
        {
            double excess = -trace;
            double slope = -1;
            foreach (double s in strength)
            {
                double root = Math.Sqrt(trace * trace + 4 * s);
                excess += Mode(trace, s);
                slope += root > 0 ? (trace / root - 1) / 4 : 0;
            }
            double next = trace - excess / slope;
            if (!(next > trace))
                break;
            trace = next;
        }
        return trace;
    }

    // The positive root n of 4n² + 2τn = s, written so that nothing cancels.
    private static double Mode(double trace, double s)
    {
        double sum = trace + Math.Sqrt(trace * trace + 4 * s);
        return sum > 0 ? s / sum : 0;
    }
}
