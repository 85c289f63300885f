using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Events;

/// <summary>
/// What a lending market asks of one asset, and gives for it, at the end of a block. Thresholds are the account's own: those of its
/// efficiency mode where it is in one that the asset belongs to.
/// </summary>
public struct LendingTerms
{
    /// <summary>Base units that may be borrowed yet: what lies in the market, the borrow cap and the mode allow. Zero where borrowing is off.</summary>
    public UInt256 Borrowable;

    /// <summary>Base units that may be supplied yet, by the supply cap; the greatest number where there is none, zero where supplying is off.</summary>
    public UInt256 Suppliable;

    /// <summary>The market's own price of a whole token, in units of its base currency (Aave V3: 10^-8 dollars); 0 while it has none.</summary>
    public ulong OraclePrice;

    /// <summary>When the oracle last told it, seconds since 1970; 0 where it does not say.</summary>
    public uint OracleUnixSeconds;

    /// <summary>Earned on what is supplied, a year, simple, as a fraction.</summary>
    public float SupplyRatePerYear;

    /// <summary>Charged on what is owed, a year, as a fraction.</summary>
    public float BorrowRatePerYear;

    /// <summary>Share of collateral that counts against debt before it may be liquidated.</summary>
    public ushort LiquidationThresholdBps;

    /// <summary>Share of collateral that new debt may be taken out against.</summary>
    public ushort LoanToValueBps;

    /// <summary>What a liquidator gets on top of what it repays.</summary>
    public ushort LiquidationBonusBps;

    public LendingFlags Flags;
}

/// <summary>What may be done with a reserve. Nothing set is a reserve that nobody may touch.</summary>
[Flags]
public enum LendingFlags : byte
{
    None = 0,

    /// <summary>It is in use and not paused: repaying and withdrawing work.</summary>
    IsOpen = 1,

    /// <summary>It is not frozen: supplying and borrowing may work, see what there is room for.</summary>
    TakesMore = 2,
}
