namespace FastRebalance.Core.Results;

/// <summary>A risk check's answer: approved, or the one reason to say no. Zero is no answer and sends nothing.</summary>
public enum RiskVerdict : byte
{
    Unchecked = 0,
    Approved,

    /// <summary>A price is older than the limit.</summary>
    StalePrice,

    /// <summary>A trade is larger than the limit.</summary>
    TradeTooLarge,

    /// <summary>The last order is too recent.</summary>
    CoolDown,

    /// <summary>An operator paused or ended trading.</summary>
    KillSwitch,

    /// <summary>The day's gas budget is spent.</summary>
    GasBudget,
}
