using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Lending.Logs;

/// <summary>First topics of the logs that are followed, hashed once from the signatures, which a test holds against the published ABI.</summary>
internal static class LendingTopics
{
    public static readonly Hash32 ReserveDataUpdated = Of("ReserveDataUpdated(address,uint256,uint256,uint256,uint256,uint256)");
    public static readonly Hash32 Supply = Of("Supply(address,address,address,uint256,uint16)");
    public static readonly Hash32 Withdraw = Of("Withdraw(address,address,address,uint256)");
    public static readonly Hash32 Borrow = Of("Borrow(address,address,address,uint256,uint8,uint256,uint16)");
    public static readonly Hash32 Repay = Of("Repay(address,address,address,uint256,bool)");
    public static readonly Hash32 LiquidationCall = Of("LiquidationCall(address,address,address,uint256,uint256,address,bool)");
    public static readonly Hash32 CollateralEnabled = Of("ReserveUsedAsCollateralEnabled(address,address)");
    public static readonly Hash32 CollateralDisabled = Of("ReserveUsedAsCollateralDisabled(address,address)");
    public static readonly Hash32 UserEModeSet = Of("UserEModeSet(address,uint8)");
    public static readonly Hash32 FlashLoan = Of("FlashLoan(address,address,address,uint256,uint8,uint256,uint16)");
    public static readonly Hash32 MintedToTreasury = Of("MintedToTreasury(address,uint256)");
    public static readonly Hash32 IsolationModeTotalDebtUpdated = Of("IsolationModeTotalDebtUpdated(address,uint256)");
    public static readonly Hash32 MintUnbacked = Of("MintUnbacked(address,address,address,uint256,uint16)");
    public static readonly Hash32 BackUnbacked = Of("BackUnbacked(address,address,uint256,uint256)");
    public static readonly Hash32 SwapBorrowRateMode = Of("SwapBorrowRateMode(address,address,uint8)");

    public static readonly Hash32 Mint = Of("Mint(address,address,uint256,uint256,uint256)");
    public static readonly Hash32 Burn = Of("Burn(address,address,uint256,uint256,uint256)");
    public static readonly Hash32 BalanceTransfer = Of("BalanceTransfer(address,address,uint256,uint256)");
    public static readonly Hash32 Transfer = Of("Transfer(address,address,uint256)");

    public static readonly Hash32 CollateralConfigurationChanged = Of("CollateralConfigurationChanged(address,uint256,uint256,uint256)");
    public static readonly Hash32 EModeCategoryAdded = Of("EModeCategoryAdded(uint8,uint256,uint256,uint256,address,string)");
    public static readonly Hash32 FlashloanPremiumToProtocolUpdated = Of("FlashloanPremiumToProtocolUpdated(uint128,uint128)");
    public static readonly Hash32 BorrowableInIsolationChanged = Of("BorrowableInIsolationChanged(address,bool)");

    public static readonly Hash32 AssetSourceUpdated = Of("AssetSourceUpdated(address,address)");
    public static readonly Hash32 AnswerUpdated = Of("AnswerUpdated(int256,uint256,uint256)");

    /// <summary>Settings whose log holds the asset as a topic, and the new value alone or behind the old one.</summary>
    public static readonly (Hash32 Topic, ReserveSetting Setting, bool AfterOld)[] Settings =
    [
        (Of("ReserveBorrowing(address,bool)"), ReserveSetting.Borrowing, false),
        (Of("ReserveFlashLoaning(address,bool)"), ReserveSetting.FlashLoans, false),
        (Of("ReserveStableRateBorrowing(address,bool)"), ReserveSetting.StableBorrowing, false),
        (Of("ReserveActive(address,bool)"), ReserveSetting.Active, false),
        (Of("ReserveFrozen(address,bool)"), ReserveSetting.Frozen, false),
        (Of("ReservePaused(address,bool)"), ReserveSetting.Paused, false),
        (Of("ReserveFactorChanged(address,uint256,uint256)"), ReserveSetting.ReserveFactor, true),
        (Of("BorrowCapChanged(address,uint256,uint256)"), ReserveSetting.BorrowCap, true),
        (Of("SupplyCapChanged(address,uint256,uint256)"), ReserveSetting.SupplyCap, true),
        (Of("LiquidationProtocolFeeChanged(address,uint256,uint256)"), ReserveSetting.LiquidationProtocolFee, true),
        (Of("UnbackedMintCapChanged(address,uint256,uint256)"), ReserveSetting.UnbackedMintCap, true),
        (Of("EModeAssetCategoryChanged(address,uint8,uint8)"), ReserveSetting.Category, true),
        (Of("DebtCeilingChanged(address,uint256,uint256)"), ReserveSetting.DebtCeiling, true),
        (Of("SiloedBorrowingChanged(address,bool,bool)"), ReserveSetting.Siloed, true),
    ];

    /// <summary>Changes after which what is known of a reserve no longer holds.</summary>
    public static readonly Hash32[] BeyondLogs =
    [
        Of("ReserveInitialized(address,address,address,address,address)"),
        Of("ReserveDropped(address)"),
        Of("ReserveInterestRateStrategyChanged(address,address,address)"),
        Of("ATokenUpgraded(address,address,address)"),
        Of("StableDebtTokenUpgraded(address,address,address)"),
        Of("VariableDebtTokenUpgraded(address,address,address)"),
    ];

    private static Hash32 Of(string signature) => Keccak256.HashOfText(signature);
}
