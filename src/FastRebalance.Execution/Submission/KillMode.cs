namespace FastRebalance.Execution.Submission;

/// <summary>How far the kill switch is down. Zero is no answer.</summary>
public enum KillMode : byte
{
    Unknown = 0,

    /// <summary>It is not down.</summary>
    Off,

    /// <summary>No new decision; what is out may be finished, with more of the same decision.</summary>
    Soft,

    /// <summary>Only cancels leave.</summary>
    Hard,

    /// <summary>Nothing leaves; what is out ends by its own deadline.</summary>
    Cold,
}
