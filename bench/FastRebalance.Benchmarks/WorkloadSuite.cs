using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Rings.Workloads;

namespace FastRebalance.Benchmarks;

/// <summary>
/// One workload, set up at the first call and kept until the end: its threads stand ready between calls, so that a call costs what the
/// events cost. A checksum that is wrong throws, and the benchmark fails.
/// </summary>
public abstract class WorkloadSuite : IHotThreads
{
    /// <summary>Events of one call.</summary>
    public const int Events = 100_000;

    /// <summary>Slots of each ring and each queue.</summary>
    private protected const int Size = 65_536;

    private protected const string Strategy = "yielding";

    private IWorkload? _workload;

    public long HotThreadBytes { get; private set; }

    [GlobalCleanup]
    public void CleanUp() => _workload?.Dispose();

    private protected long Move(Func<IWorkload> start)
    {
        WorkloadRun run = (_workload ??= start()).Run(Events);
        HotThreadBytes += run.HotThreadBytes ?? 0;
        return run.Events;
    }
}
