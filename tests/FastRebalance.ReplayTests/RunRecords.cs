using FastRebalance.Core.Events;
using FastRebalance.Journal;

namespace FastRebalance.ReplayTests;

/// <summary>What a run's journal holds, read whole.</summary>
internal sealed record RunRecords(IReadOnlyList<MarketEvent> Inbound, IReadOnlyList<OrderEvent> Decisions, bool ClosedCleanly)
{
    public MarketEvent LastHead => Inbound.Last(e => e.Kind == MarketEventKind.Head);

    public static RunRecords Read(string folder)
    {
        List<MarketEvent> events = [];
        JournalReader inbound = JournalReader.Open(folder, JournalStreams.Inbound);
        while (inbound.TryRead(out JournalRecord record))
            if (record.Kind == JournalRecordKind.MarketEvent)
                events.Add(record.MarketEvent);
        List<OrderEvent> decisions = [];
        JournalReader orders = JournalReader.Open(folder, JournalStreams.Orders);
        while (orders.TryRead(out JournalRecord record))
            if (record.Kind == JournalRecordKind.Order && record.Order.Kind == OrderEventKind.Decision)
                decisions.Add(record.Order);
        return new RunRecords(events, decisions, inbound.CleanlyClosed && orders.CleanlyClosed);
    }
}
