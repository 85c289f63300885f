using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary>
/// False sharing: two threads advance a counter each, with one loop and the same instructions. Sequences have their cache lines to
/// themselves; their twins without padding share one, and each thread's write takes the line away from the other.
/// </summary>
public class RingSequencePadding : WorkloadSuite
{
    [Benchmark(OperationsPerInvoke = Events, Baseline = true)]
    public long Padded() => Move(static () => new CounterPair<PaddedCounter>(PaddedCounter.NewPair(), PinFor(RingShape.OneToOne)));

    [Benchmark(OperationsPerInvoke = Events), BenchmarkCategory(Category.Theirs)]
    public long Unpadded() => Move(static () => new CounterPair<UnpaddedCounter>(UnpaddedCounter.NewPair(), PinFor(RingShape.OneToOne)));
}
