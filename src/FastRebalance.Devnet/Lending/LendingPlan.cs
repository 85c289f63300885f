namespace FastRebalance.Devnet.Lending;

/// <summary>
/// The lending market of the local chain, near the real one's settings: five reserves, an efficiency category for the two stable tokens, one token
/// that is collateral in isolation only, and a lender whose supply the others borrow.
/// </summary>
internal static class LendingPlan
{
    /// <summary>The category of the stable tokens, whose prices hold together: 93 % may be borrowed, 95 % is the threshold, 1 % the bonus.</summary>
    public const int StableCategory = 1;

    public const int StableLtvBps = 9_300;
    public const int StableThresholdBps = 9_500;
    public const int StableBonusBps = 10_100;

    /// <summary>What a flash loan costs.</summary>
    public const ulong FlashPremiumBps = 5;

    /// <summary>Decimals of the base currency that the oracle answers in.</summary>
    public const int BaseDecimals = 8;

    public static readonly IReadOnlyList<ReservePlan> Reserves =
    [
        new ReservePlan("WETH")
        {
            LtvBps = 8_050, LiquidationThresholdBps = 8_300, LiquidationBonusBps = 10_500, ReserveFactorBps = 1_500,
            SupplyCap = 1_800_000, BorrowCap = 1_400_000, Slope1Bps = 270, Slope2Bps = 8_000, LentValueUsdc = 20e6,
        },
        new ReservePlan("USDC")
        {
            LtvBps = 7_500, LiquidationThresholdBps = 7_800, LiquidationBonusBps = 10_450, ReserveFactorBps = 1_000,
            SupplyCap = 1_760_000_000, BorrowCap = 1_580_000_000, Slope1Bps = 550, Slope2Bps = 6_000, EModeCategory = StableCategory,
            BorrowableInIsolation = true, LentValueUsdc = 30e6,
        },
        new ReservePlan("DAI")
        {
            LtvBps = 6_300, LiquidationThresholdBps = 7_700, LiquidationBonusBps = 10_500, ReserveFactorBps = 2_500,
            SupplyCap = 338_000_000, BorrowCap = 271_000_000, Slope1Bps = 550, Slope2Bps = 7_500, EModeCategory = StableCategory,
            BorrowableInIsolation = true, LentValueUsdc = 20e6,
        },
        new ReservePlan("WBTC")
        {
            LtvBps = 7_300, LiquidationThresholdBps = 7_800, LiquidationBonusBps = 10_500, ReserveFactorBps = 2_000, OptimalUsageBps = 4_500,
            SupplyCap = 43_000, BorrowCap = 28_000, Slope1Bps = 400, Slope2Bps = 30_000, LentValueUsdc = 15e6,
        },
        new ReservePlan("LINK")
        {
            LtvBps = 5_300, LiquidationThresholdBps = 6_800, LiquidationBonusBps = 10_700, ReserveFactorBps = 2_000, OptimalUsageBps = 4_500,
            SupplyCap = 15_000_000, BorrowCap = 13_000_000, Slope1Bps = 700, Slope2Bps = 30_000, DebtCeilingCents = 500_000_000, LentValueUsdc = 3e6,
        },
    ];
}
