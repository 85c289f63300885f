using FastRebalance.Bench.Policies;

namespace FastRebalance.UnitTests.Bench.Policies;

public sealed class PolicyBenchTests
{
    [Fact]
    public void Run_ASmallFleet_FindsItsAnswersRight()
    {
        PolicyBenchResult result = Run();

        Assert.Empty(result.Wrong);
        Assert.Equal(1000, result.Fire1000Count);
        Assert.InRange(result.BytesPerPortfolio, 100, 1000);
        Assert.True(result.Idle.Ticks > 0 && result.Walk.Ticks > 0 && result.FenceNs > 0);
    }

    // What a tick allocates shows in each run; now and then the runtime books some bytes on the measuring thread, once in a process.
    [Fact]
    public void Run_ASmallFleet_AllocatesNothing() =>
        Assert.Equal(0, Enumerable.Range(0, 3).Select(_ => Run().AllocatedBytes).Min());

    private static PolicyBenchResult Run() =>
        PolicyBench.Run(new PolicyBenchOptions { Portfolios = 5_000, Measured = TimeSpan.FromMilliseconds(20) });

    [Theory]
    [InlineData(1999, 1)]
    [InlineData(5000, 0)]
    public void Run_OptionsThatCannotBe_AreRefused(int portfolios, int seconds) => Assert.Throws<ArgumentException>(
        () => PolicyBench.Run(new PolicyBenchOptions { Portfolios = portfolios, Measured = TimeSpan.FromSeconds(seconds) }));
}
