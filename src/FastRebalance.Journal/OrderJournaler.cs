using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Messaging;

namespace FastRebalance.Journal;

/// <summary>
/// Writes what comes over the order ring. An order is on the disk, not merely with the operating system, before this consumer's
/// sequence passes it: whoever waits behind that sequence sees durable intents only. One sync serves a whole batch.
/// </summary>
public sealed class OrderJournaler(JournalWriter writer) : IBatchHandler<OrderEvent>
{
    /// <exception cref="JournalFaultedException">The journal takes no more records; it ends the processor and with it the trading.</exception>
    public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi)
    {
        bool mustBeDurable = false;
        for (long sequence = lo; sequence <= hi; sequence++)
        {
            ref readonly OrderEvent orderEvent = ref ring[sequence];
            mustBeDurable |= BelongsToAnOrder(in orderEvent);
            writer.AppendOrder(sequence, in orderEvent);
        }

        if (!(mustBeDurable ? writer.FlushToDisk() : writer.Flush()))
            throw new JournalFaultedException(writer.FaultReason ?? "it is closed");
    }

    /// <summary>A leg counts by itself: a batch may end between a decision and its legs.</summary>
    private static bool BelongsToAnOrder(in OrderEvent orderEvent) =>
        orderEvent.Kind == OrderEventKind.Leg
        || (orderEvent.Kind == OrderEventKind.Decision && orderEvent.Decision.Verdict == DecisionVerdict.Order);
}
