namespace FastRebalance.Execution.Mempool;

/// <summary>How reading a pending transaction went. Zero is no answer.</summary>
public enum DecodeVerdict : byte
{
    Unread = 0,

    /// <summary>Nothing of ours is called.</summary>
    NotWatched,

    /// <summary>Read, and it has effects.</summary>
    Effects,

    /// <summary>Read, and it does nothing to us: an approval, pools that are not ours.</summary>
    Harmless,

    /// <summary>A contract of ours is called by a function that we do not know.</summary>
    UnknownSelector,

    /// <summary>The arguments are not those of the function: the contract would revert, or the selector is another function's.</summary>
    Malformed,

    /// <summary>Calls within calls, deeper or more than is read.</summary>
    TooDeep,

    /// <summary>More bytes than are read.</summary>
    TooLarge,

    /// <summary>More effects than the room given; those that fit are written.</summary>
    TooManyEffects,
}
