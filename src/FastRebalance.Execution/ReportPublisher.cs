using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Messaging;

namespace FastRebalance.Execution;

/// <summary>What execution tells the engine, as events of the inbound ring. Nothing is dropped: a full ring is waited for.</summary>
internal sealed class ReportPublisher(RingBuffer<MarketEvent> ring)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    /// <summary>Time of the newest head: the clock of everything told.</summary>
    public long HeadUnixSeconds { get; set; }

    public ulong HeadNumber { get; set; }

    /// <summary>A report, and with it what the legs moved, as one publication.</summary>
    public Task ReportAsync(in OrderReport report, ReadOnlySpan<LegMovement> movements, CancellationToken stop)
    {
        MarketEvent[] events = new MarketEvent[1 + movements.Length];
        ulong block = report.IncludedBlock != 0 ? report.IncludedBlock : HeadNumber;
        events[0] = Stamped(MarketEventKind.OrderReport, block);
        events[0].Order = report;
        for (int i = 0; i < movements.Length; i++)
        {
            events[1 + i] = Stamped(MarketEventKind.LegFill, block);
            events[1 + i].Fill = new LegFill
            {
                OrderId = report.OrderId,
                Spent = movements[i].Spent,
                Received = movements[i].Received,
                LegIndex = (byte)i,
            };
        }
        return PublishAsync(events, stop);
    }

    /// <summary>The engine orders nothing more in this run.</summary>
    public Task KillAsync(CancellationToken stop)
    {
        MarketEvent e = Stamped(MarketEventKind.Operator, HeadNumber);
        e.Command = OperatorCommand.Kill;
        return PublishAsync([e], stop);
    }

    public static OrderReport NotSent(ulong orderId) => new() { OrderId = orderId, Status = SubmitStatus.NotSent };

    private MarketEvent Stamped(MarketEventKind kind, ulong block) => new()
    {
        Kind = kind,
        DueNs = MonotonicClock.NowNs,
        UnixNs = HeadUnixSeconds * 1_000_000_000,
        BlockNumber = block,
    };

    private async Task PublishAsync(MarketEvent[] events, CancellationToken stop)
    {
        long hi;
        while (!ring.TryNext(events.Length, out hi))
            await Task.Delay(Patience, stop).ConfigureAwait(false);
        long lo = hi - events.Length + 1;
        for (int i = 0; i < events.Length; i++)
            ring[lo + i] = events[i];
        ring.Publish(lo, hi);
    }
}
