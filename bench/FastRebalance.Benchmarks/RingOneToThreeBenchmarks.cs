using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → C C C</c>: each consumer sees every event. What one ring shows to three readers takes three queues.</summary>
public class RingOneToThreeBenchmarks : WorkloadSuite
{
    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => Ring<Slot8>(RingShape.OneToThree));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => Polled<Slot8>(RingShape.OneToThree));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => Collection<Slot8>(RingShape.OneToThree));
}
