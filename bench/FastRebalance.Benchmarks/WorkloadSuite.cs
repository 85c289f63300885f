using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary>
/// One workload, set up at the first call and kept until the end: its threads stand ready between calls, so that a call costs what the
/// events cost. A checksum that is wrong throws, and the benchmark fails.
/// </summary>
public abstract class WorkloadSuite : IHotThreads
{
    /// <summary>Events of one call.</summary>
    public const int Events = 100_000;

    /// <summary>Slots of each ring and each queue.</summary>
    private const int Size = 65_536;

    private const string Strategy = "yielding";

    private IWorkload? _workload;

    public long HotThreadBytes { get; private set; }

    [GlobalCleanup]
    public void CleanUp()
    {
        _workload?.Dispose();
        CorePinning.Release();
    }

    private protected static IWorkload Ring<T>(RingShape shape, int producerBatch = 1) where T : unmanaged, IBenchSlot =>
        new RingWorkload<T>(shape, Size, Strategy, producerBatch, PinFor(shape));

    private protected static IWorkload Polled<T>(RingShape shape) where T : unmanaged, IBenchSlot =>
        new PipeWorkload<T, SpinningChannelPipe<T>>(shape, static () => new(Size), PinFor(shape));

    private protected static IWorkload Awaited<T>() where T : unmanaged, IBenchSlot => new AsyncChannelWorkload<T>(Size);

    private protected static IWorkload Collection<T>(RingShape shape) where T : unmanaged, IBenchSlot =>
        new PipeWorkload<T, CollectionPipe<T>>(shape, static () => new(Size), PinFor(shape));

    /// <summary>A core for every thread of the shape; null where there are too few.</summary>
    private protected static Action<int>? PinFor(RingShape shape) => CorePinning.For(wanted: true, RingShapes.BusyThreads(shape));

    private protected long Move(Func<IWorkload> start)
    {
        WorkloadRun run = (_workload ??= start()).Run(Events);
        HotThreadBytes += run.HotThreadBytes ?? 0;
        return run.Events;
    }
}
