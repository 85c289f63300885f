namespace FastRebalance.Execution.Presigning;

/// <summary>How the ladder answered a decision. Zero is no answer; only the hits may be fired.</summary>
public enum HitClass : byte
{
    None = 0,

    /// <summary>The decided amounts to the unit.</summary>
    HitExact,

    /// <summary>A little less than decided.</summary>
    HitBucket,

    /// <summary>No rung at a fee level that the tier may fire at.</summary>
    MissFee,

    /// <summary>No rung of about this size that keeps as much.</summary>
    MissSize,

    /// <summary>Nobody foresaw these pools.</summary>
    MissRoute,

    /// <summary>Every limit is looser than decided, or better than the order expects, so that it would not fill.</summary>
    MissPrice,

    /// <summary>The slot is busy.</summary>
    MissNonce,

    /// <summary>The rungs end too soon, or later than decided.</summary>
    MissStale,

    /// <summary>Nothing is armed.</summary>
    MissCold,
}
