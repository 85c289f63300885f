using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>A reserve's settings as the pool stores them: one word. Percentages in basis points, caps in whole tokens, the debt ceiling in cents.</summary>
/// <remarks>Source: ReserveConfiguration of Aave V3.</remarks>
public readonly record struct ReserveConfiguration(UInt256 Data)
{
    private const int LtvBit = 0;
    private const int ThresholdBit = 16;
    private const int BonusBit = 32;
    private const int DecimalsBit = 48;
    private const int ActiveBit = 56;
    private const int FrozenBit = 57;
    private const int BorrowingBit = 58;
    private const int StableBorrowingBit = 59;
    private const int PausedBit = 60;
    private const int BorrowableInIsolationBit = 61;
    private const int SiloedBit = 62;
    private const int FlashLoansBit = 63;
    private const int ReserveFactorBit = 64;
    private const int BorrowCapBit = 80;
    private const int SupplyCapBit = 116;
    private const int ProtocolFeeBit = 152;
    private const int CategoryBit = 168;
    private const int UnbackedMintCapBit = 176;
    private const int DebtCeilingBit = 212;

    /// <summary>How much may be borrowed against it; 0: nothing.</summary>
    public uint LtvBps => (uint)Field(LtvBit, 16);

    /// <summary>Where liquidation begins; 0: it is no collateral.</summary>
    public uint LiquidationThresholdBps => (uint)Field(ThresholdBit, 16);

    /// <summary>Collateral that a liquidator gets for 10 000 of debt.</summary>
    public uint LiquidationBonusBps => (uint)Field(BonusBit, 16);

    public int Decimals => (int)Field(DecimalsBit, 8);

    public bool IsActive => Flag(ActiveBit);

    /// <summary>No new supply and no new debt.</summary>
    public bool IsFrozen => Flag(FrozenBit);

    public bool CanBorrow => Flag(BorrowingBit);

    public bool CanBorrowStable => Flag(StableBorrowingBit);

    /// <summary>Nothing moves at all, liquidations included.</summary>
    public bool IsPaused => Flag(PausedBit);

    public bool IsBorrowableInIsolation => Flag(BorrowableInIsolationBit);

    /// <summary>Who borrows it borrows nothing else.</summary>
    public bool IsSiloed => Flag(SiloedBit);

    public bool HasFlashLoans => Flag(FlashLoansBit);

    public uint ReserveFactorBps => (uint)Field(ReserveFactorBit, 16);

    /// <summary>0: none.</summary>
    public ulong BorrowCap => Field(BorrowCapBit, 36);

    /// <summary>0: none.</summary>
    public ulong SupplyCap => Field(SupplyCapBit, 36);

    /// <summary>The treasury's share of a liquidation's bonus.</summary>
    public uint LiquidationProtocolFeeBps => (uint)Field(ProtocolFeeBit, 16);

    /// <summary>0: none.</summary>
    public byte EModeCategory => (byte)Field(CategoryBit, 8);

    public ulong UnbackedMintCap => Field(UnbackedMintCapBit, 36);

    /// <summary>Above 0: it is collateral in isolation only, up to so much debt.</summary>
    public ulong DebtCeiling => Field(DebtCeilingBit, 40);

    public ReserveConfiguration WithCollateral(ulong ltvBps, ulong thresholdBps, ulong bonusBps) =>
        With(LtvBit, 16, ltvBps).With(ThresholdBit, 16, thresholdBps).With(BonusBit, 16, bonusBps);

    public ReserveConfiguration WithActive(bool value) => With(ActiveBit, value);

    public ReserveConfiguration WithFrozen(bool value) => With(FrozenBit, value);

    public ReserveConfiguration WithBorrowing(bool value) => With(BorrowingBit, value);

    public ReserveConfiguration WithStableBorrowing(bool value) => With(StableBorrowingBit, value);

    public ReserveConfiguration WithPaused(bool value) => With(PausedBit, value);

    public ReserveConfiguration WithBorrowableInIsolation(bool value) => With(BorrowableInIsolationBit, value);

    public ReserveConfiguration WithSiloed(bool value) => With(SiloedBit, value);

    public ReserveConfiguration WithFlashLoans(bool value) => With(FlashLoansBit, value);

    public ReserveConfiguration WithReserveFactor(ulong bps) => With(ReserveFactorBit, 16, bps);

    public ReserveConfiguration WithBorrowCap(ulong cap) => With(BorrowCapBit, 36, cap);

    public ReserveConfiguration WithSupplyCap(ulong cap) => With(SupplyCapBit, 36, cap);

    public ReserveConfiguration WithLiquidationProtocolFee(ulong bps) => With(ProtocolFeeBit, 16, bps);

    public ReserveConfiguration WithEModeCategory(ulong category) => With(CategoryBit, 8, category);

    public ReserveConfiguration WithUnbackedMintCap(ulong cap) => With(UnbackedMintCapBit, 36, cap);

    public ReserveConfiguration WithDebtCeiling(ulong cents) => With(DebtCeilingBit, 40, cents);

    private ulong Field(int start, int bits) => (Data >> start).Limb0 & ((1UL << bits) - 1);

    private bool Flag(int bit) => Field(bit, 1) != 0;

    private ReserveConfiguration With(int bit, bool value) => With(bit, 1, value ? 1UL : 0UL);

    // A value of more bits than its field cannot come from the contracts, which check it; it is cut.
    private ReserveConfiguration With(int start, int bits, ulong value)
    {
        UInt256 mask = (UInt256)((1UL << bits) - 1);
        return new ReserveConfiguration((Data & ~(mask << start)) | (((UInt256)value & mask) << start));
    }
}
