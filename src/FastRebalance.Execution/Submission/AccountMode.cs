namespace FastRebalance.Execution.Submission;

/// <summary>What an account may do. Zero is an account that nobody has opened.</summary>
public enum AccountMode : byte
{
    Closed = 0,

    Run,

    /// <summary>No new decision; those under way go on.</summary>
    Drain,

    /// <summary>Something released before a restart or a gap is not accounted for: no new decision before it is.</summary>
    Suspect,

    /// <summary>The key is used elsewhere, or an invariant broke: nothing is released, a human looks.</summary>
    Halt,

    /// <summary>The kill switch is down.</summary>
    Killed,
}

/// <summary>How hard the kill switch is. Zero is not killed; a harder one is never taken back by a softer.</summary>
public enum KillMode : byte
{
    None = 0,

    /// <summary>No new decision; those under way are followed to their end.</summary>
    Soft,

    /// <summary>And everything that is out is cancelled, as far as it can be.</summary>
    Hard,

    /// <summary>No byte leaves at all: what is out ends by its own deadline.</summary>
    Cold,
}
