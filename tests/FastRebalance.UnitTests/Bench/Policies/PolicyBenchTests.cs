using FastRebalance.Bench.Policies;

namespace FastRebalance.UnitTests.Bench.Policies;

public sealed class PolicyBenchTests
{
    [Fact]
    public void Run_ASmallFleet_FindsItsAnswersRight()
    {
        PolicyBenchResult result = PolicyBench.Run(new PolicyBenchOptions { Portfolios = 5_000, Measured = TimeSpan.FromMilliseconds(20) });

        Assert.Empty(result.Wrong);
        Assert.Equal(1000, result.Fire1000Count);
        Assert.Equal(0, result.AllocatedBytes);
        Assert.InRange(result.BytesPerPortfolio, 100, 1000);
        Assert.True(result.Idle.Ticks > 0 && result.Walk.Ticks > 0 && result.FenceNs > 0);
    }

    [Theory]
    [InlineData(1999, 1)]
    [InlineData(5000, 0)]
    public void Run_OptionsThatCannotBe_AreRefused(int portfolios, int seconds) => Assert.Throws<ArgumentException>(
        () => PolicyBench.Run(new PolicyBenchOptions { Portfolios = portfolios, Measured = TimeSpan.FromSeconds(seconds) }));
}
