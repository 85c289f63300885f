namespace FastRebalance.UnitTests.Quant;

/// <summary>Seeded covariances, weights and normal numbers.</summary>
internal static class RandomMarket
{
    /// <summary>Covariance per year of assets with volatilities from 10 % to 120 % and a common factor.</summary>
    public static double[] Covariance(Random random, int assets)
    {
        double[] volatility = [.. Enumerable.Range(0, assets).Select(_ => 0.1 + 1.1 * random.NextDouble())];
        double[] loading = [.. Enumerable.Range(0, assets).Select(_ => 0.95 * random.NextDouble())];
        double[] covariance = new double[assets * assets];
        for (int i = 0; i < assets; i++)
            for (int j = 0; j < assets; j++)
                covariance[i * assets + j] = volatility[i] * volatility[j] * (i == j ? 1 : loading[i] * loading[j]);
        return covariance;
    }

    /// <summary>Positive weights that add up to one.</summary>
    public static double[] Weights(Random random, int assets)
    {
        double[] weights = [.. Enumerable.Range(0, assets).Select(_ => 0.05 + random.NextDouble())];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Matrix times vector.</summary>
    public static double[] Product(double[] matrix, double[] vector) =>
        [.. Enumerable.Range(0, vector.Length).Select(i => vector.Select((v, j) => matrix[i * vector.Length + j] * v).Sum())];

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>Each entry as expected, within a distance.</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"entry {i}: {actual[i]:R}, wanted {expected[i]:R} within {tolerance}");
    }
}
