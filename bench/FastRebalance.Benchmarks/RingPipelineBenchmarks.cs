using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → A → B → C</c>: A and B change the event, in the ring in its place.</summary>
public class RingPipelineBenchmarks : WorkloadSuite
{
    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => Ring<Slot8>(RingShape.Pipeline));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => Polled<Slot8>(RingShape.Pipeline));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => Collection<Slot8>(RingShape.Pipeline));
}
