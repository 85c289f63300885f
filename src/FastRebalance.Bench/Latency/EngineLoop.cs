using System.Numerics;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>The engine's end of the inbound ring, as in a live run, and what is measured there. Engine thread only.</summary>
/// <param name="pipeline">The engine.</param>
/// <param name="measuredFromNs">Events due earlier are warm-up.</param>
/// <param name="ringSize">Most prices that can wait for a decision at once.</param>
internal sealed class EngineLoop(IRebalancePipeline pipeline, long measuredFromNs, int ringSize) : IBatchHandler<MarketEvent>
{
    // A batch may end inside a block, and then its prices are decided with the next one.
    private readonly long[] _undecidedDueNs = new long[2 * ringSize];
    private int _undecided;
    private bool _isMeasuring;

    /// <summary>Of every price, not of the newest of each batch alone: what waited in a burst counts with its whole wait.</summary>
    public LatencyHistogram DueToDecision { get; } = new();

    public long AllocatedBytes { get; private set; }

    /// <summary>Decisions that <see cref="AllocatedBytes"/> belongs to.</summary>
    public long Decisions { get; private set; }

    public long Batches { get; private set; }

    public long Events { get; private set; }

    public long LargestBatch { get; private set; }

    /// <summary>Batches of 1, 2, 3–4, 5–8, … events.</summary>
    public long[] BatchesBySize { get; } = new long[32];

    public void OnShutdown() => pipeline.Flush();

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        if (!_isMeasuring && ring[hi].DueNs >= measuredFromNs)
            BeginMeasuring();
        long decisions = pipeline.Decisions;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (long sequence = lo; sequence <= hi; sequence++)
            pipeline.OnEvent(in ring[sequence], sequence, endOfBatch: sequence == hi);
        long decided = MonotonicClock.NowNs;
        if (_isMeasuring)
            Count(ring, lo, hi, decided, pipeline.Decisions - decisions, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private void BeginMeasuring()
    {
        _isMeasuring = true;
        foreach (Stage stage in Enum.GetValues<Stage>())
            pipeline.Timings[stage].Reset();
    }

    private void Count(RingBuffer<MarketEvent> ring, long lo, long hi, long decidedNs, long decisions, long bytes)
    {
        long size = hi - lo + 1;
        AllocatedBytes += bytes;
        Decisions += decisions;
        Events += size;
        Batches++;
        LargestBatch = Math.Max(LargestBatch, size);
        BatchesBySize[64 - BitOperations.LeadingZeroCount((ulong)(size - 1))]++;
        for (long sequence = lo; sequence <= hi; sequence++)
            if (ring[sequence].Kind == MarketEventKind.Price && ring[sequence].DueNs >= measuredFromNs)
                _undecidedDueNs[_undecided++] = ring[sequence].DueNs;
        if (decisions == 0)
            return;
        foreach (long due in _undecidedDueNs.AsSpan(0, _undecided))
            DueToDecision.Record(decidedNs - due);
        _undecided = 0;
    }
}
