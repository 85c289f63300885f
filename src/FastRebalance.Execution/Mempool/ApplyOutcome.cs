namespace FastRebalance.Execution.Mempool;

/// <summary>What became of a pending transaction on the copies of the pools. Zero is no answer.</summary>
public enum ApplyOutcome : byte
{
    None = 0,

    /// <summary>Every effect was applied to the unit.</summary>
    Applied,

    /// <summary>A limit, a deadline or the arithmetic makes the contract revert: nothing moved.</summary>
    Reverted,

    /// <summary>Some of what it does cannot be told: the pools concerned are marked, the rest was applied.</summary>
    Unpredictable,
}
