using FastRebalance.Quant.Leverage;

namespace FastRebalance.UnitTests.Quant.Leverage;

public class CollateralMachineTests
{
    private static readonly CollateralSettings s_settings = new();
    private static readonly CollateralMachine s_machine = new(s_settings);

    // 4.2 WETH with a threshold of .825 against 3300 (health 1.05 at 1000), and 5 against 1000 (4.125).
    [Theory]
    [InlineData(4.2, 3300, CollateralAction.Repay)]
    [InlineData(5, 1000, CollateralAction.Boost)]
    [InlineData(5, 2750, CollateralAction.Hold)]
    [InlineData(5, 0, CollateralAction.NoDebt)]
    public void Decide_KnownHealth_LandsWhereItShould(double units, double debt, CollateralAction action)
    {
        const double cost = 0.004;
        CollateralHolding holding = new(units, 0.825, debt);
        CollateralDecision decision = s_machine.Decide(in holding, 1000, cost);

        Assert.Equal(action, decision.Action);
        if (decision.Value == 0)
            return;
        double way = action == CollateralAction.Repay ? -1 : 1;
        CollateralHolding after = action == CollateralAction.Repay
            ? holding with { Units = units - decision.Value / 1000, Debt = debt - decision.Value * (1 - cost) }
            : holding with { Units = units + decision.Value * (1 - cost) / 1000, Debt = debt + decision.Value };
        Assert.Equal(1.5, after.HealthAt(1000), 1e-12);
        Assert.Equal(CollateralLanding.Landed, s_machine.Check(in decision, holding.HealthAt(1000), after.HealthAt(1000)));
        Assert.Equal(CollateralLanding.WrongWay, s_machine.Check(in decision, 1.5, 1.5 + way * 0.01));
        Assert.Equal(CollateralLanding.WrongWay, s_machine.Check(in decision, 1.5, 1.5));
        Assert.Equal(CollateralLanding.Overshot, s_machine.Check(in decision, holding.HealthAt(1000), 1.5 - way * 0.051));
        Assert.Equal(CollateralLanding.FellShort, s_machine.Check(in decision, holding.HealthAt(1000), 1.5 + way * 0.051));
        Assert.Equal(CollateralLanding.Unchecked, s_machine.Check(default, 1, 2));
    }

    [Fact]
    public void Decide_NoWayThere_IsInfeasible()
    {
        // The landing times what is left of a sale does not exceed the threshold.
        Assert.Equal(CollateralAction.Infeasible, s_machine.Decide(new(4.2, 0.825, 3300), 1000, 0.5).Action);
        // All of the collateral is not enough.
        Assert.Equal(CollateralAction.Infeasible, s_machine.Decide(new(4.2, 0.825, 4190), 1000, 0.01).Action);
        Assert.Equal(CollateralAction.BadInput, s_machine.Decide(new(4.2, 0.825, 3300), double.NaN, 0).Action);
        Assert.Equal(CollateralAction.BadInput, s_machine.Decide(new(4.2, 0.825, 3300), 1000, 1).Action);
        Assert.Equal(CollateralAction.BadInput, s_machine.Decide(new(0, 0.825, 3300), 1000, 0).Action);
        Assert.Equal(CollateralAction.Undecided, default(CollateralDecision).Action);
    }

    [Fact]
    public void QuietRangeOf_SeededStates_IsWhereItHolds()
    {
        Random random = new(47);
        int held = 0, acts = 0;
        for (int i = 0; i < 100_000; i++)
        {
            CollateralHolding holding = new(
                0.1 + random.NextDouble(), 0.5 + 0.5 * random.NextDouble(), Math.Exp(7 * random.NextDouble()),
                random.Next(2) * random.NextDouble() * 50);
            QuietRange range = s_machine.QuietRangeOf(in holding);
            double edge = random.Next(2) == 0 ? range.Low : range.High;
            double price = random.Next(4) switch
            {
                0 => edge,
                1 => Math.BitIncrement(edge),
                2 => Math.BitDecrement(edge),
                _ => edge * Math.Exp(random.NextDouble() - 0.5),
            };
            if (!(price > 0))
                continue;
            CollateralAction action = s_machine.Decide(in holding, price, 0.001).Action;
            Assert.Equal(range.Holds(price), action == CollateralAction.Hold);
            double health = holding.HealthAt(price);
            if (Math.Abs(health - 1.25) > 1e-9 && Math.Abs(health - 1.8) > 1e-9)
                Assert.Equal(health is >= 1.25 and <= 1.8, action == CollateralAction.Hold);
            (held, acts) = range.Holds(price) ? (held + 1, acts) : (held, acts + 1);
        }
        Assert.True(held > 20_000 && acts > 20_000);
        Assert.Equal(QuietRange.Everywhere, s_machine.QuietRangeOf(new(1, 0.8, 0)));
    }

    public static TheoryData<CollateralSettings, string> BrokenSettings => new()
    {
        { s_settings with { MostOffset = 0 }, "offset must" },
        { s_settings with { RepayBelow = 1 }, "above a health of 1" },
        { s_settings with { RepayTo = 1.29 }, "repayment must land" },
        { s_settings with { BoostTo = 1.76 }, "borrowing must land" },
        { s_settings with { RepayTo = 1.76 }, "could land above" },
        { s_settings with { BoostTo = 1.29 }, "could land below" },
        { s_settings with { RepayTo = double.NaN }, "repayment must land" },
    };

    [Theory, MemberData(nameof(BrokenSettings))]
    public void CollateralMachine_BrokenSetting_IsNamed(CollateralSettings settings, string fragment) =>
        Assert.Contains(fragment, Assert.Throws<ArgumentException>(() => new CollateralMachine(settings)).Message);

    [Fact]
    public void Decide_NeverBoosting_HoldsAtAnyHealth() => Assert.Equal(
        CollateralAction.Hold,
        new CollateralMachine(s_settings with { BoostAbove = double.PositiveInfinity }).Decide(new(5, 0.8, 1), 1000, 0).Action);
}
