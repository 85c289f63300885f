using FastRebalance.Core.Events;
using FastRebalance.Messaging;

namespace FastRebalance.MarketData;

/// <summary>
/// Publishes into the inbound ring, which several producers share. A batch larger than a quarter of the ring goes in pieces: what
/// others publish in between does no harm, because nothing is decided before the batch's head.
/// </summary>
public sealed class RingEventSink(RingBuffer<MarketEvent> ring) : IEventSink
{
    // Long enough not to wake for nothing, short enough to notice a cancellation.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(50);

    private readonly int _largestPiece = (int)Math.Max(1, ring.Size / 4);

    public void Publish(ReadOnlySpan<MarketEvent> events, CancellationToken cancellation)
    {
        for (int at = 0; at < events.Length; at += _largestPiece)
            PublishPiece(events.Slice(at, Math.Min(_largestPiece, events.Length - at)), cancellation);
    }

    public bool TryPublish(ReadOnlySpan<MarketEvent> events)
    {
        if (events.Length > _largestPiece || !ring.TryNext(events.Length, out long high))
            return false;
        Put(events, high);
        return true;
    }

    private void PublishPiece(ReadOnlySpan<MarketEvent> piece, CancellationToken cancellation)
    {
        long high;
        while (!ring.TryNext(piece.Length, s_patience, out high))
            cancellation.ThrowIfCancellationRequested();
        Put(piece, high);
    }

    private void Put(ReadOnlySpan<MarketEvent> piece, long high)
    {
        long low = high - piece.Length + 1;
        for (int i = 0; i < piece.Length; i++)
            ring[low + i] = piece[i];
        ring.Publish(low, high);
    }
}
