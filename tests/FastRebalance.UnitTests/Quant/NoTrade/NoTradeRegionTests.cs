using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class NoTradeRegionTests
{
    // One asset of weight ½ beside cash, σ = 80 %, γ = 5: σ cancels out of the band.
    private const double Variance = 0.64;
    private const double DriftVariance = Variance / 16;
    private const double RiskPrice = 5 * Variance;

    // Minima of J found by Nelder-Mead, to six digits; γ = 5, w = ½, ε = 30 bp.
    [Theory]
    [InlineData(0, 0.038315, 0.038315)]
    [InlineData(1e-5, 0.053153, 0.026554)]
    [InlineData(1e-4, 0.072406, 0.017317)]
    [InlineData(1e-3, 0.114861, 0.007974)]
    public void Solve_KnownMinima_AreMet(double gas, double trigger, double landing)
    {
        NoTradeRule rule = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0.003, gas);

        Assert.Equal(trigger, rule.TriggerDrift, 6);
        Assert.Equal(landing, rule.LandingDrift, 6);
    }

    [Fact]
    public void Solve_Anywhere_IsALocalMinimumOfTheLoss()
    {
        Random random = new(11);
        for (int i = 0; i < 200; i++)
        {
            double a = Math.Exp(-8 + 6 * random.NextDouble()), q = Math.Exp(4 * random.NextDouble() - 2);
            double cost = Math.Exp(-10 + 5 * random.NextDouble()), gas = Math.Exp(-18 + 12 * random.NextDouble());
            NoTradeRule rule = NoTradeRegion.Solve(a, q, cost, gas);
            double best = Loss(a, q, cost, gas, rule.TriggerDrift, rule.LandingDrift);
            Assert.Equal(best, rule.LossRate, best * 1e-12);
            double step = 1e-3 * (rule.TriggerDrift - rule.LandingDrift);
            foreach ((double dh, double dr) in new[] { (step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step), (step, step), (step, -step) })
                Assert.True(Loss(a, q, cost, gas, rule.TriggerDrift + dh, Math.Abs(rule.LandingDrift + dr)) >= best * (1 - 1e-13));
        }
    }

    [Fact]
    public void Solve_GasGoesToZero_TendsToTheEdgeRule()
    {
        NoTradeRule edge = NoTradeRegion.Edge(DriftVariance, RiskPrice, 0.001);
        NoTradeRule nearly = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0.001, 1e-21);

        Assert.Equal(Math.Cbrt(1.5 * 0.001 / (16 * 5)), edge.TriggerDrift, 1e-15);
        Assert.Equal(edge, NoTradeRegion.Solve(DriftVariance, RiskPrice, 0.001, 0));
        Assert.Equal(edge.TriggerDrift, nearly.TriggerDrift, 1e-6);
        Assert.Equal(edge.LandingDrift, nearly.LandingDrift, 1e-6);
        Assert.Equal(edge.LossRate, nearly.LossRate, edge.LossRate * 1e-6);
    }

    [Fact]
    public void Solve_GasAlone_GoesToTarget()
    {
        NoTradeRule rule = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0, 1e-4);

        Assert.Equal(Math.Pow(12 * 1e-4 / (16 * 5), 0.25), rule.TriggerDrift, 1e-15);
        Assert.Equal(0, rule.LandingDrift, 1e-15);
    }

    [Fact]
    public void Solve_Volatility_DoesNotMoveTheBand()
    {
        NoTradeRule calm = NoTradeRegion.Solve(0.01 / 16, 5 * 0.01, 0.001, 1e-5);
        NoTradeRule wild = NoTradeRegion.Solve(4.0 / 16, 5 * 4.0, 0.001, 1e-5);

        Assert.Equal(calm.TriggerDrift, wild.TriggerDrift, 1e-14);
        Assert.Equal(calm.LandingDrift, wild.LandingDrift, 1e-14);
    }

    [Fact]
    public void Solve_DearerToTrade_WidensTheBand()
    {
        double last = 0;
        for (double cost = 0; cost < 0.02; cost += 0.0005)
        {
            double trigger = NoTradeRegion.Solve(DriftVariance, RiskPrice, cost, 1e-5).TriggerDrift;
            Assert.True(trigger > last);
            last = trigger;
        }
        NoTradeRule before = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0.001, 0);
        for (double gas = 1e-12; gas < 0.1; gas *= 3)
        {
            NoTradeRule rule = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0.001, gas);
            Assert.True(rule.TriggerDrift > before.TriggerDrift && rule.LandingDrift < before.LandingDrift);
            before = rule;
        }
    }

    [Fact]
    public void Solve_NothingToPay_TradesEveryDrift()
    {
        NoTradeRule rule = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0, 0);

        Assert.Equal((0.0, 0.0, 0.0), (rule.TriggerDrift, rule.LandingDrift, rule.LossRate));
        Assert.Equal(rule, NoTradeRegion.Edge(DriftVariance, RiskPrice, 0));
        Assert.Equal(rule, NoTradeRegion.ToTarget(DriftVariance, RiskPrice, 0));
    }

    [Theory]
    [InlineData(0, 1, 0.001, 0.001)]
    [InlineData(1, 0, 0.001, 0.001)]
    [InlineData(-1, 1, 0.001, 0.001)]
    [InlineData(1, -1, 0.001, 0.001)]
    [InlineData(1, 1, -0.001, 0.001)]
    [InlineData(1, 1, 0.001, -0.001)]
    [InlineData(double.NaN, 1, 0.001, 0.001)]
    [InlineData(1, double.NaN, 0.001, 0.001)]
    [InlineData(1, 1, double.NaN, 0.001)]
    [InlineData(1, 1, 0.001, double.NaN)]
    [InlineData(double.PositiveInfinity, 1, 0.001, 0.001)]
    [InlineData(1, 1, double.PositiveInfinity, 0.001)]
    [InlineData(1, 1, 0.001, double.PositiveInfinity)]
    [InlineData(1e300, 1e-300, 0, 1)]
    public void Solve_NoAnswer_NeverTrades(double driftVariance, double riskPrice, double cost, double gas)
    {
        Assert.Equal(NoTradeRule.Never, NoTradeRegion.Solve(driftVariance, riskPrice, cost, gas));
        Assert.False(NoTradeRule.Never.Pays(1, 0));
        Assert.Equal(0, NoTradeRule.Never.Value(0.1));
    }

    [Fact]
    public void Solve_ExtremeButSound_IsFinite()
    {
        foreach (double scale in new[] { 1e-30, 1e-12, 1, 1e12, 1e30 })
            foreach (double gas in new[] { 0, double.Epsilon, 1e-200, 1e-9, 1.0 })
            {
                NoTradeRule rule = NoTradeRegion.Solve(scale, scale, 1e-3, gas);
                Assert.True(
                    double.IsFinite(rule.TriggerDrift) && rule.TriggerDrift >= rule.LandingDrift && rule.LandingDrift >= 0,
                    $"{scale} {gas} {rule}");
                Assert.True(rule.LossRate > 0);
            }
    }

    [Fact]
    public void ToTarget_ProportionalCost_LosesTheCubeRootOfTwoMoreThanTheEdge()
    {
        NoTradeRule edge = NoTradeRegion.Edge(DriftVariance, RiskPrice, 0.001);
        NoTradeRule target = NoTradeRegion.ToTarget(DriftVariance, RiskPrice, 0.001);

        Assert.Equal(Math.Cbrt(6 * 0.001 * DriftVariance / RiskPrice), target.TriggerDrift, 1e-14);
        Assert.Equal(0, target.LandingDrift);
        Assert.Equal(Math.Cbrt(2), target.LossRate / edge.LossRate, 1e-12);
        Assert.Equal(0.75 * 0.001 * DriftVariance / edge.TriggerDrift, edge.LossRate, 1e-15);
    }

    [Fact]
    public void ToTarget_WithGas_LosesMoreThanTheBestLandingAndAsMuchWithGasAlone()
    {
        NoTradeRule best = NoTradeRegion.Solve(DriftVariance, RiskPrice, 0.001, 1e-5);
        NoTradeRule target = NoTradeRegion.ToTarget(DriftVariance, RiskPrice, 0.001, 1e-5);

        Assert.True(target.LossRate > best.LossRate);
        Assert.Equal(
            NoTradeRegion.Solve(DriftVariance, RiskPrice, 0, 1e-5).LossRate,
            NoTradeRegion.ToTarget(DriftVariance, RiskPrice, 0, 1e-5).LossRate,
            1e-15);
    }

    // The loss is checked by walking: a Brownian drift, put to the landing where it reaches the trigger. Steps see the barrier late, by
    // 0.5826 standard deviations of a step (Siegmund); the trigger walked is closer by that much.
    [Theory]
    [InlineData(0.001, 1e-5)]
    [InlineData(0, 1e-4)]
    [InlineData(0.003, 1e-7)]
    public void Solve_Simulated_LosesWhatItSays(double cost, double gas)
    {
        const int steps = 4_000_000;
        const double years = 4_000;
        NoTradeRule rule = NoTradeRegion.Solve(DriftVariance, RiskPrice, cost, gas);
        Random random = new(5);
        double deviation = Math.Sqrt(DriftVariance * years / steps);
        double barrier = rule.TriggerDrift - 0.5826 * deviation;
        double x = 0, risk = 0, costs = 0;
        for (int i = 0; i < steps; i++)
        {
            // A sum of three uniforms has the right variance, and is normal enough over hundreds of steps.
            x += deviation * 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            risk += x * x;
            if (Math.Abs(x) < barrier)
                continue;
            costs += cost * (rule.TriggerDrift - rule.LandingDrift) + gas;
            x = Math.CopySign(rule.LandingDrift, x);
        }
        double loss = RiskPrice * risk / steps / 2 + costs / years;

        Assert.InRange(loss / rule.LossRate, 0.96, 1.04);
    }

    private static double Loss(double a, double q, double cost, double gas, double h, double r) =>
        q * (h * h + r * r) / 12 + a * (cost / (h + r) + gas / (h * h - r * r));
}
