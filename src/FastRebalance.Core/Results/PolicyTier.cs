namespace FastRebalance.Core.Results;

/// <summary>Which half of a portfolio's policy a pass was decided under.</summary>
public enum PolicyTier : byte
{
    /// <summary>Nothing fired.</summary>
    None = 0,

    /// <summary>Trades because it pays: bands may widen in stress.</summary>
    Economic,

    /// <summary>Trades because it must: bands only tighten, limits are its own, and it goes before economy.</summary>
    Safety,
}
