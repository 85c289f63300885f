namespace FastRebalance.Execution.WriteAhead;

/// <summary>What an epoch of the log follows. Zero is no answer.</summary>
public enum EpochStart : byte
{
    Unknown = 0,

    /// <summary>Nothing: the log is new.</summary>
    New,

    /// <summary>A clean end.</summary>
    Clean,

    /// <summary>The end of a process; what it had appended is there.</summary>
    ProcessEnd,

    /// <summary>A new start of the machine without a clean end before: what was not synced may be lost.</summary>
    PowerLoss,

    /// <summary>The kill switch was lifted.</summary>
    KillReleased,
}
