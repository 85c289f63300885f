using FastRebalance.Core.Measures;

namespace FastRebalance.Execution.Presigning;

/// <summary>Counts and times of shots. Written by the trigger thread; each figure may be read by any thread.</summary>
public sealed class FireTimings
{
    private readonly long[] _classes = new long[(int)HitClass.MissCold + 1];
    private readonly long[] _verdicts = new long[(int)FireVerdict.NotLogged + 1];

    /// <summary>Trigger to the first byte with the socket, where the decided amounts went.</summary>
    public LatencyHistogram ExactToFirstByte { get; } = new();

    /// <summary>The same where a size bucket went.</summary>
    public LatencyHistogram BucketToFirstByte { get; } = new();

    /// <summary>Trigger to the answer that there is no rung.</summary>
    public LatencyHistogram ToMiss { get; } = new();

    /// <summary>The append of the log.</summary>
    public LatencyHistogram Append { get; } = new();

    /// <summary>How often the ladder answered so, whether or not a byte left.</summary>
    public long CountOf(HitClass hit) => Volatile.Read(ref _classes[(int)hit]);

    public long CountOf(FireVerdict verdict) => Volatile.Read(ref _verdicts[(int)verdict]);

    /// <summary>Trigger thread: forgets the times, not the counts; for what is measured after a warm-up.</summary>
    internal void ResetTimes()
    {
        ExactToFirstByte.Reset();
        BucketToFirstByte.Reset();
        ToMiss.Reset();
        Append.Reset();
    }

    /// <summary>Trigger thread: goes where times like these would be counted, and counts nothing.</summary>
    internal void Touch(long shotNs, long appendNs)
    {
        ExactToFirstByte.Touch(shotNs);
        BucketToFirstByte.Touch(shotNs);
        ToMiss.Touch(shotNs);
        Append.Touch(appendNs);
    }

    internal void Count(in FireOutcome outcome, long nowNs)
    {
        _classes[(int)outcome.Class]++;
        _verdicts[(int)outcome.Verdict]++;
        if (outcome.Verdict == FireVerdict.Missed)
            ToMiss.Record(nowNs - outcome.TriggerNs);
        else if (outcome.FirstByteNs != 0 && !outcome.IsLate)
            (outcome.Class == HitClass.HitExact ? ExactToFirstByte : BucketToFirstByte).Record(outcome.FirstByteNs - outcome.TriggerNs);
    }
}
