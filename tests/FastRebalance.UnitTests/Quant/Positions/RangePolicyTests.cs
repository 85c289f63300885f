using FastRebalance.Quant.Positions;

namespace FastRebalance.UnitTests.Quant.Positions;

public class RangePolicyTests
{
    private static readonly RangePolicy s_policy = new(widening: 2, mostHalfWidth: 1, margin: 0.1);

    // 100 000 in ±5 %, a daily volatility of 3 %, 700 a day in fees, 20 of gas and 10 bp to swap half.
    private static readonly RangeView s_view = new(2000, 0.05, 2000, 100_000, 0.03, 700, 20, 0.001);

    [Fact]
    public void Decide_InsideAndJustOutside_Stays()
    {
        double trigger = RangePolicy.RuleOf(in s_view, 0.05).TriggerDrift;
        Assert.InRange(trigger, 0.05, 0.1);
        foreach (double drift in new[] { 0, 0.049, -0.0501, 0.999 * trigger, -0.999 * trigger })
            Assert.Equal((RangeAction.Stay, 0.05), s_policy.Decide(s_view with { Price = 2000 * Math.Exp(drift) }));
        foreach (double drift in new[] { 1.001 * trigger, -1.001 * trigger, 3 })
            Assert.Equal((RangeAction.Recentre, 0.05), s_policy.Decide(s_view with { Price = 2000 * Math.Exp(drift) }));
    }

    // The gain of a move is its cost at the trigger, less before: no move whose expected gain is under its cost.
    [Fact]
    public void Decide_SeededViews_NeverPaysMoreThanItGains()
    {
        Random random = new(71);
        int moves = 0, stays = 0;
        for (int i = 0; i < 100_000; i++)
        {
            RangeView view = View(random);
            RangeRule rule = RangePolicy.RuleOf(in view, view.HalfWidth);
            (RangeAction action, double width) = s_policy.Decide(in view);
            double gain = rule.GainAt(view.Drift);
            Assert.True(double.IsFinite(gain) && gain >= 0);
            if (action == RangeAction.Stay)
            {
                stays++;
                Assert.True(gain < view.Cost * (1 + 1e-9) || view.Cost == 0);
                Assert.True(Math.Abs(view.Drift) < rule.TriggerDrift);
                continue;
            }
            moves++;
            Assert.True(gain >= view.Cost * (1 - 1e-7), $"{view}: {gain} for {view.Cost}");
            Assert.True(Math.Abs(view.Drift) >= view.HalfWidth && view.DailyCarry > 0);
            Assert.True(action == RangeAction.Recentre
                ? width == view.HalfWidth
                : width > view.HalfWidth && RangePolicy.RuleOf(in view, width).DailyIncome > 1.1 * rule.DailyIncome);
        }
        Assert.True(moves > 10_000 && stays > 10_000, $"{moves} {stays}");
    }

    [Fact]
    public void RangeRule_DearerWilderOrPoorer_WaitsLonger()
    {
        double trigger = new RangeRule(0.05, 0.03, 300, 70).TriggerDrift;
        Assert.True(new RangeRule(0.05, 0.03, 300, 71).TriggerDrift > trigger);
        Assert.True(new RangeRule(0.05, 0.031, 300, 70).TriggerDrift > trigger);
        Assert.True(new RangeRule(0.05, 0.03, 299, 70).TriggerDrift > trigger);
        Assert.Equal(0.05, new RangeRule(0.05, 0.03, 300, 0).TriggerDrift);
        Assert.Equal(double.PositiveInfinity, new RangeRule(0.05, 0.03, -1, 70).TriggerDrift);
        Assert.Equal(0, new RangeRule(0.05, 0.03, 0, 70).GainAt(9));
    }

    // J is highest at the trigger, and it is what a walk of fair steps earns under the rule.
    [Fact]
    public void RangeRule_FairWalk_EarnsWhatIsPromised()
    {
        const double carry = 10, cost = 5, variance = 1;
        const int ends = 20; // the range, in steps
        RangeRule rule = new(1, 1, carry, cost);
        Assert.Equal(1.5, rule.TriggerDrift, 1e-12);
        foreach (double other in new[] { 1, 1.4, 1.6, 2.5 })
            Assert.True(Income(other) < rule.DailyIncome, $"{other}");
        Assert.Equal(rule.DailyIncome, Income(1.5), 1e-12);

        Random random = new(73);
        double days = 0, income = 0;
        int at = 0;
        for (int i = 0; i < 20_000_000; i++)
        {
            double day = 1.0 / (ends * ends);
            days += day;
            income += Math.Abs(at) < ends ? carry * day : Math.Abs(at) == ends ? carry * day / 2 : 0;
            at += random.Next(2) * 2 - 1;
            if (Math.Abs(at) < 1.5 * ends)
                continue;
            income -= cost;
            at = 0;
        }
        Assert.Equal(1, income / days / rule.DailyIncome, 0.02);

        static double Income(double h) => (carry * (2 * h - 1) - cost * variance) / (h * h);
    }

    [Fact]
    public void Decide_PriceHoversAtAnEdge_MovesOnce()
    {
        RangeView view = s_view;
        double trigger = RangePolicy.RuleOf(in view, 0.05).TriggerDrift;
        int moves = 0;
        for (int i = 0; i < 10_000; i++)
        {
            view = view with { Price = 2000 * Math.Exp(trigger + (i % 2 == 0 ? 0.002 : -0.002)) };
            if (s_policy.Decide(in view).Action != RangeAction.Stay)
            {
                moves++;
                view = view with { Centre = view.Price };
            }
        }
        Assert.Equal(1, moves);
    }

    // Two moves are at least a range apart, whatever the price does.
    [Fact]
    public void Decide_SeededWalk_MovesNoMoreOftenThanThePriceTravels()
    {
        Random random = new(79);
        RangeView view = s_view;
        double travelled = 0;
        int moves = 0;
        for (int i = 0; i < 200_000; i++)
        {
            double step = 0.002 * RandomMarket.Normal(random);
            travelled += Math.Abs(step);
            view = view with { Price = view.Price * Math.Exp(step) };
            (RangeAction action, double width) = s_policy.Decide(in view);
            if (action is RangeAction.Stay)
                continue;
            Assert.True(Math.Abs(view.Drift) >= view.HalfWidth);
            view = view with { Centre = view.Price, HalfWidth = width };
            moves++;
        }
        Assert.InRange(moves, 10, travelled / 0.05);
    }

    [Fact]
    public void Decide_MovesDearAgainstIncome_Widens()
    {
        RangeView dear = s_view with { HalfWidth = 0.3, Price = 2000 * Math.Exp(-4.5), DailyFees = 85, Gas = 5_000 };
        Assert.True(dear.DailyCarry > 0);
        Assert.Equal((RangeAction.Widen, 0.6), new RangePolicy(2, 1, 0.05).Decide(in dear));
        Assert.Equal((RangeAction.Recentre, 0.3), new RangePolicy(2, 0.3, 0.05).Decide(in dear));
        Assert.Equal((RangeAction.Recentre, 0.3), new RangePolicy(2, 1, 0.1).Decide(in dear));
        Assert.Equal((RangeAction.Recentre, 0.05), s_policy.Decide(s_view with { Price = 20_000 }));
    }

    [Fact]
    public void Decide_FeesBelowTheLoss_LeavesTheRangeAlone()
    {
        RangeView poor = s_view with { DailyFees = 400, Price = 20_000 };
        Assert.True(poor.DailyCarry < 0);
        Assert.Equal(RangeAction.Stay, s_policy.Decide(in poor).Action);
    }

    [Fact]
    public void Decide_NothingToSteerBy_IsNamed()
    {
        Assert.Equal(RangeAction.Undecided, default);
        Assert.Equal(RangeAction.BadInput, s_policy.Decide(s_view with { Price = double.NaN }).Action);
        Assert.Equal(RangeAction.BadInput, s_policy.Decide(s_view with { DailyVolatility = 0 }).Action);
        Assert.Equal(RangeAction.BadInput, s_policy.Decide(s_view with { Gas = -1 }).Action);
        Assert.Throws<ArgumentException>(() => new RangePolicy(1, 1, 0));
        Assert.Throws<ArgumentException>(() => new RangePolicy(2, 0, 0));
        Assert.Throws<ArgumentException>(() => new RangePolicy(2, 1, -1));
    }

    [Fact]
    public void DailyCarry_WholeCurve_LosesAnEighthOfTheVariance() =>
        Assert.Equal(-100_000 * 0.0009 / 8, (s_view with { HalfWidth = 1e3, DailyFees = 0 }).DailyCarry, 1e-9);

    private static RangeView View(Random random)
    {
        double width = Math.Exp(-5 + 4 * random.NextDouble()), volatility = Math.Exp(-5 + 3 * random.NextDouble());
        double value = Math.Exp(5 + 10 * random.NextDouble());
        double loss = value * volatility * volatility / 8 * RangePolicy.Concentration(width);
        return new RangeView(
            1000, width, 1000 * Math.Exp(width * 4 * (random.NextDouble() - 0.5)), value, volatility,
            loss * 4 * random.NextDouble(), Math.Exp(4 * random.NextDouble()) - 1, 0.003 * random.NextDouble());
    }
}
