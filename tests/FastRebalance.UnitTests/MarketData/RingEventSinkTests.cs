using FastRebalance.Core.Events;
using FastRebalance.MarketData;
using FastRebalance.Messaging;
using FastRebalance.Messaging.WaitStrategies;

namespace FastRebalance.UnitTests.MarketData;

public sealed class RingEventSinkTests
{
    [Fact]
    public void Publish_BatchLargerThanAPiece_KeepsTheOrder()
    {
        RingBuffer<MarketEvent> ring = NewRing(64);
        MarketEvent[] events = [.. Enumerable.Range(0, 50).Select(i => new MarketEvent { Kind = MarketEventKind.Timer, LogIndex = (uint)i })];
        new RingEventSink(ring).Publish(events, CancellationToken.None);
        for (int i = 0; i < events.Length; i++)
            Assert.Equal((uint)i, ring[i].LogIndex);
    }

    [Fact]
    public async Task Publish_RingFullAndCancelled_GivesUp()
    {
        RingBuffer<MarketEvent> ring = NewRing(4);
        ring.AddGatingSequences(new Sequence());
        RingEventSink sink = new(ring);
        MarketEvent e = new() { Kind = MarketEventKind.Timer };
        for (int i = 0; i < 4; i++)
            sink.Publish([e], CancellationToken.None);
        using CancellationTokenSource stop = new();
        Task publishing = Task.Run(() => sink.Publish([e], stop.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
    }

    private static RingBuffer<MarketEvent> NewRing(int size) => RingBuffer<MarketEvent>.CreateMultiProducer(size, new YieldingWaitStrategy());
}
