using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class CalendarTests
{
    [Fact]
    public void Solve_ProportionalCost_IsTheClosedFormAndLosesMoreThanTheEdge()
    {
        const double drift = 0.04, price = 3.2, cost = 0.001;
        CalendarRule rule = Calendar.Solve(drift, price, cost, 0);

        Assert.Equal(Math.Cbrt(8 * cost * cost / (Math.PI * price * price * drift)), rule.PeriodYears, 1e-14);
        Assert.Equal(1.5632, rule.LossRate / NoTradeRegion.Edge(drift, price, cost).LossRate, 4);
    }

    [Fact]
    public void Solve_GasAlone_IsTheClosedForm()
    {
        CalendarRule rule = Calendar.Solve(0.04, 3.2, 0, 1e-4);

        Assert.Equal(Math.Sqrt(4 * 1e-4 / (3.2 * 0.04)), rule.PeriodYears, 1e-14);
    }

    [Fact]
    public void Solve_ManyAssets_IsAMinimum()
    {
        Random random = new(2);
        double[] covariance = RandomMarket.Covariance(random, 3), drift = new double[9], costs = [0.001, 0.002, 0.0005];
        DriftCovariance.Of([0.2, 0.3, 0.4], covariance, drift);
        CalendarRule rule = Calendar.Solve(drift, covariance, costs, 5, 1e-5);

        Assert.Equal(Loss(rule.PeriodYears), rule.LossRate, 1e-15);
        Assert.True(Loss(rule.PeriodYears * 1.01) > rule.LossRate && Loss(rule.PeriodYears * 0.99) > rule.LossRate);

        double Loss(double years) => 5 * RandomMarket.Dot(drift, covariance) * years / 4 + 1e-5 / years
            + Enumerable.Range(0, 3).Sum(i => costs[i] * Math.Sqrt(2 * drift[4 * i] / Math.PI / years));
    }

    [Fact]
    public void Solve_AtTheRim_HasANamedAnswer()
    {
        Assert.Equal(new CalendarRule(0, 0), Calendar.Solve(0.04, 3.2, 0, 0));
        Assert.Equal(CalendarRule.Never, Calendar.Solve(0, 3.2, 0.001, 0));
        Assert.Equal(CalendarRule.Never, Calendar.Solve(0.04, double.NaN, 0.001, 0));
        Assert.Equal(CalendarRule.Never, Calendar.Solve(0.04, 3.2, 0.001, double.PositiveInfinity));
    }
}
