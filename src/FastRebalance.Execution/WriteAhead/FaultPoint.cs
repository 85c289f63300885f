namespace FastRebalance.Execution.WriteAhead;

/// <summary>Where a test may end the process, to see what the next one makes of it. In the order in which a transaction passes them.</summary>
public enum FaultPoint : byte
{
    None = 0,
    BeforeArmAppend,
    AfterArmAppend,
    BeforeArmSync,
    AfterArmSync,

    /// <summary>The word that a fill leaves is about to be written, whoever writes it.</summary>
    BeforeFireAppend,
    AfterFireAppend,

    /// <summary>The word that it leaves is written; nothing has left. Reached by the sender.</summary>
    BeforeFirstByte,

    /// <summary>Everything has left, nothing is answered. Reached by the sender.</summary>
    AfterLastByte,

    AfterAcknowledged,
    AfterIncluded,
    BeforeSnapshotRename,
    AfterSnapshotRename,
    BeforeCancelRelease,
    AfterCancelRelease,
    BeforeKillSync,
    AfterKillSync,
}
