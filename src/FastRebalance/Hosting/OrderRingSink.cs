using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>
/// Publishes each decision and its legs into the order ring as one batch. One thread writes it: the engine's. Only an order wakes
/// the ring's sleeping consumers; what orders nothing they see when the host wakes them, some times a second.
/// </summary>
internal sealed class OrderRingSink(RingBuffer<OrderEvent> ring) : IDecisionSink
{
    // A stalled disk may hold the ring for a while; a consumer that has ended holds it for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="TimeoutException">The ring's consumers make no room: a decision nobody records ends the trading.</exception>
    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        if (!ring.TryNext(decisionAndLegs.Length, out long hi))
            hi = WaitForRoom(decisionAndLegs.Length);
        long lo = hi - decisionAndLegs.Length + 1;
        for (int i = 0; i < decisionAndLegs.Length; i++)
            ring[lo + i] = decisionAndLegs[i];
        if (decisionAndLegs.Length > 1)
            ring.Publish(lo, hi);
        else
            ring.PublishQuietly(lo, hi);
    }

    private long WaitForRoom(int slots)
    {
        ring.SignalProgress(); // those who should make room may be asleep over what was published quietly
        return ring.TryNext(slots, Patience, out long hi)
            ? hi
            : throw new TimeoutException($"the order ring made no room within {Patience.TotalSeconds:0} s");
    }
}
