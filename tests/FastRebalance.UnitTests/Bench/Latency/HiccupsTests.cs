using FastRebalance.Bench.Latency;
using FastRebalance.Core.Measures;

namespace FastRebalance.UnitTests.Bench.Latency;

public sealed class HiccupsTests
{
    [Fact]
    public void Of_OneStall_HoldsUpEveryEventDueInIt()
    {
        // A hundred events, one every 100 ns; a stall of 1000 ns: ten of them wait, 1000, 900 … 100 ns.
        LatencyHistogram gaps = new();
        gaps.Record(20, times: 99);
        gaps.Record(1_000);
        LatencyHistogram hiccup = Hiccups.Of([gaps], intervalNs: 100, events: 100);
        Assert.Equal([(20L, 90L), (100, 1), (200, 1), (300, 1), (400, 1), (500, 1), (600, 1), (700, 1), (800, 1), (900, 1), (1_000, 1)], hiccup.Buckets());
    }

    [Fact]
    public void Of_TwoCores_MeetsTheStallsOfBoth()
    {
        LatencyHistogram first = new(), second = new();
        first.Record(20, times: 100);
        first.Record(500, times: 2);
        second.Record(30, times: 100);
        second.Record(700);
        LatencyHistogram hiccup = Hiccups.Of([first, second], intervalNs: 1_000, events: 100);
        Assert.Equal(100, hiccup.Count);
        Assert.Equal([(30L, 97L), (500, 2), (700, 1)], hiccup.Buckets());
    }

    [Fact]
    public void Of_FewerGapsThanEvents_HasWhatThereIs()
    {
        LatencyHistogram gaps = new();
        gaps.Record(40);
        Assert.Equal(1, Hiccups.Of([gaps], intervalNs: 100, events: 10).Count);
    }
}
