using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Estimates;

/// <summary>
/// Pulls an estimated covariance towards a simple one: (1−δ)·S + δ·F. The functions that take a matrix change it in place, N*N row by row;
/// δ is from 0 to 1. Rows of zeros (cash) stay as they are.
/// </summary>
public static class Shrinkage
{
    /// <summary>F has the same variances, and for every pair the mean of all correlations.</summary>
    public static void ConstantCorrelation(Span<double> covariance, double intensity)
    {
        int n = Checked(covariance, intensity);
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                if (Scale(covariance, n, i, j) is > 0 and double scale)
                {
                    sum += covariance[i * n + j] / scale;
                    pairs++;
                }
        double mean = pairs > 0 ? sum / pairs : 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                Set(covariance, n, i, j, (1 - intensity) * covariance[i * n + j] + intensity * mean * Scale(covariance, n, i, j));
    }

    /// <summary>F is the diagonal of S: covariances shrink, variances stay.</summary>
    public static void Diagonal(Span<double> covariance, double intensity)
    {
        int n = Checked(covariance, intensity);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                Set(covariance, n, i, j, (1 - intensity) * covariance[i * n + j]);
    }

    /// <summary>F is the mean variance times the identity.</summary>
    public static void ScaledIdentity(Span<double> covariance, double intensity)
    {
        int n = Checked(covariance, intensity);
        double mean = Trace(covariance, n) / n;
        Diagonal(covariance, intensity);
        for (int i = 0; i < n; i++)
            covariance[i * n + i] = (1 - intensity) * covariance[i * n + i] + intensity * mean;
    }

    /// <summary>
    /// Sample covariance (over T, means taken out) shrunk to the scaled identity by the intensity of Ledoit and Wolf 2004, "A
    /// well-conditioned estimator for large-dimensional covariance matrices".
    /// </summary>
    /// <param name="returns">T rows of N returns, row by row, per step.</param>
    /// <param name="assets">N.</param>
    /// <param name="covariance">Receives the estimate per step, N*N.</param>
    /// <returns>The intensity.</returns>
    public static double LedoitWolf(ReadOnlySpan<double> returns, int assets, Span<double> covariance)
    {
        double[] centred = Centred(returns, assets);
        int steps = centred.Length / assets;
        Sample(centred, assets, covariance);

        double squares = Symmetric.Dot(covariance, covariance);
        double mean = Trace(covariance, assets) / assets;
        double dispersion = squares / assets - mean * mean;
        double noise = 0;
        for (int t = 0; t < steps; t++)
        {
            double length = Symmetric.Dot(centred.AsSpan(t * assets, assets), centred.AsSpan(t * assets, assets));
            noise += length * length;
        }
        noise = (noise / steps - squares) / steps / assets;
        double intensity = dispersion > 0 ? Math.Clamp(noise / dispersion, 0, 1) : 0;
        ScaledIdentity(covariance, intensity);
        return intensity;
    }

    /// <summary>
    /// The same with the oracle-approximating intensity of Chen, Wiesel, Eldar and Hero 2010, equation 23, which suits normal returns.
    /// </summary>
    /// <inheritdoc cref="LedoitWolf"/>
    public static double OracleApproximating(ReadOnlySpan<double> returns, int assets, Span<double> covariance)
    {
        double[] centred = Centred(returns, assets);
        int steps = centred.Length / assets;
        Sample(centred, assets, covariance);

        double squares = Symmetric.Dot(covariance, covariance);
        double trace = Trace(covariance, assets);
        double above = (1 - 2.0 / assets) * squares + trace * trace;
        double below = (steps + 1 - 2.0 / assets) * (squares - trace * trace / assets);
        double intensity = below > 0 ? Math.Min(1, above / below) : 1;
        ScaledIdentity(covariance, intensity);
        return intensity;
    }

    private static int Checked(ReadOnlySpan<double> covariance, double intensity)
    {
        if (!(intensity >= 0 && intensity <= 1))
            throw new ArgumentOutOfRangeException(nameof(intensity), intensity, "a share from 0 to 1");
        return Symmetric.Order(covariance);
    }

    private static double Scale(ReadOnlySpan<double> covariance, int n, int i, int j) =>
        Math.Sqrt(covariance[i * n + i] * covariance[j * n + j]);

    private static void Set(Span<double> covariance, int n, int i, int j, double value) =>
        covariance[i * n + j] = covariance[j * n + i] = value;

    private static double Trace(ReadOnlySpan<double> matrix, int n)
    {
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += matrix[i * n + i];
        return trace;
    }

    private static double[] Centred(ReadOnlySpan<double> returns, int assets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(assets);
        int steps = returns.Length / assets;
        if (steps == 0 || steps * assets != returns.Length)
            throw new ArgumentException($"{returns.Length} returns are not whole rows of {assets}", nameof(returns));
        double[] centred = returns.ToArray();
        for (int i = 0; i < assets; i++)
        {
            double mean = 0;
            for (int t = 0; t < steps; t++)
                mean += centred[t * assets + i] / steps;
            for (int t = 0; t < steps; t++)
                centred[t * assets + i] -= mean;
        }
        return centred;
    }

    private static void Sample(ReadOnlySpan<double> centred, int assets, Span<double> covariance)
    {
        Symmetric.Expect(covariance.Length, assets * assets, nameof(covariance));
        int steps = centred.Length / assets;
        covariance.Clear();
        for (int t = 0; t < steps; t++)
            for (int i = 0; i < assets; i++)
                for (int j = 0; j < assets; j++)
                    covariance[i * assets + j] += centred[t * assets + i] * centred[t * assets + j] / steps;
    }
}
