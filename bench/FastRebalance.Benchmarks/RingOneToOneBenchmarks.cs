using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → C</c>, events of eight bytes.</summary>
public class RingOneToOneBenchmarks : WorkloadSuite
{
    private const int Ten = 10;

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => new RingWorkload<Slot8>(RingShape.OneToOne, Size, Strategy));

    [Benchmark(OperationsPerInvoke = Events)]
    public long InBatchesOfTen() => Move(static () => new RingWorkload<Slot8>(RingShape.OneToOne, Size, Strategy, Ten));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => new PipeWorkload<Slot8, SpinningChannelPipe<Slot8>>(RingShape.OneToOne, static () => new(Size)));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long ChannelsAwaited() => Move(static () => new AsyncChannelWorkload<Slot8>(Size));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => new PipeWorkload<Slot8, CollectionPipe<Slot8>>(RingShape.OneToOne, static () => new(Size)));
}
