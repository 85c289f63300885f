using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class NoTradeEllipsoidTests
{
    private const double Aversion = 5;
    private const double Gas = 1e-4;

    [Fact]
    public void Solve_OneAsset_IsTheGasOnlyBand()
    {
        double[] matrix = new double[1];
        double loss = NoTradeEllipsoid.Solve([0.04], [0.64], Aversion, Gas, matrix);
        NoTradeRule rule = NoTradeRegion.Solve(0.04, Aversion * 0.64, 0, Gas);

        Assert.Equal(rule.TriggerDrift, 1 / Math.Sqrt(matrix[0]), 1e-12);
        Assert.Equal(rule.LossRate, loss, 1e-14);
        Assert.Equal(
            0.64 * rule.TriggerDrift * rule.TriggerDrift, TrackingErrorBall.RadiusSquared([0.04], [0.64], Aversion, loss), 1e-14);
    }

    [Fact]
    public void Solve_ManyAssetsBesideCash_SolvesTheEquation()
    {
        Random random = new(7);
        for (int n = 2; n <= 8; n++)
        {
            double[] covariance = RandomMarket.Covariance(random, n);
            double[] weights = [.. RandomMarket.Weights(random, n).Select(w => 0.8 * w)];
            double[] drift = new double[n * n], matrix = new double[n * n];
            DriftCovariance.Of(weights, covariance, drift);
            double loss = NoTradeEllipsoid.Solve(drift, covariance, Aversion, Gas, matrix);

            double trace = RandomMarket.Dot(drift, matrix);
            double[] product = Multiply(Multiply(matrix, drift, n), matrix, n);
            double[] residual = [.. product.Select((p, i) => 4 * p + 2 * trace * matrix[i] - Aversion / (2 * Gas) * covariance[i])];
            Assert.True(residual.Max(Math.Abs) <= 1e-6 * Aversion / (2 * Gas) * covariance.Max(), $"n={n}: {residual.Max(Math.Abs)}");
            Assert.Equal(2 * Gas * trace, loss, loss * 1e-9);
        }
    }

    [Fact]
    public void Solve_CashAsARowOfZeros_MeasuresEveryPossibleDriftAsWithoutIt()
    {
        double[] small = [0.64, 0.2, 0.2, 0.25];
        double[] large = [0.64, 0.2, 0, 0.2, 0.25, 0, 0, 0, 0];
        double[] driftSmall = new double[4], driftLarge = new double[9], matrixSmall = new double[4], matrixLarge = new double[9];
        DriftCovariance.Of([0.3, 0.5], small, driftSmall);
        DriftCovariance.Of([0.3, 0.5, 0.2], large, driftLarge);

        double lossSmall = NoTradeEllipsoid.Solve(driftSmall, small, Aversion, Gas, matrixSmall);
        double lossLarge = NoTradeEllipsoid.Solve(driftLarge, large, Aversion, Gas, matrixLarge);

        Assert.Equal(lossSmall, lossLarge, lossSmall * 1e-9);
        Assert.Equal(
            NoTradeEllipsoid.Measure(matrixSmall, [0.02, -0.05]), NoTradeEllipsoid.Measure(matrixLarge, [0.02, -0.05, 0.03]), 1e-8);
        Assert.Equal(0, NoTradeEllipsoid.Measure(matrixLarge, [0.1, 0.1, 0.1]), 1e-8);
        Assert.Equal(
            TrackingErrorBall.RadiusSquared(driftSmall, small, Aversion, lossSmall),
            TrackingErrorBall.RadiusSquared(driftLarge, large, Aversion, lossLarge),
            1e-12);
    }

    [Fact]
    public void Solve_NoCashAtAll_MeasuresAsWithOneAssetForTheNumeraire()
    {
        // Two risky assets, nothing else: only their ratio moves, with variance σ₁² + σ₂² − 2σ₁₂.
        double[] covariance = [0.64, 0.2, 0.2, 0.25];
        double[] drift = new double[4], matrix = new double[4];
        DriftCovariance.Of([0.4, 0.6], covariance, drift);
        double loss = NoTradeEllipsoid.Solve(drift, covariance, Aversion, Gas, matrix);
        double variance = 0.64 + 0.25 - 0.4;
        NoTradeRule rule = NoTradeRegion.Solve(variance * 0.24 * 0.24, Aversion * variance, 0, Gas);

        Assert.Equal(1, NoTradeEllipsoid.Measure(matrix, [rule.TriggerDrift, -rule.TriggerDrift]), 1e-9);
        Assert.Equal(rule.LossRate, loss, loss * 1e-9);
    }

    [Fact]
    public void Solve_AssetWithoutWeight_IsNotSeen()
    {
        double[] covariance = [0.64, 0.2, 0.2, 0.25];
        double[] drift = new double[4], matrix = new double[4];
        DriftCovariance.Of([0.4, 0], covariance, drift);

        NoTradeEllipsoid.Solve(drift, covariance, Aversion, Gas, matrix);

        Assert.True(NoTradeEllipsoid.Measure(matrix, [0.5, 0]) > 1);
        Assert.Equal(0, NoTradeEllipsoid.Measure(matrix, [0, 0.5]), 1e-9);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(0, 1e-4)]
    [InlineData(5, -1)]
    [InlineData(double.NaN, 1e-4)]
    [InlineData(5, double.NaN)]
    public void Solve_NoAnswer_NeverTrades(double aversion, double gas)
    {
        double[] matrix = [7];

        Assert.Equal(double.PositiveInfinity, NoTradeEllipsoid.Solve([0.04], [0.64], aversion, gas, matrix));
        Assert.Equal(0, matrix[0]);
    }

    [Fact]
    public void Solve_NothingDrifts_NeverTradesAndLosesNothing()
    {
        double[] matrix = [7, 7, 7, 7];

        Assert.Equal(0, NoTradeEllipsoid.Solve(new double[4], [0.64, 0, 0, 0.64], Aversion, Gas, matrix));
        Assert.All(matrix, m => Assert.Equal(0, m));
        Assert.Equal(double.PositiveInfinity, TrackingErrorBall.RadiusSquared(new double[4], [0.64, 0, 0, 0.64], Aversion, 0));
    }

    private static double[] Multiply(double[] a, double[] b, int n)
    {
        double[] product = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int k = 0; k < n; k++)
                    product[i * n + j] += a[i * n + k] * b[k * n + j];
        return product;
    }
}
