namespace FastRebalance.Execution.Channels;

/// <summary>What a channel's answer to a transaction means, whatever client gave it. Zero is no answer.</summary>
public enum AnswerClass : byte
{
    None = 0,

    /// <summary>Taken. An answer is not yet a place in the pool, let alone a block.</summary>
    Accepted,

    /// <summary>The same bytes were there already.</summary>
    Known,

    /// <summary>Taken, and not mined while the channel waited for that.</summary>
    AcceptedUnmined,

    /// <summary>The channel sends nothing, by intention.</summary>
    DryRun,

    /// <summary>The nonce is consumed, says the node: evidence only, the chain is asked.</summary>
    NonceTooLow,

    /// <summary>A nonce below is missing, or the node is behind.</summary>
    NonceTooHigh,

    /// <summary>The pool holds another transaction of this nonce, and this one does not offer enough more.</summary>
    ReplacementUnderpriced,

    /// <summary>Below the base fee or the pool's own floor.</summary>
    Underpriced,

    /// <summary>The account cannot pay the most that this could cost.</summary>
    InsufficientFunds,

    /// <summary>The node's own limit on fees; other nodes may take the same bytes.</summary>
    FeeCap,

    /// <summary>No room in the pool.</summary>
    PoolFull,

    /// <summary>The pool is full, and a transaction behind a gap would push out one that is ready: it passes by itself.</summary>
    FutureReplace,

    /// <summary>The pool has set the account aside: it is delegated, or uses another kind of transaction.</summary>
    Reserved,

    /// <summary>The sequencer ran it and it reverted; at another head the same bytes may not.</summary>
    Reverted,

    /// <summary>These bytes can never be mined.</summary>
    Fatal,

    /// <summary>No byte reached the node.</summary>
    NotSent,

    /// <summary>No usable answer came: the transaction may be in the pool.</summary>
    Unknown,

    /// <summary>Refused in words that the table does not hold.</summary>
    Other,
}
