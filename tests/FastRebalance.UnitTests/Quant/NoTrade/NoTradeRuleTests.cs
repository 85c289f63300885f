using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Quant.NoTrade;

public class NoTradeRuleTests
{
    private const double Gas = 2e-5;
    private readonly NoTradeRule _rule = NoTradeRegion.Solve(0.04, 3.2, 0.001, Gas);

    [Fact]
    public void GasFraction_OfASolvedRule_IsWhatItWasMadeFor()
    {
        Assert.Equal(Gas, _rule.GasFraction, Gas * 1e-9);
        Assert.Equal(Gas, NoTradeRegion.ToTarget(0.04, 3.2, 0.001, Gas).GasFraction, Gas * 1e-9);
        Assert.Equal(0, NoTradeRegion.Edge(0.04, 3.2, 0.001).GasFraction);
    }

    [Fact]
    public void Value_AtTriggerAndLanding_HasTheCostForItsSlope()
    {
        const double step = 1e-7;
        foreach (double x in new[] { _rule.TriggerDrift - step, _rule.LandingDrift, _rule.TriggerDrift + 2 * step, 0.5 })
            Assert.Equal(0.001, (_rule.Value(x + step) - _rule.Value(x - step)) / (2 * step), 1e-7);
        Assert.Equal(_rule.Value(0.02), _rule.Value(-0.02));
        Assert.Equal(0, _rule.Value(0));
    }

    [Fact]
    public void Value_InsideTheBand_ObeysItsEquation()
    {
        // ½a²V″ + ½qx² = J
        const double step = 1e-4;
        foreach (double x in new[] { 0.0, 0.005, 0.01, 0.02 })
        {
            double curvature = (_rule.Value(x + step) - 2 * _rule.Value(x) + _rule.Value(x - step)) / (step * step);
            Assert.Equal(_rule.LossRate, 0.5 * 0.04 * curvature + 0.5 * 3.2 * x * x, _rule.LossRate * 1e-4);
        }
    }

    [Fact]
    public void Pays_AtTheGasItWasMadeFor_FromTheTriggerOn()
    {
        Assert.False(_rule.Pays(_rule.TriggerDrift * 0.999, Gas));
        Assert.True(_rule.Pays(_rule.TriggerDrift, Gas));
        Assert.True(_rule.Pays(-_rule.TriggerDrift, Gas));
        Assert.True(_rule.Pays(0.3, Gas));
        Assert.True(_rule.Pays(3, Gas));
    }

    [Fact]
    public void Pays_CheaperGas_FromASmallerDriftOn()
    {
        double x = (_rule.TriggerDrift + _rule.LandingDrift) / 2;

        Assert.False(_rule.Pays(x, Gas));
        Assert.True(_rule.Pays(x, Gas / 10));
        Assert.False(_rule.Pays(_rule.LandingDrift, 0));
    }

    [Fact]
    public void Pays_DearerGas_FromTheTriggerOfThatGasOn()
    {
        double later = NoTradeRegion.Solve(0.04, 3.2, 0.001, 5 * Gas).TriggerDrift;

        Assert.False(_rule.Pays(later * 0.999, 5 * Gas));
        Assert.True(_rule.Pays(later * 1.001, 5 * Gas));
    }

    [Fact]
    public void Pays_MoreDriftOrLessGas_NeverTurnsAYesIntoANo()
    {
        for (double gas = 1e-7; gas < 1e-2; gas *= 1.7)
        {
            bool paid = false;
            for (double x = 0; x < 0.5; x += 0.001)
            {
                bool pays = _rule.Pays(x, gas);
                Assert.True(pays || !paid, $"a drift of {x} no longer pays at gas {gas}");
                Assert.True(!pays || _rule.Pays(x, gas / 2));
                paid = pays;
            }
        }
    }

    [Fact]
    public void Pays_NotANumberOrDefault_IsNo()
    {
        Assert.False(_rule.Pays(double.NaN, Gas));
        Assert.False(_rule.Pays(0.3, double.NaN));
        Assert.False(_rule.Pays(0.3, -1));
        Assert.False(_rule.Pays(0.3, double.PositiveInfinity));
        Assert.False(default(NoTradeRule).Pays(0.3, 0));
        Assert.False((_rule with { TriggerDrift = double.NaN }).Pays(0.3, Gas * 2));
    }

    [Fact]
    public void Pays_NothingToPay_ForAnyDrift()
    {
        NoTradeRule rule = NoTradeRegion.Solve(0.04, 3.2, 0, 0);

        Assert.True(rule.Pays(1e-6, 0));
        Assert.False(rule.Pays(0, 0));
        Assert.False(rule.Pays(1e-6, 1e-5));
    }

    [Fact]
    public void Pays_Always_AllocatesNothing()
    {
        double sum = Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += Ask();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(sum > 0);

        double Ask() => (_rule.Pays(0.3, Gas) ? 1 : 0) + (_rule.Pays(0.3, 9 * Gas) ? 1 : 0) + _rule.Value(0.01);
    }
}
