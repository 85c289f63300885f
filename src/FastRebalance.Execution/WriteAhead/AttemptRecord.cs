namespace FastRebalance.Execution.WriteAhead;

/// <summary>An armed attempt and what became known of it.</summary>
public sealed class AttemptRecord
{
    internal AttemptRecord(ArmedAttempt attempt) => Attempt = attempt;

    public ArmedAttempt Attempt { get; }

    public ReleaseEvidence Released { get; internal set; }

    /// <summary>Bit n: lane n said that it has it. Lanes from 63 on share the last bit.</summary>
    public ulong AcknowledgedLanes { get; internal set; }

    /// <summary>It was seen in a pool.</summary>
    public bool WasEchoed { get; internal set; }
}
