using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings;
using FastRebalance.Bench.Rings.Workloads;
using FastRebalance.Core.Measures;

namespace FastRebalance.Benchmarks;

/// <summary>Publish to consume: two threads answer each other, and one operation is one of the two hops of a round trip.</summary>
public class RingHopBenchmarks : IHotThreads
{
    /// <summary>Round trips of one call.</summary>
    public const int RoundTrips = 100;

    private const int Hops = 2 * RoundTrips;
    private const int Size = 1024;

    private readonly LatencyHistogram _unused = new();
    private IPingPong? _pair;

    public long HotThreadBytes { get; private set; }

    [Benchmark(OperationsPerInvoke = Hops)]
    public long SpinThenYield() => Bounce(static () => new RingPingPong(Size, "spin-then-yield", Pin));

    [Benchmark(OperationsPerInvoke = Hops)]
    public long SpinThenPark() => Bounce(static () => new RingPingPong(Size, "spin-then-park", Pin));

    [Benchmark(OperationsPerInvoke = Hops)]
    public long Yielding() => Bounce(static () => new RingPingPong(Size, "yielding", Pin));

    [Benchmark(OperationsPerInvoke = Hops)]
    public long BusySpin() => Bounce(static () => Environment.ProcessorCount > 1
        ? new RingPingPong(Size, "busy-spin", Pin)
        : throw new PlatformNotSupportedException("two threads that never give the core away need two cores"));

    [Benchmark(OperationsPerInvoke = Hops)]
    public long Blocking() => Bounce(static () => new RingPingPong(Size, "blocking", Pin));

    [Benchmark(OperationsPerInvoke = Hops, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Bounce(static () => new PipePingPong<SpinningChannelPipe<Slot8>>(static () => new(Size), Pin));

    [Benchmark(OperationsPerInvoke = Hops), BenchmarkCategory(Category.Theirs)]
    public long ChannelsAwaited() => Bounce(static () => new AsyncChannelPingPong(Size));

    [Benchmark(OperationsPerInvoke = Hops), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Bounce(static () => new PipePingPong<CollectionPipe<Slot8>>(static () => new(Size), Pin));

    [GlobalCleanup]
    public void CleanUp()
    {
        _pair?.Dispose();
        CorePinning.Release();
    }

    private static Action<int>? Pin => CorePinning.For(wanted: true, RingShapes.BusyThreads(RingShape.OneToOne));

    private long Bounce(Func<IPingPong> start)
    {
        IPingPong pair = _pair ??= start();
        HotThreadBytes += pair.Run(RoundTrips, _unused);
        return _unused.Count;
    }
}
