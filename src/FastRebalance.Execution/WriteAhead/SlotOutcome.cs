namespace FastRebalance.Execution.WriteAhead;

/// <summary>How a nonce ended, for good. Zero: it has not.</summary>
public enum SlotOutcome : byte
{
    None = 0,
    Filled,
    Reverted,
    Cancelled,

    /// <summary>A transaction that is not in the log took it.</summary>
    Foreign,
}
