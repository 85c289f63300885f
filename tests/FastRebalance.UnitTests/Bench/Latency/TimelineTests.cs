using FastRebalance.Bench.Latency;

namespace FastRebalance.UnitTests.Bench.Latency;

public sealed class TimelineTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Record_ByDueTime_FallsIntoItsSecond()
    {
        Timeline timeline = new(5 * Second, TimeSpan.FromSeconds(2.5));
        timeline.Record(5 * Second, 10);
        timeline.Record((6 * Second) - 1, 20);
        timeline.Record(6 * Second, 30);
        timeline.Record(900 * Second, 40);
        Assert.Equal([2L, 1, 1], timeline.Steps.Select(s => s.Count));
        Assert.Equal(40, timeline.Steps[2].MaxNs);
        Assert.Equal((20, 40), (timeline.Half(second: false).MaxNs, timeline.Half(second: true).MaxNs));
    }

    [Fact]
    public void Steps_OfALongRun_AreWiderNotMore()
    {
        Timeline timeline = new(0, TimeSpan.FromHours(1));
        Assert.Equal(6 * Second, timeline.StepNs);
        Assert.Equal(600, timeline.Steps.Count);
    }
}
