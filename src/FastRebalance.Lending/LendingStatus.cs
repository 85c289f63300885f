namespace FastRebalance.Lending;

/// <summary>What came of a calculation. Zero is never a yes.</summary>
public enum LendingStatus : byte
{
    /// <summary>Nothing was calculated.</summary>
    Unknown = 0,

    /// <summary>The result is the one that the contracts would answer, to the unit.</summary>
    Exact,

    /// <summary>The contracts would revert: a number does not fit its word, or is divided by zero.</summary>
    Overflow,

    /// <summary>The time asked for lies before the reserve's last update.</summary>
    TimeRunsBack,

    /// <summary>A reserve or an account of the answer was not read from the chain yet, or has to be read anew.</summary>
    NotReady,

    /// <summary>The oracle has no positive price; the contracts would ask a fallback oracle, which is not followed.</summary>
    NoPrice,

    /// <summary>The span given is too short for the account.</summary>
    NoRoom,

    /// <summary>There is no such price: the health factor does not cross the wanted one.</summary>
    NeverMet,

    /// <summary>Liquidation: one of the two reserves is not active.</summary>
    ReserveInactive,

    /// <summary>Liquidation: one of the two reserves is paused.</summary>
    ReservePaused,

    /// <summary>Liquidation: the health factor is 1 or more.</summary>
    Healthy,

    /// <summary>Liquidation: the account does not use the reserve as collateral, or nothing may be borrowed against it.</summary>
    NotCollateral,

    /// <summary>Liquidation: the account owes nothing in the reserve.</summary>
    NoDebt,
}
