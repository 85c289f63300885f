using FastRebalance.Quant.Estimates;

namespace FastRebalance.UnitTests.Quant.Estimates;

public class VarianceTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void RealisedVariance_BouncesWithinACell_DoNotCount()
    {
        RealisedVariance variance = new(s_minute, 2);
        for (int i = 0; i < 4; i++)
            for (int second = 0; second < 60; second++)
                variance.Observe((second % 2 == 0 ? 99 : 101) * Math.Exp(0.01 * i), s_minute * i + TimeSpan.FromSeconds(second));

        Assert.True(variance.IsWarm);
        Assert.Equal(0.0001 * 525_600, variance.Annual, 1e-9);
    }

    [Fact]
    public void RealisedVariance_EmptyCells_SawNoMove()
    {
        RealisedVariance variance = new(s_minute, 4);
        variance.Observe(100, TimeSpan.Zero);
        variance.Observe(110, s_minute);
        variance.Observe(110, s_minute * 4);

        // One move, two cells without.
        Assert.Equal(Math.Pow(Math.Log(1.1), 2) / 3 * 525_600, variance.Annual, 1e-6);
        Assert.False(variance.IsWarm);
    }

    [Fact]
    public void RealisedVariance_UnsoundPrice_IsRefused()
    {
        RealisedVariance variance = new(s_minute, 4);
        Assert.Equal(0, variance.Annual);
        Assert.False(variance.Observe(double.NaN, TimeSpan.Zero));
        Assert.False(variance.Observe(0, TimeSpan.Zero));
        Assert.True(variance.Observe(1, s_minute * 5));
        Assert.False(variance.Observe(1, s_minute));
    }

    [Fact]
    public void Garch_NoNews_ReturnsToItsLongRun()
    {
        GarchVariance garch = new(0.1, 0.88, 0.64, TimeSpan.FromDays(1));
        Assert.Equal(0.64, garch.Annual, 1e-12);
        Assert.True(garch.Observe(0.2));
        Assert.Equal(0.02 * 0.64 + 0.1 * 0.04 * 365 + 0.88 * 0.64, garch.Annual, 1e-12);
        Assert.InRange(garch.Forecast(30), 0.64, garch.Annual);
        Assert.Equal(garch.Annual, garch.Forecast(1), 1e-12);
        Assert.False(garch.Observe(double.NaN));
        for (int i = 0; i < 2000; i++)
            garch.Observe(Math.Sqrt(garch.Annual / 365));
        Assert.Equal(0.64, garch.Annual, 1e-9);
    }

    [Fact]
    public void Garch_Explosive_Throws() =>
        Assert.Throws<ArgumentException>(() => new GarchVariance(0.2, 0.8, 0.64, TimeSpan.FromDays(1)));
}
