using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary><c>P → C</c>, events of two cache lines, like a market event.</summary>
public class RingOneToOneWideBenchmarks : WorkloadSuite
{
    private const int Ten = 10;

    [Benchmark(OperationsPerInvoke = Events)]
    public long OneByOne() => Move(static () => Ring<Slot128>(RingShape.OneToOne));

    [Benchmark(OperationsPerInvoke = Events)]
    public long InBatchesOfTen() => Move(static () => Ring<Slot128>(RingShape.OneToOne, Ten));

    [Benchmark(OperationsPerInvoke = Events, Baseline = true), BenchmarkCategory(Category.Theirs)]
    public long ChannelsPolled() => Move(static () => Polled<Slot128>(RingShape.OneToOne));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long ChannelsAwaited() => Move(static () => Awaited<Slot128>());

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long BlockingCollection() => Move(static () => Collection<Slot128>(RingShape.OneToOne));
}
