namespace FastRebalance.UnitTests.Quant.Optimisers;

/// <summary>AAPL, MSFT and C, 10 to 24 March 2004: the eleven rows that pmorissette/ffn tests/test_core.py (commit ed266d2)
/// weighs.</summary>
internal static class FfnPrices
{
    private static readonly double[] s_prices =
    [
        13.84, 25.37, 492.1, 13.575, 25.09, 486.2, 13.78, 25.38, 493.1, 13.225, 25.16, 491.2, 12.91, 25.18, 499.9, 13.095, 25.13, 508.2,
        12.835, 24.89, 512.8, 12.93, 24.63, 503.4, 12.93, 24.5, 496.1, 12.645, 24.15, 498, 12.75, 24.41, 497.9,
    ];

    /// <summary>Simple returns, a row per day.</summary>
    public static double[] Returns() => [.. s_prices.Skip(3).Select((p, i) => p / s_prices[i] - 1)];

    /// <summary>Sample covariance per day.</summary>
    public static double[] Covariance()
    {
        double[] covariance = new double[9];
        double[] returns = Returns();
        double[] means = [.. Enumerable.Range(0, 3).Select(i => returns.Where((_, k) => k % 3 == i).Average())];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                covariance[3 * i + j] =
                    Enumerable.Range(0, 10).Sum(t => (returns[3 * t + i] - means[i]) * (returns[3 * t + j] - means[j])) / 9;
        return covariance;
    }
}
