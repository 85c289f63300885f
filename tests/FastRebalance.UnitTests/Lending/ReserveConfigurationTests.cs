using FastRebalance.Core.Assets;
using FastRebalance.Lending;

namespace FastRebalance.UnitTests.Lending;

public sealed class ReserveConfigurationTests
{
    [Fact]
    public void With_EveryFieldOnFullAndEmptyWords_ChangesThatFieldAlone()
    {
        foreach (UInt256 start in new[] { UInt256.Zero, UInt256.MaxValue })
        {
            ReserveConfiguration all = new ReserveConfiguration(start)
                .WithCollateral(8_050, 8_300, 10_500).WithActive(true).WithFrozen(false).WithBorrowing(true).WithStableBorrowing(false)
                .WithPaused(true).WithBorrowableInIsolation(false).WithSiloed(true).WithFlashLoans(false).WithReserveFactor(1_500)
                .WithBorrowCap(1_400_000).WithSupplyCap(1_800_000).WithLiquidationProtocolFee(1_000).WithEModeCategory(7)
                .WithUnbackedMintCap(9).WithDebtCeiling(500_000_000);

            Assert.Equal((8_050u, 8_300u, 10_500u), (all.LtvBps, all.LiquidationThresholdBps, all.LiquidationBonusBps));
            Assert.Equal((true, false, true, false), (all.IsActive, all.IsFrozen, all.CanBorrow, all.CanBorrowStable));
            Assert.Equal((true, false, true, false), (all.IsPaused, all.IsBorrowableInIsolation, all.IsSiloed, all.HasFlashLoans));
            Assert.Equal((1_500u, 1_400_000ul, 1_800_000ul), (all.ReserveFactorBps, all.BorrowCap, all.SupplyCap));
            Assert.Equal((1_000u, (byte)7, 9ul, 500_000_000ul), (all.LiquidationProtocolFeeBps, all.EModeCategory, all.UnbackedMintCap, all.DebtCeiling));
            Assert.Equal(start.IsZero ? 0 : 255, all.Decimals);
            Assert.Equal(start >> 252, all.Data >> 252);
        }
    }

    [Fact]
    public void OnlyCollateral_OneNoneAndTwo_NamesTheOne()
    {
        AccountConfiguration none = default(AccountConfiguration).WithBorrowing(3, true);
        AccountConfiguration one = none.WithCollateral(127, true);

        Assert.Equal(-1, none.OnlyCollateral);
        Assert.Equal(127, one.OnlyCollateral);
        Assert.Equal(-1, one.WithCollateral(0, true).OnlyCollateral);
        Assert.True(one.IsBorrowing(3) && one.IsCollateral(127) && !one.IsCollateral(3) && !one.IsBorrowing(127));
        Assert.True(one.WithBorrowing(3, false).WithCollateral(127, false).IsEmpty);
    }
}
