namespace FastRebalance.Lending.Logs;

/// <summary>A setting of a reserve that its configurator changes.</summary>
public enum ReserveSetting : byte
{
    None = 0,
    Collateral,
    Borrowing,
    StableBorrowing,
    FlashLoans,
    Active,
    Frozen,
    Paused,
    Siloed,
    BorrowableInIsolation,
    ReserveFactor,
    BorrowCap,
    SupplyCap,
    LiquidationProtocolFee,
    UnbackedMintCap,
    DebtCeiling,
    Category,
}
