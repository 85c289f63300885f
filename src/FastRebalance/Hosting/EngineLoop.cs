using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>The engine's end of the inbound ring: every event into the pipeline, one decision at the end of each batch.</summary>
/// <remarks>Runs on the engine thread, and counts what that thread allocates once the first decisions have warmed it up.</remarks>
internal sealed class EngineLoop(IRebalancePipeline pipeline) : IBatchHandler<MarketEvent>
{
    private const int WarmUpDecisions = 3;

    private long _allocatedBytes;
    private long _countedDecisions;

    /// <summary>Bytes that the engine thread allocated after warm-up.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    /// <summary>Decisions over which <see cref="AllocatedBytes"/> were counted.</summary>
    public long CountedDecisions => Volatile.Read(ref _countedDecisions);

    public void OnShutdown() => pipeline.Flush();

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        bool warm = pipeline.Decisions >= WarmUpDecisions;
        long decisions = pipeline.Decisions;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (long sequence = lo; sequence <= hi; sequence++)
            pipeline.OnEvent(in ring[sequence], sequence, endOfBatch: sequence == hi);
        if (!warm)
            return;
        Volatile.Write(ref _allocatedBytes, _allocatedBytes + GC.GetAllocatedBytesForCurrentThread() - bytes);
        Volatile.Write(ref _countedDecisions, _countedDecisions + pipeline.Decisions - decisions);
    }
}
