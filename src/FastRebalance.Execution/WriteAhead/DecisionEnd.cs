namespace FastRebalance.Execution.WriteAhead;

/// <summary>How a decision ended. Zero: it has not; one that has is never opened again.</summary>
public enum DecisionEnd : byte
{
    None = 0,
    Filled,
    Reverted,
    Cancelled,

    /// <summary>Its last block passed.</summary>
    Expired,

    /// <summary>The desk no longer wants it.</summary>
    Withdrawn,

    /// <summary>A transaction that is not in the log took its nonce.</summary>
    Foreign,
}
