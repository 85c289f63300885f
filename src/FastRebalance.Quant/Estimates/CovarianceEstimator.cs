using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Estimates;

/// <summary>
/// Covariance of log returns per year, an exponentially weighted mean over steps of any length: Σ ← λΣ + (1−λ)·rrᵀ/Δt with
/// λ = 2^(−Δt/half-life), and what the empty start still weighs divided out. Means are taken as zero. One thread at a time;
/// observing allocates nothing.
/// </summary>
public sealed class CovarianceEstimator
{
    /// <summary>The year all rates here are per: 365 days, for markets that never close.</summary>
    public static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly int _assets;
    private readonly TimeSpan _halfLife;
    private readonly double[] _sum;
    private double _weight;
    private TimeSpan _observed;
    private int _steps;

    /// <param name="assets">How many assets; their order is that of the returns.</param>
    /// <param name="halfLife">The age at which an observation counts half.</param>
    public CovarianceEstimator(int assets, TimeSpan halfLife)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(assets);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(halfLife, TimeSpan.Zero);
        _assets = assets;
        _halfLife = halfLife;
        _sum = new double[assets * assets];
    }

    /// <summary>True once a whole half-life was observed, in more steps than there are assets: fewer give a singular matrix.</summary>
    public bool IsWarm => _observed >= _halfLife && _steps > _assets;

    /// <summary>Steps taken in so far.</summary>
    public int Steps => _steps;

    /// <summary>Takes in one step; refuses it whole, and says so, where a return is not finite or the step has no length.</summary>
    /// <param name="logReturns">ln(p/p₀) of every asset over the step, N; zero for cash.</param>
    /// <param name="step">Time the step took.</param>
    /// <returns>False when refused: nothing changed.</returns>
    public bool Observe(ReadOnlySpan<double> logReturns, TimeSpan step)
    {
        Symmetric.Expect(logReturns.Length, _assets, nameof(logReturns));
        if (step <= TimeSpan.Zero || !Symmetric.AllFinite(logReturns))
            return false;
        double kept = Math.Pow(2, -(step / _halfLife));
        double gain = (1 - kept) / (step / Year);
        for (int i = 0; i < _assets; i++)
            for (int j = 0; j <= i; j++)
                _sum[i * _assets + j] = kept * _sum[i * _assets + j] + gain * logReturns[i] * logReturns[j];
        _weight = kept * _weight + (1 - kept);
        _observed += step;
        _steps++;
        return true;
    }

    /// <summary>Writes Σ per year, N*N row by row; zeros while nothing was observed.</summary>
    public void CopyTo(Span<double> annualCovariance)
    {
        Symmetric.Expect(annualCovariance.Length, _sum.Length, nameof(annualCovariance));
        for (int i = 0; i < _assets; i++)
            for (int j = 0; j <= i; j++)
                annualCovariance[i * _assets + j] = annualCovariance[j * _assets + i] = Entry(i, j);
    }

    /// <summary>Volatility per year of one asset, as a fraction.</summary>
    public double Volatility(int asset) => Math.Sqrt(Entry(asset, asset));

    private double Entry(int row, int column) => _weight > 0 ? _sum[row * _assets + column] / _weight : 0;
}
