namespace FastRebalance.Execution.Presigning;

/// <summary>What may happen to a slot's rungs. Zero lets nothing go.</summary>
public enum SlotGateState
{
    Empty = 0,

    /// <summary>Durable and unreleased: one rung may be fired.</summary>
    Armed,

    /// <summary>One rung goes or has gone, or the nonce was taken for another way out. Nothing else of this slot ever leaves by this table.</summary>
    Fired,

    /// <summary>Taken back unreleased; only now may its rungs be retired.</summary>
    Withdrawn,
}
