using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → A, B → C</c>: C sees an event after both.</summary>
public class RingDiamondBenchmarks : WorkloadSuite
{
    [Benchmark(OperationsPerInvoke = Events)]
    public long Ring() => Move(static () => new RingWorkload<Slot8>(RingShape.Diamond, Size, Strategy));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => new PipeWorkload<Slot8, SpinningChannelPipe<Slot8>>(RingShape.Diamond, static () => new(Size)));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => new PipeWorkload<Slot8, CollectionPipe<Slot8>>(RingShape.Diamond, static () => new(Size)));
}
