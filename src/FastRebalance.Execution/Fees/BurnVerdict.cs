namespace FastRebalance.Execution.Fees;

/// <summary>Whether gas may still be spent. Zero is no answer.</summary>
public enum BurnVerdict : byte
{
    None = 0,
    Within,

    /// <summary>The hour's limit could be passed.</summary>
    HourSpent,

    /// <summary>The day's limit could be passed.</summary>
    DaySpent,
}
