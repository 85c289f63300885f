using FastRebalance.Core.Events;
using FastRebalance.Messaging;

namespace FastRebalance.Journal;

/// <summary>
/// Writes what comes over the inbound ring. Its sequence gates the ring: when the disk stalls the ring fills up and prices are
/// conflated before it, but no event passes unrecorded. Each batch is with the operating system before it counts as done.
/// </summary>
public sealed class InboundJournaler(JournalWriter writer) : IBatchHandler<MarketEvent>
{
    /// <exception cref="JournalFaultedException">The journal takes no more records; it ends the processor and with it the trading.</exception>
    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        for (long sequence = lo; sequence <= hi; sequence++)
            writer.AppendMarketEvent(sequence, in ring[sequence]);
        if (!writer.Flush())
            throw new JournalFaultedException(writer.FaultReason ?? "it is closed");
    }
}
