using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Native.Machine;

public sealed class ThreadPlacementTests
{
    [Fact]
    public void TryPin_LastAllowedCore_RunsThereAloneUntilGivenBack() => ScratchThread.Run(() =>
    {
        int[] before = ThreadPlacement.Cores();
        Assert.SkipWhen(before.Length == 0, "the cores of this thread cannot be asked here");

        PlacementStatus status = ThreadPlacement.TryPin(before[^1]);
        Assert.SkipUnless(status == PlacementStatus.Pinned, $"{ThreadPlacement.Explain(status, before[^1])}: {ThreadPlacement.Remedy(status, before[^1])}");
        // Windows tells the process's cores, which pinning a thread leaves alone.
        if (OperatingSystem.IsLinux()) Assert.Equal([before[^1]], ThreadPlacement.Cores());
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(before[^1], ThreadPlacement.CurrentCore());
            Thread.Yield();
        }

        Assert.Equal(PlacementStatus.Pinned, ThreadPlacement.TryPin(before));
        Assert.Equal(before, ThreadPlacement.Cores());
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(8191)]
    [InlineData(int.MaxValue)]
    public void TryPin_NoSuchCore_SaysSoAndLeavesTheThreadWhereItWas(int core) => ScratchThread.Run(() =>
    {
        int[] before = ThreadPlacement.Cores();
        Assert.SkipWhen(before.Length == 0, "the cores of this thread cannot be asked here");
        Assert.Equal(PlacementStatus.NoSuchCore, ThreadPlacement.TryPin(core));
        Assert.Equal(before, ThreadPlacement.Cores());
        Assert.Contains($"no core {core}", ThreadPlacement.Explain(PlacementStatus.NoSuchCore, core));
    });

    [Fact]
    public void TryPin_NoCoreAtAll_IsRefused() => ScratchThread.Run(() =>
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the answer is Linux's own");
        Assert.Equal(PlacementStatus.CoreNotAllowed, ThreadPlacement.TryPin([]));
    });

    [Theory]
    [InlineData(SchedulingPriority.High)]
    [InlineData(SchedulingPriority.Realtime)]
    public void TrySetPriority_Raised_IsReadBackAndTakenBack(SchedulingPriority priority) => ScratchThread.Run(() =>
    {
        PlacementStatus status = ThreadPlacement.TrySetPriority(priority);
        Assert.SkipUnless(status == PlacementStatus.PrioritySet, $"{ThreadPlacement.Explain(status, priority)}: {ThreadPlacement.Remedy(status, priority)}");
        Assert.Equal(priority, ThreadPlacement.Priority());
        // A thread that a real-time one starts (the pool's, say) must not outrank the machine with it.
        if (priority == SchedulingPriority.Realtime)
            Assert.Equal(SchedulingPriority.Normal, ScratchThread.Run(ThreadPlacement.Priority));
        Assert.Equal(PlacementStatus.PrioritySet, ThreadPlacement.TrySetPriority(SchedulingPriority.Normal));
        Assert.Equal(SchedulingPriority.Normal, ThreadPlacement.Priority());
    });

    [Fact]
    public void TrySetPriority_Unknown_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ThreadPlacement.TrySetPriority(SchedulingPriority.Unknown));

    [Fact]
    public void Remedy_EveryRefusal_SaysWhatItMeansAndWhatToDo()
    {
        foreach (PlacementStatus status in Enum.GetValues<PlacementStatus>())
        {
            Assert.Equal(status == PlacementStatus.Pinned, ThreadPlacement.Explain(status, 3).Length == 0);
            Assert.Equal(status == PlacementStatus.Pinned, ThreadPlacement.Remedy(status, 3).Length == 0);
            Assert.Equal(status == PlacementStatus.PrioritySet, ThreadPlacement.Explain(status, SchedulingPriority.High).Length == 0);
            Assert.Equal(status == PlacementStatus.PrioritySet, ThreadPlacement.Remedy(status, SchedulingPriority.High).Length == 0);
        }
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the lines to type are Linux's");
        Assert.Contains("ulimit -e 30", ThreadPlacement.Remedy(PlacementStatus.NotPermitted, SchedulingPriority.High));
        Assert.Contains("ulimit -r 10", ThreadPlacement.Remedy(PlacementStatus.NotPermitted, SchedulingPriority.Realtime));
    }
}
