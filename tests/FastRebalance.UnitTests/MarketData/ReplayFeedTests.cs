using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.MarketData.Feeds;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

public sealed class ReplayFeedTests
{
    [Fact]
    public async Task Run_AsFastAsPossible_PublishesEveryEventUntouched()
    {
        MarketEvent[] events = [.. Enumerable.Range(1, 1000).Select(i => new MarketEvent { Kind = MarketEventKind.Timer, DueNs = i, LogIndex = (uint)i })];
        RecordingSink sink = new();
        ReplayFeed feed = new(events, ReplayPace.AsFastAsPossible);
        await feed.RunAsync(sink, CancellationToken.None);
        Assert.Equal(events.Select(e => (e.DueNs, e.LogIndex)), sink.Events.Select(e => (e.DueNs, e.LogIndex)));
        Assert.Equal(1000, feed.Published);
    }

    [Fact]
    public async Task Run_OnSchedule_KeepsTheDistancesAndPublishesNothingEarly()
    {
        const long step = 3_000_000;
        MarketEvent[] events = [.. Enumerable.Range(0, 5).Select(i => new MarketEvent { Kind = MarketEventKind.Timer, DueNs = 1000 + i * step })];
        long start = MonotonicClock.NowNs;
        RecordingSink sink = new();
        await new ReplayFeed(events, ReplayPace.OnSchedule).RunAsync(sink, CancellationToken.None);
        MarketEvent[] published = sink.Events;
        Assert.True(published[0].DueNs >= start);
        for (int i = 1; i < published.Length; i++)
            Assert.Equal(step, published[i].DueNs - published[i - 1].DueNs);
        Assert.True(MonotonicClock.NowNs >= published[^1].DueNs);
    }

    [Fact]
    public async Task Run_EmptyEvent_NamesThePlaceAfterPublishingWhatCameBefore()
    {
        MarketEvent[] events = [new() { Kind = MarketEventKind.Timer }, new() { Kind = MarketEventKind.Timer }, default];
        RecordingSink sink = new();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new ReplayFeed(events, ReplayPace.AsFastAsPossible).RunAsync(sink, CancellationToken.None));
        Assert.Contains("place 2", error.Message);
        Assert.Equal(2, sink.Events.Length);
    }
}
