using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P P P → C</c>.</summary>
public class RingThreeToOneBenchmarks : WorkloadSuite
{
    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => Ring<Slot8>(RingShape.ThreeToOne));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => Polled<Slot8>(RingShape.ThreeToOne));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => Collection<Slot8>(RingShape.ThreeToOne));
}
