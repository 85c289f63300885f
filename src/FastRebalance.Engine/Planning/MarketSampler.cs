using FastRebalance.Core.Assets;
using FastRebalance.Quant.Estimates;

namespace FastRebalance.Engine.Planning;

/// <summary>
/// Samples the prices on a grid of event time and keeps the estimates up to date. Allocates nothing after construction.
/// </summary>
/// <remarks>
/// A sample counts only whole: while any price is missing or old it is passed over, and the next good one makes its returns from the last
/// good one, over the time that really passed. A return beyond what the volatility known makes believable is cut there: one bad print
/// moves the estimate by a few per cent at most, and a real jump comes in with the returns that follow it.
/// </remarks>
internal sealed class MarketSampler
{
    // A price may miss two samples before it is old.
    private const int MaxAgeSamples = 3;
    private const double BelievableDeviations = 8;

    // The fast estimate forgets so much faster than the slow one.
    private const int FastFactor = 16;
    private const double MaxStress = 4;
    private const int AnchorSamples = 3;

    private readonly MarketState _market;
    private readonly AssetId _numeraire;
    private readonly CovarianceEstimator _slow;
    private readonly CovarianceEstimator _fast;
    private readonly TimeSpan _halfLife;
    private readonly long _maxAgeNs;
    private readonly int _warmUpSamples;
    private readonly double[] _returns;
    private readonly double[][] _samples;
    private long _lastUnixNs;
    private double _gas;
    private double _gasWeight;

    public MarketSampler(MarketState market, AssetId numeraire, PlannerOptions options)
    {
        int assets = market.AssetCount;
        _market = market;
        _numeraire = numeraire;
        _halfLife = options.HalfLife;
        _slow = new CovarianceEstimator(assets, options.HalfLife);
        _fast = new CovarianceEstimator(assets, options.HalfLife / FastFactor);
        _maxAgeNs = MaxAgeSamples * (long)options.SampleEvery.TotalNanoseconds;
        _warmUpSamples = options.WarmUpSamples;
        _returns = new double[assets];
        _samples = new double[AnchorSamples][];
        for (int i = 0; i < AnchorSamples; i++)
            _samples[i] = new double[assets];
    }

    /// <summary>Samples taken in.</summary>
    public int Samples { get; private set; }

    /// <summary>Samples passed over because a price was missing or old.</summary>
    public long Skipped { get; private set; }

    public bool IsWarm => _slow.Steps >= _warmUpSamples;

    /// <summary>Numeraire per wei of gas price times gas, averaged; 0 while unknown.</summary>
    public double AverageNumerairePerGas => _gasWeight > 0 ? _gas / _gasWeight : 0;

    /// <summary>The volatility of late over that of the whole memory, mean over the assets: 1 where it is below, and at most 4.</summary>
    public double Stress
    {
        get
        {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < _returns.Length; i++)
            {
                if (!(_slow.Volatility(i) > 0))
                    continue;
                sum += _fast.Volatility(i) / _slow.Volatility(i);
                count++;
            }
            return count == 0 ? 1 : Math.Clamp(sum / count, 1, MaxStress);
        }
    }

    /// <summary>Takes the prices known now as those of a moment of the grid.</summary>
    public void Sample(long gridUnixNs)
    {
        if (!IsFresh(gridUnixNs))
        {
            Skipped++;
            return;
        }
        TimeSpan step = TimeSpan.FromTicks((gridUnixNs - _lastUnixNs) / 100);
        if (Samples > 0 && step > TimeSpan.Zero)
            TakeReturns(step);
        _market.Prices.CopyTo(_samples[Samples % AnchorSamples]);
        Samples++;
        _lastUnixNs = gridUnixNs;
        TakeGas(step);
    }

    /// <summary>Covariance of log returns per year, assets by assets; the numeraire's row and column are zero.</summary>
    public void CopyCovariance(Span<double> covariance) => _slow.CopyTo(covariance);

    /// <summary>By asset, the median of the last three samples: a price that no single print can have moved.</summary>
    public void CopyAnchors(Span<double> anchors)
    {
        for (int i = 0; i < anchors.Length; i++)
            anchors[i] = Samples < AnchorSamples ? _samples[Math.Max(0, Samples - 1)][i] : Median(_samples[0][i], _samples[1][i], _samples[2][i]);
    }

    private bool IsFresh(long gridUnixNs)
    {
        for (int i = 0; i < _returns.Length; i++)
            if (i != _numeraire.Index && !(_market.Prices[i] > 0 && gridUnixNs - _market.PriceUnixNs(AssetId.FromIndex(i)) <= _maxAgeNs))
                return false;
        return true;
    }

    private void TakeReturns(TimeSpan step)
    {
        ReadOnlySpan<double> last = _samples[(Samples - 1) % AnchorSamples];
        double deviations = IsWarm ? BelievableDeviations * Math.Sqrt(step / CovarianceEstimator.Year) : double.PositiveInfinity;
        for (int i = 0; i < _returns.Length; i++)
        {
            double believable = _slow.Volatility(i) is > 0 and double volatility ? volatility * deviations : double.PositiveInfinity;
            _returns[i] = i == _numeraire.Index ? 0 : Math.Clamp(Math.Log(_market.Prices[i] / last[i]), -believable, believable);
        }
        _slow.Observe(_returns, step);
        _fast.Observe(_returns, step);
    }

    private void TakeGas(TimeSpan step)
    {
        double price = _market.WeiPerGas;
        if (!(price > 0))
            return;
        double kept = _gasWeight == 0 ? 0 : Math.Pow(2, -(step / _halfLife));
        double taken = _gasWeight == 0 ? 1 : 1 - kept;
        _gas = (kept * _gas) + (taken * price * _market.NumerairePerWei);
        _gasWeight = (kept * _gasWeight) + taken;
    }

    private static double Median(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
