using FastRebalance.Core.Assets;
using FastRebalance.Lending;
using static FastRebalance.UnitTests.Lending.LendingSamples;

namespace FastRebalance.UnitTests.Lending;

public sealed class ReserveStateTests
{
    private static readonly LendingReserve s_reserve = Market().Reserve(Usdc);
    private static readonly RateStrategy s_strategy = s_reserve.Facts.Strategy!;

    [Fact]
    public void TryBorrow_MoreThanThereIs_IsRefused()
    {
        ReserveState state = s_reserve.State;
        Assert.False(state.TryBorrow(s_strategy, Time + 1, state.Available + UInt256.One));
    }

    [Fact]
    public void TryBorrow_PastTheKink_PaysTheSteepSlope()
    {
        ReserveState gentle = s_reserve.State, steep = s_reserve.State;
        Assert.True(gentle.TryBorrow(s_strategy, Time, gentle.Available / 10 * 8));
        Assert.True(steep.TryBorrow(s_strategy, Time, steep.Available / 10 * 9));
        Assert.Equal((UInt128)s_strategy.Slope1, gentle.Rates.Borrow);
        Assert.Equal((UInt128)(s_strategy.Slope1 + (s_strategy.Slope2 >> 1)), steep.Rates.Borrow);
    }

    [Fact]
    public void TryRepay_AllThatIsOwed_LeavesNoDebtAndPaysTheTreasury()
    {
        ReserveState state = s_reserve.State;
        Assert.True(state.TryBorrow(s_strategy, Time, state.Available >> 1));
        Assert.Equal(LendingStatus.Exact, state.DebtIndexAt(Time + Interest.SecondsPerYear, out UInt256 index));
        Assert.True(WadRay.TryRayMul(state.ScaledDebt, in index, out UInt256 owed));
        Assert.True(state.TryRepay(s_strategy, Time + Interest.SecondsPerYear, in owed));
        Assert.Equal(UInt128.Zero, state.ScaledDebt);
        Assert.Equal(default, state.Rates);
        Assert.NotEqual(UInt128.Zero, state.AccruedToTreasury);
    }

    [Fact]
    public void IncomeAt_BeforeTheLastUpdate_SaysSo()
    {
        Assert.Equal(LendingStatus.TimeRunsBack, s_reserve.State.IncomeAt(Time - 1, out _));
        Assert.Equal(LendingStatus.TimeRunsBack, s_reserve.State.DebtIndexAt(Time - 1, out _));
    }

    [Fact]
    public void Create_DecimalsBeyondALimb_NamesTheReserve() =>
        Assert.Contains("20 decimals", Assert.Throws<ArgumentException>(() => LendingSamples.Reserve(0, 20, default)).Message);
}
