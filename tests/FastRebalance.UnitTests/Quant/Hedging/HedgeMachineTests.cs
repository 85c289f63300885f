using FastRebalance.Quant.Hedging;
using FastRebalance.Quant.Leverage;
using FastRebalance.Quant.Positions;

namespace FastRebalance.UnitTests.Quant.Hedging;

public class HedgeMachineTests
{
    private const double Price = 2000;

    private static readonly HedgeSettings s_settings = new() { Gas = 0.5, AbsoluteRiskAversion = 0.05 };
    private static readonly HedgeMachine s_machine = new(s_settings);

    // Ten units in a pool's range, hedged by ten borrowed ones with twice their value behind them.
    private static readonly HedgeView s_even = new(
        10, Exposures.Concentrated(5000, Price, 1600, 2500).Gamma, -10, 40_000, 0.9, 20_000, 0.8);

    [Fact]
    public void Decide_GapWithinItsBand_Holds()
    {
        (double trigger, double landing) = s_machine.BandOf(in s_even, Price);
        Assert.InRange(trigger, 0.01, 0.99);
        Assert.InRange(landing, 0, trigger);

        Assert.Equal(HedgeAction.Hold, s_machine.Decide(in s_even, Price).Action);
        Assert.Equal(HedgeAction.Hold, s_machine.Decide(s_even with { Delta = 10 + 0.999 * trigger }, Price).Action);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Decide_GapBeyondItsBand_LandsInside(double side)
    {
        (double trigger, _) = s_machine.BandOf(in s_even, Price);
        HedgeView view = s_even with { Delta = 10 + side * 1.01 * trigger };
        HedgeDecision decision = s_machine.Decide(in view, Price);

        Assert.Equal(HedgeAction.Rehedge, decision.Action);
        Assert.Equal(-side, Math.Sign(decision.HedgeUnits));
        HedgeView after = view with { Hedge = view.Hedge + decision.HedgeUnits };
        Assert.Equal(s_machine.BandOf(in view, Price).Landing, Math.Abs(s_machine.GapOf(in after)), 1e-12);
        Assert.Equal(HedgeAction.Hold, s_machine.Decide(in after, Price).Action);
    }

    [Fact]
    public void BandOf_NoGas_IsWhalleyAndWilmott()
    {
        HedgeMachine machine = new(s_settings with { Gas = 0 });
        double width = HedgeBand.HalfWidth(Price, s_even.Gamma, s_settings.Cost, s_settings.AbsoluteRiskAversion);
        (double trigger, double landing) = machine.BandOf(in s_even, Price);

        Assert.Equal(width, trigger, 1e-12);
        Assert.Equal(width, landing, 1e-12);
        Assert.True(s_machine.BandOf(in s_even, Price).Trigger > width);
        // Costs that swallow everything leave the cap: Set's basis trade is never off by more than a tenth.
        Assert.Equal(1, new HedgeMachine(s_settings with { Gas = 1e9 }).BandOf(in s_even, Price).Trigger, 1e-12);
    }

    [Fact]
    public void Decide_OutOfRange_GoesAllTheWay()
    {
        // Below its range a position stands still: nothing drifts, and the gap is worth paying for once.
        HedgeView view = s_even with { Gamma = Exposures.Concentrated(5000, 1500, 1600, 2500).Gamma, Delta = 11.5 };
        HedgeDecision decision = s_machine.Decide(in view, Price);
        Assert.Equal((HedgeAction.Rehedge, -1.5), (decision.Action, decision.HedgeUnits));
    }

    [Fact]
    public void Decide_LowMargin_IsToppedUpBeforeTheGap()
    {
        HedgeView low = s_even with { Margin = 1.25 / 0.9 * 20_000, Delta = 15 };
        HedgeDecision decision = s_machine.Decide(in low, Price);
        Assert.Equal(HedgeAction.TopUp, decision.Action);
        Assert.Equal(1.6, (low with { Margin = low.Margin + decision.Margin }).HealthAt(Price), 1e-12);
    }

    [Theory]
    [InlineData(1.25, HedgeAction.Shrink)]
    [InlineData(1.1, HedgeAction.Ripcord)]
    [InlineData(0.99, HedgeAction.Ripcord)]
    public void Decide_MarginThatCannotBeToppedUp_CutsBothLegs(double health, HedgeAction action)
    {
        HedgeView view = s_even with { Margin = health / 0.9 * 20_000, Spare = action == HedgeAction.Shrink ? 1 : 1e6 };
        HedgeDecision decision = s_machine.Decide(in view, Price);

        Assert.Equal(action, decision.Action);
        Assert.True(decision.HedgeUnits > 0);
        Assert.Equal(-decision.HedgeUnits, decision.OtherUnits, 1e-9); // even before, even after
        double spent = decision.HedgeUnits * Price / (1 - s_settings.Cost);
        HedgeView after = view with { Hedge = view.Hedge + decision.HedgeUnits, Margin = view.Margin - spent };
        Assert.Equal(1.6, after.HealthAt(Price), 1e-9);
    }

    [Fact]
    public void Decide_MarginToSpare_IsTakenOutLast()
    {
        HedgeView rich = s_even with { Margin = 60_000 };
        HedgeDecision decision = s_machine.Decide(in rich, Price);
        Assert.Equal(HedgeAction.TakeOut, decision.Action);
        Assert.Equal(1.6, (rich with { Margin = rich.Margin + decision.Margin }).HealthAt(Price), 1e-12);
        Assert.Equal(HedgeAction.Rehedge, s_machine.Decide(rich with { Delta = 12 }, Price).Action);
    }

    [Fact]
    public void Decide_NothingToSteerBy_IsNamed()
    {
        Assert.Equal(HedgeAction.Undecided, default(HedgeDecision).Action);
        Assert.Equal(HedgeAction.BadInput, s_machine.Decide(s_even with { Delta = double.NaN }, Price).Action);
        Assert.Equal(HedgeAction.BadInput, s_machine.Decide(in s_even, 0).Action);
        Assert.Equal(HedgeAction.Infeasible, s_machine.Decide(s_even with { Margin = 0 }, Price).Action);
        Assert.Equal(HedgeAction.Rehedge, s_machine.Decide(s_even with { Hedge = 0, Margin = 0 }, Price).Action);
    }

    public static TheoryData<HedgeSettings, string> BrokenSettings => new()
    {
        { s_settings with { Cost = 1 }, "cost" },
        { s_settings with { Gas = -1 }, "gas" },
        { s_settings with { AbsoluteRiskAversion = 0 }, "risk aversion" },
        { s_settings with { Ratio = 0 }, "ratio" },
        { s_settings with { MostGapShare = 0 }, "most gap" },
        { s_settings with { TopUpBelow = 1.1 }, "health must rise" },
        { s_settings with { TakeOutAbove = 1.6 }, "health must rise" },
    };

    [Theory, MemberData(nameof(BrokenSettings))]
    public void HedgeMachine_BrokenSetting_IsNamed(HedgeSettings settings, string fragment) =>
        Assert.Contains(fragment, Assert.Throws<ArgumentException>(() => new HedgeMachine(settings)).Message);
}
