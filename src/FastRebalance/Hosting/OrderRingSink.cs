using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>Publishes each decision and its legs into the order ring as one batch. One thread writes it: the engine's.</summary>
internal sealed class OrderRingSink(RingBuffer<OrderEvent> ring) : IDecisionSink
{
    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        long hi = ring.Next(decisionAndLegs.Length);
        long lo = hi - decisionAndLegs.Length + 1;
        for (int i = 0; i < decisionAndLegs.Length; i++)
            ring[lo + i] = decisionAndLegs[i];
        ring.Publish(lo, hi);
    }
}
