using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>Publishes decisions into the order ring as one batch each, and notes when an order became visible there.</summary>
/// <remarks>One thread only: the engine's, or the publishing stage's.</remarks>
internal sealed class OrderSink(RingBuffer<OrderEvent> ring, int maxOrders) : IDecisionSink
{
    private readonly long[] _orderNs = new long[maxOrders];

    public int Orders { get; private set; }

    /// <summary>Decisions published, those that were only counted among them.</summary>
    public long Decisions { get; private set; }

    /// <summary>Decisions by verdict, warm-up included.</summary>
    public long[] ByVerdict { get; } = new long[Enum.GetValues<DecisionVerdict>().Length];

    /// <summary>When each order was visible, in their order.</summary>
    public ReadOnlySpan<long> OrderNs => _orderNs.AsSpan(0, Orders);

    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        if (!ring.TryNext(decisionAndLegs.Length, out long hi))
        {
            ring.SignalProgress();
            hi = ring.Next(decisionAndLegs.Length);
        }
        long lo = hi - decisionAndLegs.Length + 1;
        for (int i = 0; i < decisionAndLegs.Length; i++)
            ring[lo + i] = decisionAndLegs[i];
        ref readonly OrderEvent first = ref decisionAndLegs[0];
        bool isRun = first.Kind == OrderEventKind.Passes;
        DecisionVerdict verdict = isRun ? first.Passes.Verdict : first.Decision.Verdict;
        ByVerdict[(int)verdict] += isRun ? first.Passes.Count : 1;
        Decisions += isRun ? first.Passes.Count : 1;
        // Read before the publication: waking a sleeping signer is the signer's latency, and it may have signed before that call returns.
        if (verdict == DecisionVerdict.Order)
            _orderNs[Orders++] = MonotonicClock.NowNs;
        if (decisionAndLegs.Length > 1)
            ring.Publish(lo, hi);
        else
            ring.PublishQuietly(lo, hi);
    }
}
