using FastRebalance.Bench.Submitting;

namespace FastRebalance.UnitTests.Bench;

/// <summary>The run checks its own results; its times are for whoever asks for them, and no test's business.</summary>
public sealed class MempoolRunTests(ITestOutputHelper output)
{
    [Fact]
    public void Run_FewRounds_FindsWhatWasPutInAndAllocatesNothing()
    {
        MempoolRunResult result = MempoolRun.Run(20);
        output.WriteLine($"{result}");
        Assert.Null(result.Wrong);
        Assert.Equal(0, result.AllocatedBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(MempoolRun.MostRounds + 1)]
    public void Run_RoundsThatCannotBe_AreRefused(int rounds) => Assert.Throws<ArgumentException>(() => MempoolRun.Run(rounds));
}
