using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → C</c>, events of two cache lines, like a market event.</summary>
public class RingOneToOneWideBenchmarks : WorkloadSuite
{
    private const int Ten = 10;

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => new RingWorkload<Slot128>(RingShape.OneToOne, Size, Strategy));

    [Benchmark(OperationsPerInvoke = Events)]
    public long InBatchesOfTen() => Move(static () => new RingWorkload<Slot128>(RingShape.OneToOne, Size, Strategy, Ten));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => new PipeWorkload<Slot128, SpinningChannelPipe<Slot128>>(RingShape.OneToOne, static () => new(Size)));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long ChannelsAwaited() => Move(static () => new AsyncChannelWorkload<Slot128>(Size));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => new PipeWorkload<Slot128, CollectionPipe<Slot128>>(RingShape.OneToOne, static () => new(Size)));
}
