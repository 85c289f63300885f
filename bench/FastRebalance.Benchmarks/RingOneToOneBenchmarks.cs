using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → C</c>, events of eight bytes.</summary>
public class RingOneToOneBenchmarks : WorkloadSuite
{
    private const int Ten = 10;

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => Ring<Slot8>(RingShape.OneToOne));

    [Benchmark(OperationsPerInvoke = Events)]
    public long InBatchesOfTen() => Move(static () => Ring<Slot8>(RingShape.OneToOne, Ten));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => Polled<Slot8>(RingShape.OneToOne));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long ChannelsAwaited() => Move(static () => Awaited<Slot8>());

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => Collection<Slot8>(RingShape.OneToOne));
}
