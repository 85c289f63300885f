using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → C C C</c>: each consumer sees every event. What one ring shows to three readers takes three queues.</summary>
public class RingOneToThreeBenchmarks : WorkloadSuite
{
    [Benchmark(OperationsPerInvoke = Events)]
    public long Ring() => Move(static () => new RingWorkload<Slot8>(RingShape.OneToThree, Size, Strategy));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => new PipeWorkload<Slot8, SpinningChannelPipe<Slot8>>(RingShape.OneToThree, static () => new(Size)));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => new PipeWorkload<Slot8, CollectionPipe<Slot8>>(RingShape.OneToThree, static () => new(Size)));
}
