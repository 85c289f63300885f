namespace FastRebalance.Lending.Logs;

/// <summary>What a log of a lending market says.</summary>
public enum LendingEventKind : byte
{
    /// <summary>Nothing: of no concern.</summary>
    None = 0,

    /// <summary>A log that is followed, but not in its shape.</summary>
    Malformed,

    /// <summary>A: supply rate, B: borrow rate, C: liquidity index, D: borrow index.</summary>
    ReserveUpdated,

    /// <summary>Account: for whom, Other: who paid, A: amount.</summary>
    Supplied,

    /// <summary>Account: whose, Other: to whom, A: amount.</summary>
    Withdrawn,

    /// <summary>Account: who owes, Other: who got it, A: amount, B: kind of rate (2: variable), C: the rate.</summary>
    Borrowed,

    /// <summary>Account: whose debt, Other: who paid, A: amount, B: 1 where it was paid with aTokens.</summary>
    Repaid,

    /// <summary>Reserve: taken, A: place of the repaid reserve, B: debt repaid, C: collateral taken, Account: whose, Other: the liquidator.</summary>
    Liquidated,

    /// <summary>Account: whose, A: 1 on, 0 off.</summary>
    CollateralUsed,

    /// <summary>Account: whose, A: the category.</summary>
    EModeSet,

    /// <summary>A: amount, B: premium.</summary>
    FlashLoaned,

    /// <summary>A: amount.</summary>
    TreasuryMinted,

    /// <summary>A: total debt in cents.</summary>
    IsolatedDebtSet,

    /// <summary>A: amount.</summary>
    UnbackedMinted,

    /// <summary>Account: whose, A: amount with the interest since the account's last, B: that interest, C: index.</summary>
    SupplyMinted,

    /// <summary>As <see cref="SupplyMinted"/>, less the interest.</summary>
    SupplyBurnt,

    /// <summary>Account: from, Other: to, A: scaled amount.</summary>
    SupplyMoved,

    /// <summary>As <see cref="SupplyMinted"/>, of variable debt.</summary>
    DebtMinted,

    /// <summary>As <see cref="SupplyBurnt"/>, of variable debt.</summary>
    DebtBurnt,

    /// <summary>The asset came to the aToken. A: amount.</summary>
    AvailableIn,

    /// <summary>The asset left the aToken. A: amount.</summary>
    AvailableOut,

    /// <summary>Field: which setting, A: its new value; of the collateral's three A: LTV, B: threshold, C: bonus.</summary>
    ConfigurationSet,

    /// <summary>A: LTV, B: threshold, C: bonus, Other: price source, Reserve: the category.</summary>
    CategorySet,

    /// <summary>A: share in basis points.</summary>
    FlashPremiumSet,

    /// <summary>Account: the aggregator, A: the price; zero where it is none, B: when it was told, in seconds.</summary>
    PriceAnswered,

    /// <summary>Account: the asset, Other: the new source.</summary>
    PriceSourceSet,

    /// <summary>Something that logs do not tell whole: stable debt, another strategy or code, a new or a dropped reserve, a bridge's backing.</summary>
    BeyondLogs,
}
