using FastRebalance.Quant.Estimates;

namespace FastRebalance.UnitTests.Quant.Estimates;

public class ShrinkageTests
{
    [Fact]
    public void ConstantCorrelation_Half_GoesHalfTheWayToTheMean()
    {
        // Correlations .5, .1 and .3, mean .3, volatilities 1, 2 and 3.
        double[] covariance = [1, 1, 0.3, 1, 4, 1.8, 0.3, 1.8, 9];
        Shrinkage.ConstantCorrelation(covariance, 0.5);
        RandomMarket.AssertClose([1, 0.8, 0.6, 0.8, 4, 1.8, 0.6, 1.8, 9], covariance, 1e-12);
    }

    [Fact]
    public void ConstantCorrelation_CashRow_StaysZeroAndDoesNotCount()
    {
        double[] covariance = [1, 0.5, 0, 0.5, 1, 0, 0, 0, 0];
        Shrinkage.ConstantCorrelation(covariance, 1);
        RandomMarket.AssertClose([1, 0.5, 0, 0.5, 1, 0, 0, 0, 0], covariance, 1e-15);
    }

    [Fact]
    public void Diagonal_Full_LeavesVariances()
    {
        double[] covariance = [1, 0.5, 0.5, 4];
        Shrinkage.Diagonal(covariance, 0.2);
        RandomMarket.AssertClose([1, 0.4, 0.4, 4], covariance, 1e-15);
        Shrinkage.Diagonal(covariance, 1);
        RandomMarket.AssertClose([1, 0, 0, 4], covariance, 1e-15);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Diagonal_IntensityThatIsNoShare_Throws(double intensity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Shrinkage.Diagonal(new double[] { 1 }, intensity));

    // With as many samples as one likes of truly equal assets, everything goes to the target; with clearly different ones, nothing does.
    [Fact]
    public void LedoitWolf_ManySamples_TellsStructureFromNoise()
    {
        Random random = new(4);
        double[] same = [.. Enumerable.Range(0, 12_000).Select(_ => RandomMarket.Normal(random))];
        double[] different = [.. same.Select((x, i) => i % 3 == 0 ? 10 * x : x)];
        double[] covariance = new double[9];

        Assert.True(Shrinkage.LedoitWolf(same, 3, covariance) > 0.3);
        RandomMarket.AssertClose([1, 0, 0, 0, 1, 0, 0, 0, 1], covariance, 0.05);
        Assert.True(Shrinkage.LedoitWolf(different, 3, covariance) < 0.01);
        Assert.True(Shrinkage.OracleApproximating(same, 3, covariance) > 0.3);
        Assert.True(Shrinkage.OracleApproximating(different, 3, covariance) < 0.01);
    }

    // By the definition: how far single samples lie from their mean, over how far that lies from the target.
    [Fact]
    public void LedoitWolf_SmallSample_IsTheDefinition()
    {
        double[] returns = [0.3, 0, -0.2, 0.1, 0.1, -0.4, -0.2, 0.3];
        double[] sample = new double[4], covariance = new double[4];
        for (int t = 0; t < 4; t++)
            for (int k = 0; k < 4; k++)
                sample[k] += returns[2 * t + k / 2] * returns[2 * t + k % 2] / 4;
        double mean = (sample[0] + sample[3]) / 2;
        double spread = Square(sample[0] - mean) + Square(sample[1]) + Square(sample[2]) + Square(sample[3] - mean);
        double noise = Enumerable.Range(0, 4).Sum(t => Enumerable.Range(0, 4).Sum(
            k => Square(returns[2 * t + k / 2] * returns[2 * t + k % 2] - sample[k]))) / 16;

        double intensity = Shrinkage.LedoitWolf(returns, 2, covariance);

        Assert.InRange(noise / spread, 0.1, 0.999);
        Assert.Equal(noise / spread, intensity, 1e-12);
        Assert.Equal((1 - intensity) * sample[1], covariance[1], 1e-15);
        Assert.Equal((1 - intensity) * sample[0] + intensity * mean, covariance[0], 1e-15);

        static double Square(double x) => x * x;
    }

    [Fact]
    public void OracleApproximating_SmallSample_IsWorkedByHand()
    {
        // Sample covariance diag(½, 8): squares 64.25, trace 8.5, four samples.
        double[] covariance = new double[4];

        double intensity = Shrinkage.OracleApproximating([1, 0, -1, 0, 0, 4, 0, -4], 2, covariance);

        Assert.Equal(72.25 / 112.5, intensity, 1e-12);
        Assert.Equal(0.5 + intensity * 3.75, covariance[0], 1e-12);
    }

    [Fact]
    public void LedoitWolf_FewerSamplesThanAssets_IsPositiveDefinite()
    {
        Random random = new(4);
        double[] returns = [.. Enumerable.Range(0, 40).Select(_ => RandomMarket.Normal(random))];
        double[] covariance = new double[64];
        double intensity = Shrinkage.LedoitWolf(returns, 8, covariance);
        Assert.InRange(intensity, 0.05, 1);
        Assert.Equal(0, PositiveDefinite.Clip(covariance, 0.01));
    }

    [Fact]
    public void Clip_ImpossibleCorrelations_BecomePossible()
    {
        // Correlations of .9, .9 and −.9 cannot be.
        double[] covariance = [1, 1.8, 0.9, 1.8, 4, -1.8, 0.9, -1.8, 1];

        Assert.Equal(1, PositiveDefinite.Clip(covariance, 0.01));
        Assert.Equal(0, PositiveDefinite.Clip(covariance, 0.005));
        Assert.Equal((1.0, 4.0, 1.0), (covariance[0], covariance[4], covariance[8]));
        Assert.Equal(covariance[1], covariance[3]);
    }

    [Fact]
    public void Clip_SoundMatrixWithCash_StaysBitForBit()
    {
        double[] covariance = [1, 0.5, 0, 0.5, 1, 0, 0, 0, 0];
        Assert.Equal(0, PositiveDefinite.Clip(covariance, 1e-4));
        Assert.Equal([1, 0.5, 0, 0.5, 1, 0, 0, 0, 0], covariance);
    }
}
