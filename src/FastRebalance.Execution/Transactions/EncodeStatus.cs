namespace FastRebalance.Execution.Transactions;

/// <summary>Whether an order became call data. Zero is no answer; only <see cref="Encoded"/> may be signed.</summary>
public enum EncodeStatus : byte
{
    None = 0,
    Encoded,

    /// <summary>The order has no legs.</summary>
    NoLegs,

    /// <summary>A leg names no pool, or one that is not configured.</summary>
    UnknownPool,

    /// <summary>A leg names an asset that is not configured.</summary>
    UnknownAsset,

    /// <summary>A pool does not hold the token that reaches it, or the last pool does not pay the leg's asset.</summary>
    BrokenPath,

    /// <summary>A leg sells nothing. The router would read a zero as "all that I hold".</summary>
    ZeroAmount,

    /// <summary>A leg would take any price.</summary>
    NoMinimum,

    /// <summary>More pools are crossed than one call of the contract may hold.</summary>
    TooManyLegs,

    /// <summary>The memory is too short.</summary>
    BufferTooShort,

    /// <summary>A leg would move an asset into a lending market that does not know it, or there is no market.</summary>
    NotAReserve,
}
