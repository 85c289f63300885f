using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution.Fees;

public sealed class BurnBudgetTests
{
    private const long Noon = 1_700_049_600; // a full hour, and noon of its day
    private static readonly FeeLimits s_limits = new() { MaxHourWei = 100, MaxDayWei = 250 };

    [Fact]
    public void Check_UpToTheHoursLimit_IsWithinAndAWeiMoreIsNot()
    {
        BurnBudget budget = new(s_limits);
        budget.Burn(Noon, 60);
        Assert.Equal(BurnVerdict.Within, budget.Check(Noon + 3599, 40));
        Assert.Equal(BurnVerdict.HourSpent, budget.Check(Noon + 3599, 41));
        Assert.Equal(BurnVerdict.Within, budget.Check(Noon + 3600, 100));
    }

    [Fact]
    public void Check_DaysLimit_HoldsAcrossHoursUntilMidnight()
    {
        BurnBudget budget = new(s_limits);
        for (int hour = 0; hour < 3; hour++)
            budget.Burn(Noon + hour * 3600, 80);
        Assert.Equal(BurnVerdict.DaySpent, budget.Check(Noon + 4 * 3600, 11));
        Assert.Equal(BurnVerdict.Within, budget.Check(Noon + 12 * 3600, 100));
    }

    [Fact]
    public void Burn_ClockGoesBack_StaysCounted()
    {
        BurnBudget budget = new(s_limits);
        budget.Burn(Noon, 60);
        budget.Burn(Noon - 1, 30);
        Assert.Equal(BurnVerdict.HourSpent, budget.Check(Noon, 11));
        Assert.Equal(BurnVerdict.HourSpent, budget.Check(Noon - 10_000, 11));
    }

    [Fact]
    public void State_GivenToANewBudget_GoesOnWhereItWas()
    {
        BurnBudget before = new(s_limits);
        before.Burn(Noon, 95);
        BurnBudget after = new(s_limits, before.State);
        Assert.Equal(BurnVerdict.HourSpent, after.Check(Noon + 1, 6));
        after.Burn(Noon + 1, 5);
        Assert.Equal(BurnVerdict.HourSpent, after.Check(Noon + 2, 1));
    }

    [Fact]
    public void Burn_MoreThan256Bits_StaysAtTheTop()
    {
        BurnBudget budget = new(s_limits);
        budget.Burn(Noon, UInt256.MaxValue);
        budget.Burn(Noon, 1);
        Assert.Equal(BurnVerdict.HourSpent, budget.Check(Noon, 0));
    }

    [Fact]
    public void Check_NoLimits_IsAlwaysWithin() => Assert.Equal(BurnVerdict.Within, new BurnBudget(new FeeLimits()).Check(Noon, UInt256.MaxValue));

    [Fact]
    public void Cover_SumUpToTheBalance_IsCoveredAndAWeiMoreIsNot()
    {
        SlotCost[] live = [new(10, 100, 0), new(5, 100, 7)]; // 1000 and 507
        Assert.Equal(CoverVerdict.Covered, BalanceCover.Check(live, new SlotCost(1, 93, 0), 1_600, UInt256.MaxValue));
        Assert.Equal(CoverVerdict.BalanceShort, BalanceCover.Check(live, new SlotCost(1, 94, 0), 1_600, UInt256.MaxValue));
        Assert.Equal(CoverVerdict.AboveAccountLimit, BalanceCover.Check(live, default, 1_600, 1_506));
        Assert.Equal(CoverVerdict.Covered, BalanceCover.Check(live, default, 1_600, 1_507));
    }

    [Fact]
    public void Cover_SumPast256Bits_IsNeverCovered()
    {
        SlotCost[] live = [new(1, 1, UInt256.MaxValue), new(1, 1, UInt256.MaxValue)];
        Assert.Equal(UInt256.MaxValue, live[0].MostWei);
        Assert.Equal(CoverVerdict.AboveAccountLimit, BalanceCover.Check(live, default, UInt256.MaxValue, UInt256.MaxValue));
    }
}
