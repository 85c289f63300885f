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

    /// <summary>A price is farther from its second source, or from where it was, than a market moves: likely a bad print.</summary>
    BadPrint,

    /// <summary>A pool's price is too far from the reference: whoever trades there knows more.</summary>
    PoolDeviation,

    /// <summary>The day's turnover is used up.</summary>
    Turnover,

    /// <summary>The slippage of the last trades has used up its budget, which refills with time.</summary>
    SlippageBudget,

    /// <summary>The trades would leave an exposure above its limit.</summary>
    Exposure,

    /// <summary>The portfolio has lost more from its peak than allowed: trading stays stopped.</summary>
    Drawdown,

    /// <summary>An asset with a frozen price would be traded.</summary>
    FrozenAsset,

    /// <summary>The trades would not bring the portfolio nearer to its target, or would carry an asset across it.</summary>
    PostTrade,

    /// <summary>A check needs estimates, and no plan has brought them yet.</summary>
    NoEstimate,

    /// <summary>A check needs the second source's price of an asset, and none that is fresh enough is known.</summary>
    NoReference,

    /// <summary>The lending market is paused for an asset, or does not know it.</summary>
    ReserveClosed,

    /// <summary>The lending market lends no more of an asset: its cap is reached, or there is none left.</summary>
    NoRoomToBorrow,

    /// <summary>The lending market takes no more of an asset.</summary>
    NoRoomToSupply,

    /// <summary>The account would end below its least health factor, and no better than before.</summary>
    HealthFloor,

    /// <summary>Debt would be taken on while the lending market's own price is away from ours.</summary>
    OracleDeviation,
}
