using FastRebalance.Simulation.LatencyValue;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class EstimateTests
{
    [Fact]
    public void Of_Samples_IsMeanAndStandardError()
    {
        Estimate estimate = Estimate.Of([1, 2, 3, 4]);
        Assert.Equal(2.5, estimate.Mean);
        Assert.Equal(Math.Sqrt(5.0 / 3 / 4), estimate.StandardError, 1e-12);
    }

    [Fact]
    public void IsBeyondNoise_UnknownError_IsNo() => Assert.False(Estimate.Of([5]).IsBeyondNoise);

    [Fact]
    public void Ratio_SamePerTradeEverywhere_HasNoError()
    {
        Estimate estimate = Estimate.Ratio([2, 4, 6], [1, 2, 3]);
        Assert.Equal((2, 0), (estimate.Mean, estimate.StandardError));
    }

    [Fact]
    public void RatioDifference_SharedNoise_Cancels()
    {
        double[] noise = [3, -7, 11, 2], counts = [1, 1, 1, 1];
        double[] late = [.. noise.Select(n => n + 0.5)];
        Estimate paired = Estimate.RatioDifference(late, counts, noise, counts);
        Assert.Equal(0.5, paired.Mean, 1e-12);
        Assert.Equal(0, paired.StandardError, 1e-12);
        Assert.True(Estimate.Ratio(late, counts).StandardError > 3);
    }
}
