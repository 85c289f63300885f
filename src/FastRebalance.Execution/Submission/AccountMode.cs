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
