using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Submitting;

/// <summary>Stands before a log and remembers when each hash became durable, for what is checked after the run.</summary>
internal sealed class ArmWitness(IArmLog log) : IArmLog
{
    /// <summary>Monotonic time after the log had said so.</summary>
    public Dictionary<Hash32, long> ArmedNs { get; } = [];

    /// <summary>What the log took for each group, its sync included, in nanoseconds.</summary>
    public LatencyHistogram Groups { get; } = new();

    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        long before = MonotonicClock.NowNs;
        LogVerdict verdict = log.Arm(attempts);
        long now = MonotonicClock.NowNs;
        Groups.Record(now - before);
        if (verdict == LogVerdict.Written)
            foreach (ArmedAttempt attempt in attempts)
                ArmedNs[attempt.Hash] = now;
        return verdict;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => log.Retire(nonce, hashes);
}
