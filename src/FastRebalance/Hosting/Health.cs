namespace FastRebalance.Hosting;

/// <summary>How a finding is to be taken. Zero is no finding.</summary>
public enum Health : byte
{
    Unknown = 0,
    Good,

    /// <summary>It works, and could be better.</summary>
    Advice,

    /// <summary>A run would be refused.</summary>
    Bad,
}
