namespace FastRebalance.Amm.Positions;

/// <summary>Whether the fee growth of a pool is known.</summary>
public enum FeeGrowthStatus : byte
{
    /// <summary>Not read from the chain yet.</summary>
    Unread = 0,

    /// <summary>As of the last log taken.</summary>
    Current,

    /// <summary>A log did not follow from the pool's state before it: one was missed or came twice. Read it anew.</summary>
    OutOfStep,
}
