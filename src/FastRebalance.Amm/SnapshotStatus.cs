namespace FastRebalance.Amm;

/// <summary>How far a snapshot has come. Zero is no answer.</summary>
public enum SnapshotStatus : byte
{
    None = 0,

    /// <summary>Another round of calls is wanted.</summary>
    MoreCalls,

    /// <summary>The events are written.</summary>
    Complete,

    /// <summary>The answers are not those of such a pool; <see cref="IPoolSnapshot.Failure"/> says why. No event was written.</summary>
    Failed,
}
