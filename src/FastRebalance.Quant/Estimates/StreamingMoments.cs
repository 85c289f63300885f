using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.Estimates;

/// <summary>
/// The running estimators of temporal-function market makers (QuantAMM; Willetts and Harrington): averages, gradients and covariances of
/// prices themselves, not of returns, one step per observation. A pool of that kind computes its weights from them, so these follow its
/// definitions to the digit. One thread; observing allocates nothing.
/// </summary>
public sealed class StreamingMoments
{
    private readonly double _lambda;
    private readonly double[] _averages;
    private readonly double[] _previous;
    private readonly double[] _slopes;
    private readonly double[] _products;

    /// <param name="lambda">λ: what an older step keeps of its weight, between 0 and 1.</param>
    /// <param name="averages">Averages to begin with, N.</param>
    /// <param name="slopes">State of the gradient to begin with, N; empty for zeros.</param>
    /// <param name="products">State of the covariance to begin with, N*N; empty for zeros.</param>
    public StreamingMoments(
        double lambda, ReadOnlySpan<double> averages, ReadOnlySpan<double> slopes = default, ReadOnlySpan<double> products = default)
    {
        if (!(lambda > 0 && lambda < 1))
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "a number between 0 and 1");
        int n = averages.Length;
        _lambda = lambda;
        _averages = averages.ToArray();
        _previous = averages.ToArray();
        _slopes = slopes.IsEmpty ? new double[n] : slopes.ToArray();
        _products = products.IsEmpty ? new double[n * n] : products.ToArray();
        Symmetric.Expect(_slopes.Length, n, nameof(slopes));
        Symmetric.Expect(_products.Length, n * n, nameof(products));
    }

    /// <summary>The averages: p̄ ← λp̄ + (1−λ)p.</summary>
    public ReadOnlySpan<double> Averages => _averages;

    /// <summary>Takes in one price per asset; refused whole, with false, where one is not finite.</summary>
    public bool Observe(ReadOnlySpan<double> prices)
    {
        Symmetric.Expect(prices.Length, _averages.Length, nameof(prices));
        if (!Symmetric.AllFinite(prices))
            return false;
        _averages.CopyTo(_previous, 0);
        for (int i = 0; i < prices.Length; i++)
            _averages[i] = _lambda * _averages[i] + (1 - _lambda) * prices[i];
        Accumulate(prices);
        return true;
    }

    /// <summary>The same with averages another keeps, before and after this price.</summary>
    public bool Observe(ReadOnlySpan<double> prices, ReadOnlySpan<double> previousAverages, ReadOnlySpan<double> averages)
    {
        Symmetric.Expect(prices.Length, _averages.Length, nameof(prices));
        if (!Symmetric.AllFinite(prices) || !Symmetric.AllFinite(previousAverages) || !Symmetric.AllFinite(averages))
            return false;
        previousAverages.CopyTo(_previous);
        averages.CopyTo(_averages);
        Accumulate(prices);
        return true;
    }

    /// <summary>(1−λ)·A with A_ij ← λA_ij + (p_i − p̄_i before)(p_j − p̄_j after).</summary>
    public double Covariance(int row, int column) => (1 - _lambda) * _products[row * _averages.Length + column];

    /// <summary>Variance of one price.</summary>
    public double Variance(int asset) => Covariance(asset, asset);

    /// <summary>β = (1−λ)³/λ·a with a ← λa + (p − p̄)/(1−λ): how fast the price moves, per step.</summary>
    public double Gradient(int asset)
    {
        double rest = 1 - _lambda;
        return rest * rest * rest / _lambda * _slopes[asset];
    }

    private void Accumulate(ReadOnlySpan<double> prices)
    {
        int n = prices.Length;
        for (int i = 0; i < n; i++)
        {
            _slopes[i] = _lambda * _slopes[i] + (prices[i] - _averages[i]) / (1 - _lambda);
            for (int j = 0; j < n; j++)
                _products[i * n + j] = _lambda * _products[i * n + j] + (prices[i] - _previous[i]) * (prices[j] - _averages[j]);
        }
    }
}
