namespace FastRebalance.Execution.Presigning;

/// <summary>Whether an account's fills may leave. Zero lets nothing go; each state is stricter than the one before it.</summary>
public enum AccountGateState
{
    Closed = 0,

    Open,

    /// <summary>No new decisions for the rest of this run; what is live is followed to its end.</summary>
    Draining,

    /// <summary>The kill switch, soft: no new decisions.</summary>
    KilledSoft,

    /// <summary>And everything live is cancelled.</summary>
    KilledHard,

    /// <summary>And not a byte leaves, not even of a cancel.</summary>
    KilledCold,
}
