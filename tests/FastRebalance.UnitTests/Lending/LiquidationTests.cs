using FastRebalance.Core.Assets;
using FastRebalance.Lending;
using static FastRebalance.UnitTests.Lending.LendingSamples;

namespace FastRebalance.UnitTests.Lending;

public sealed class LiquidationTests
{
    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];

    // demeter, tests/aave_market_test.py: after the half is closed at 920, collateral worth 2 131.5 is left.
    [Fact]
    public void Predict_PublishedPosition_ClosesHalfWithTheBonus()
    {
        LendingMarket market = Market(920);
        LendingAccount account = Account(market, Ether(4.2), Usd(3_300));
        Assert.Equal(LendingStatus.Exact, Predict(market, account, UInt256.MaxValue, out LiquidationAmounts amounts));
        Assert.Equal((Usd(1_650), Liquidation.PartCloseBps), (amounts.DebtRepaid, amounts.CloseFactorBps));
        double left = ((double)Ether(4.2) - (double)amounts.CollateralTaken) / 1e18 * 920;
        Assert.Equal(2_131.5, left, 9);
    }

    // And at 900, below 0.95, all of it: 315 is left.
    [Fact]
    public void Predict_BelowTheFullClose_ClosesAll()
    {
        LendingMarket market = Market(900);
        LendingAccount account = Account(market, Ether(4.2), Usd(3_300));
        Assert.Equal(LendingStatus.Exact, Predict(market, account, UInt256.MaxValue, out LiquidationAmounts amounts));
        Assert.Equal((Usd(3_300), (uint)WadRay.Whole), (amounts.DebtRepaid, amounts.CloseFactorBps));
        Assert.Equal(315, ((double)Ether(4.2) - (double)amounts.CollateralTaken) / 1e18 * 900, 9);
    }

    [Fact]
    public void Predict_CollateralFallsShort_TakesAllOfItForLess()
    {
        LendingMarket market = Market(500, protocolFeeBps: 1_000);
        LendingAccount account = Account(market, Ether(4.2), Usd(3_300));
        Assert.Equal(LendingStatus.Exact, Predict(market, account, UInt256.MaxValue, out LiquidationAmounts amounts));
        Assert.Equal(Ether(4.2), amounts.CollateralTaken + amounts.ProtocolFee);
        Assert.Equal(Usd(2_000), amounts.DebtRepaid);
        Assert.Equal(Ether(0.02), amounts.ProtocolFee);
    }

    [Fact]
    public void Predict_LastUnitsAtHighIndices_NeverTakeMoreScaledThanThereIs()
    {
        Random random = new(5);
        int cut = 0;
        for (int i = 0; i < 2_000; i++)
        {
            LendingMarket market = Market(1_000, protocolFeeBps: 5_000);
            LendingAccount account = Account(market, (UInt256)(ulong)random.Next(10, 400), Usd(1_000));
            UInt256 index = WadRay.Ray + WadRay.Ray / 1_000 * (ulong)random.Next(1_000, 9_000);
            market.Reserve(Weth).State.LiquidityIndex = (UInt128)index;
            Assert.Equal(LendingStatus.Exact, Predict(market, account, UInt256.MaxValue, out LiquidationAmounts amounts));
            Assert.True(WadRay.TryRayMul(account.ScaledSupply[Weth], in index, out UInt256 held));
            Assert.True(WadRay.TryRayDiv(amounts.CollateralTaken, in index, out UInt256 taken));
            Assert.True(WadRay.TryRayDiv(amounts.ProtocolFee, in index, out UInt256 fee));
            Assert.True(taken + fee <= account.ScaledSupply[Weth]);
            cut += amounts.CollateralTaken + amounts.ProtocolFee < held ? 1 : 0;
        }
        Assert.True(cut > 10, $"{cut} of the fees were cut");
    }

    [Fact]
    public void Predict_WhatTheContractRefuses_IsNamed()
    {
        Assert.Equal(LendingStatus.Healthy, Predict(Market(), 4.2, 3_300));
        Assert.Equal(LendingStatus.NoDebt, Predict(Market(900), 4.2, 3_300, debt: Weth));
        Assert.Equal(LendingStatus.NotCollateral, Predict(Market(900), 4.2, 3_300, collateral: Usdc));
        Assert.Equal(LendingStatus.ReserveInactive, Predict(Market(900), 4.2, 3_300, debt: 5));

        LendingMarket paused = Market(900);
        ref ReserveState state = ref paused.Reserve(Weth).State;
        state.Configuration = state.Configuration.WithPaused(true);
        Assert.Equal(LendingStatus.ReservePaused, Predict(paused, 4.2, 3_300));
        state.Configuration = state.Configuration.WithActive(false);
        Assert.Equal(LendingStatus.ReserveInactive, Predict(paused, 4.2, 3_300));
    }

    private LendingStatus Predict(LendingMarket market, double weth, double usdc, int collateral = Weth, int debt = Usdc) =>
        Liquidation.Predict(
            market, Account(market, Ether(weth), Usd(usdc)), collateral, debt, UInt256.MaxValue, Time, _entries, out _);

    private LendingStatus Predict(LendingMarket market, LendingAccount account, UInt256 cover, out LiquidationAmounts amounts) =>
        Liquidation.Predict(market, account, Weth, Usdc, in cover, Time, _entries, out amounts);
}
