namespace FastRebalance.Execution.Fees;

/// <summary>Whether a level could be chosen. Zero is no answer.</summary>
public enum RungVerdict : byte
{
    None = 0,
    Chosen,

    /// <summary>There is no level to choose from.</summary>
    NoLevels,

    /// <summary>Even the lowest level may cost more than the decision's limit.</summary>
    AboveLimit,

    /// <summary>No level is expected to bring in more than it costs.</summary>
    NothingPays,
}
