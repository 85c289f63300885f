using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>Publishes each decision and its legs into the order ring as one batch. One thread writes it: the engine's.</summary>
internal sealed class OrderRingSink(RingBuffer<OrderEvent> ring) : IDecisionSink
{
    // A stalled disk may hold the ring for a while; a consumer that has ended holds it for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="TimeoutException">The ring's consumers make no room: a decision nobody records ends the trading.</exception>
    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        if (!ring.TryNext(decisionAndLegs.Length, out long hi) && !ring.TryNext(decisionAndLegs.Length, Patience, out hi))
            throw new TimeoutException($"the order ring made no room within {Patience.TotalSeconds:0} s");
        long lo = hi - decisionAndLegs.Length + 1;
        for (int i = 0; i < decisionAndLegs.Length; i++)
            ring[lo + i] = decisionAndLegs[i];
        ring.Publish(lo, hi);
    }
}
