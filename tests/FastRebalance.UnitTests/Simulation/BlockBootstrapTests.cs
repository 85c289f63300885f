using FastRebalance.Simulation.Evaluation;

namespace FastRebalance.UnitTests.Simulation;

public sealed class BlockBootstrapTests
{
    [Fact]
    public void MeanInterval_OneNumber_IsThatNumber()
    {
        Interval interval = BlockBootstrap.MeanInterval([3, 3, 3, 3], 2, seed: 1);
        Assert.Equal(new Interval(3, 3, 3), interval);
        Assert.True(interval.ExcludesZero);
    }

    [Fact]
    public void MeanInterval_SameSeed_SameInterval()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => Math.Sin(i))];
        Assert.Equal(BlockBootstrap.MeanInterval(values, 1, 5), BlockBootstrap.MeanInterval(values, 1, 5));
        Assert.NotEqual(BlockBootstrap.MeanInterval(values, 1, 5), BlockBootstrap.MeanInterval(values, 1, 6));
    }

    /// <summary>Of independent numbers the interval is the mean and about twice its standard error to each side.</summary>
    [Fact]
    public void MeanInterval_IndependentNumbers_IsAsWideAsTheirStandardError()
    {
        Random random = new(9);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => SimulationBench.Normal(random))];
        Interval interval = BlockBootstrap.MeanInterval(values, 1, 1);
        Assert.Equal(2 * 1.96 / Math.Sqrt(values.Length), interval.High - interval.Low, 0.03);
        Assert.InRange(interval.Mean, interval.Low, interval.High);
    }
}
