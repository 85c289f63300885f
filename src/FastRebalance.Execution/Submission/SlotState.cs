namespace FastRebalance.Execution.Submission;

/// <summary>
/// Where a slot stands: one nonce of one account, owned by one decision at most. Zero is an unused nonce.
/// </summary>
public enum SlotState : byte
{
    /// <summary>Nothing of it was ever released, and no decision owns it.</summary>
    Empty = 0,

    /// <summary>Signed and durable; nothing released.</summary>
    Armed,

    /// <summary>Released, or about to be: no answer yet.</summary>
    Firing,

    /// <summary>Known outside and wanted.</summary>
    Live,

    /// <summary>Its decision is given up: a cancel is to take the nonce. A fill may still come first.</summary>
    Burying,

    /// <summary>One of its attempts is in a canonical block.</summary>
    Included,

    /// <summary>A restart or a gap: what is known of it may be old, so nothing above it is released before it is found or given up.</summary>
    Suspect,

    /// <summary>Deep enough, or proven never to have left: followed no longer.</summary>
    Final,
}
