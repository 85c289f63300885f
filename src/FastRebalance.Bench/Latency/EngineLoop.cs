using System.Numerics;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>The engine's end of the inbound ring, as in a live run, and what is measured there. Engine thread only.</summary>
internal sealed class EngineLoop : IBatchHandler<MarketEvent>
{
    private const long MostWarmUpSamples = 1 << 20;

    private static readonly Stage[] Stages = Enum.GetValues<Stage>();

    private readonly IRebalancePipeline _pipeline;
    private readonly Clockwork _times;

    // A batch may end inside a block, and then its prices are decided with the next one.
    private readonly long[] _undecidedDueNs;
    private readonly long[] _warmUpNs;
    private int _undecided;
    private int _warmUpCount;
    private bool _isMeasuring;
    private long _bytesBefore;

    /// <param name="pipeline">The engine.</param>
    /// <param name="times">When what is due.</param>
    /// <param name="ringSize">Most prices that can wait for a decision at once.</param>
    public EngineLoop(IRebalancePipeline pipeline, Clockwork times, int ringSize)
    {
        _pipeline = pipeline;
        _times = times;
        _undecidedDueNs = new long[2 * ringSize];
        _warmUpNs = new long[Math.Min(times.Options.WarmUpSlots, MostWarmUpSamples)];
        Timeline = new Timeline(times.MeasuredFromNs, times.Options.Measured);
        Array.Clear(_undecidedDueNs); // writes every page, so that none is missing later
        Array.Clear(_warmUpNs);
        DueToDecision.Reset();
    }

    /// <summary>
    /// Of every price, not of the newest of each batch alone: what waited in a burst counts with its whole wait. The decision is there
    /// when the engine thread has done with the pass: its verdict is known, and an order is in the order ring.
    /// </summary>
    public LatencyHistogram DueToDecision { get; } = new();

    /// <summary>The same, second by second.</summary>
    public Timeline Timeline { get; }

    /// <summary>The same of the warm-up's prices in their order, from the first on, as many as are kept.</summary>
    public ReadOnlySpan<long> WarmUpNs => _warmUpNs.AsSpan(0, _warmUpCount);

    /// <summary>Bytes that the engine thread allocated while it was measured.</summary>
    public long AllocatedBytes { get; private set; }

    public long Decisions { get; private set; }

    public long Batches { get; private set; }

    public long Events { get; private set; }

    public long LargestBatch { get; private set; }

    /// <summary>When the last decision was there.</summary>
    public long LastDecidedNs { get; private set; }

    /// <summary>Batches of 1, 2, 3–4, 5–8, … events.</summary>
    public long[] BatchesBySize { get; } = new long[32];

    public void OnStart()
    {
        if (_times.Options.WarmUpSlots == 0)
            BeginMeasuring();
    }

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        long decisions = _pipeline.Decisions;
        for (long sequence = lo; sequence <= hi; sequence++)
            _pipeline.OnEvent(in ring[sequence], sequence, endOfBatch: sequence == hi);
        LastDecidedNs = MonotonicClock.NowNs;
        decisions = _pipeline.Decisions - decisions;
        if (_isMeasuring)
            CountBatch(hi - lo + 1, decisions);
        CountPrices(ring, lo, hi);
        if (decisions > 0)
            RecordPrices();
        if (!_isMeasuring && ring[hi].DueNs >= _times.WarmUntilNs)
            BeginMeasuring();
    }

    public void OnShutdown()
    {
        _pipeline.Flush();
        AllocatedBytes = _isMeasuring ? GC.GetAllocatedBytesForCurrentThread() - _bytesBefore : 0;
    }

    /// <summary>In the pause between warm-up and measurement.</summary>
    private void BeginMeasuring()
    {
        _isMeasuring = true;
        foreach (Stage stage in Stages)
            _pipeline.Timings[stage].Reset();
        _bytesBefore = GC.GetAllocatedBytesForCurrentThread();
    }

    private void CountBatch(long size, long decisions)
    {
        Decisions += decisions;
        Events += size;
        Batches++;
        LargestBatch = Math.Max(LargestBatch, size);
        BatchesBySize[64 - BitOperations.LeadingZeroCount((ulong)(size - 1))]++;
    }

    private void CountPrices(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        for (long sequence = lo; sequence <= hi; sequence++)
            if (ring[sequence].Kind == MarketEventKind.Price && ring[sequence].DueNs > 0)
                _undecidedDueNs[_undecided++] = ring[sequence].DueNs;
    }

    private void RecordPrices()
    {
        foreach (long due in _undecidedDueNs.AsSpan(0, _undecided))
        {
            long latency = LastDecidedNs - due;
            if (due >= _times.MeasuredFromNs)
            {
                DueToDecision.Record(latency);
                Timeline.Record(due, latency);
            }
            else if (_warmUpCount < _warmUpNs.Length)
                _warmUpNs[_warmUpCount++] = latency;
        }
        _undecided = 0;
    }
}
