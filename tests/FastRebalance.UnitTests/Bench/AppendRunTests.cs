using FastRebalance.Bench.Submitting;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Bench;

public sealed class AppendRunTests
{
    [Fact]
    public void Run_FewRounds_ReadsBackWhatItFired()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the write-ahead log needs Linux");
        using TemporaryFolder folder = new();
        AppendFigures figures = AppendRun.Run(folder.Path, rounds: 200);
        Assert.Equal((200, 4), (figures.Rounds, figures.Groups));
        Assert.InRange(figures.FireP50, 1, figures.FireP99);
        Assert.InRange(figures.ArmP50, figures.FireP50, figures.ArmMax);
    }

    [Fact]
    public void Run_NoRounds_SaysSo() => Assert.Throws<ArgumentException>(() => AppendRun.Run("nowhere", rounds: 0));
}
