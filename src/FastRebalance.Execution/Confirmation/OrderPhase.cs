namespace FastRebalance.Execution.Confirmation;

/// <summary>Where an order stands.</summary>
internal enum OrderPhase : byte
{
    /// <summary>Not started.</summary>
    New = 0,

    /// <summary>A fill may be out and is wanted.</summary>
    Live,

    /// <summary>Every channel refused it for good. Its bytes are known outside, so it counts as alive until its deadline.</summary>
    Refused,

    /// <summary>Its time is up: a cancel is to take the nonce. A fill may still come first.</summary>
    Burying,

    /// <summary>An attempt is in a canonical block.</summary>
    Mined,

    /// <summary>Followed no longer.</summary>
    Closed,
}
