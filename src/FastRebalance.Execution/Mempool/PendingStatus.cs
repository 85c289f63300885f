namespace FastRebalance.Execution.Mempool;

/// <summary>What the pending pool made of a transaction. Zero is no answer.</summary>
public enum PendingStatus : byte
{
    None = 0,

    /// <summary>New, and kept.</summary>
    Added,

    /// <summary>Kept in place of a cheaper one of the same sender and nonce.</summary>
    Replaced,

    /// <summary>Seen before.</summary>
    Duplicate,

    /// <summary>One of the same sender and nonce pays more.</summary>
    Underpriced,

    /// <summary>Its nonce is used already.</summary>
    Stale,

    /// <summary>The pool is full of what is worth more.</summary>
    Dropped,

    /// <summary>
    /// One of our own accounts signed it and the submitter does not know its hash: a second copy of us, or a stolen key. Kept; the account must halt.
    /// </summary>
    UnknownOwnTransaction,
}
