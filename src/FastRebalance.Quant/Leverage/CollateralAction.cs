namespace FastRebalance.Quant.Leverage;

/// <summary>What a health factor asks for now.</summary>
public enum CollateralAction : byte
{
    /// <summary>Nobody decided.</summary>
    Undecided = 0,

    /// <summary>Nothing: health is between its rims.</summary>
    Hold,

    /// <summary>Sell collateral and repay.</summary>
    Repay,

    /// <summary>Borrow and buy collateral.</summary>
    Boost,

    /// <summary>Health is beyond a rim, and no trade of this collateral at this cost brings it where it should be.</summary>
    Infeasible,

    /// <summary>Nothing is owed.</summary>
    NoDebt,

    /// <summary>A price or a holding is not a number.</summary>
    BadInput,
}
