using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine.Triggers;

public class BandTriggerTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    // bt tests/test_algos.py @bd5650a, RunIfOutOfBounds(0.5) on targets of one half each, and the start.
    [Theory]
    [InlineData(0.5, 0.5, false)]
    [InlineData(0.25, 0.75, false)]
    [InlineData(0.24, 0.76, true)]
    [InlineData(0.75, 0.25, false)]
    [InlineData(0.76, 0.24, true)]
    public void Relative_VectorsOfBt_FireStrictlyOutside(double first, double second, bool fires)
    {
        RelativeBandTrigger trigger = new(new() { RelativePercent = 50 }, 3, PolicyTier.Economic);

        Assert.Equal(fires, trigger.Fires(At([first, second, 0], [0.5, 0.5, 0])));
    }

    [Theory]
    [InlineData(0.0009, false)]
    [InlineData(0.0011, true)]
    public void Relative_ZeroTarget_AllowsDust(double held, bool fires)
    {
        RelativeBandTrigger trigger = new(new() { RelativePercent = 25, DustBps = 10 }, 3, PolicyTier.Economic);

        Assert.Equal(fires, trigger.Fires(At([held, 0.5, 0.5 - held], [0, 0.5, 0.5])));
    }

    // lumibot issues #783 and #793: relative drift went wrong for shorts. A target counts by its size.
    [Theory]
    [InlineData(-0.24, false)]
    [InlineData(-0.26, true)]
    [InlineData(-0.16, false)]
    [InlineData(-0.14, true)]
    public void Relative_NegativeTarget_CountsBySize(double weight, bool fires)
    {
        RelativeBandTrigger trigger = new(new() { RelativePercent = 25 }, 3, PolicyTier.Economic);

        Assert.Equal(fires, trigger.Fires(At([weight, 0.7, 0.5 - weight], [-0.2, 0.7, 0.5 - weight])));
    }

    // The table of the 5/25 rule as published (bogleheads, whitecoatinvestor): target, lowest and highest weight in per cent.
    [Theory]
    [InlineData(60, 55, 65)]
    [InlineData(20, 15, 25)]
    [InlineData(10, 7.5, 12.5)]
    [InlineData(5, 3.75, 6.25)]
    public void FiveTwentyFive_PublishedTable_FiresOutsideIt(double target, double low, double high)
    {
        const double hair = 1e-7;
        FiveTwentyFiveTrigger trigger = new(new(), 2, PolicyTier.Economic);

        Assert.False(Fires(low + hair));
        Assert.False(Fires(high - hair));
        Assert.True(Fires(low - hair));
        Assert.True(Fires(high + hair));

        bool Fires(double percent)
        {
            RebalanceCycle cycle = new EngineBench().Cycle;
            cycle.Targets[0] = target / 100;
            cycle.Weights[0] = percent / 100;
            cycle.Drift[0] = cycle.Weights[0] - cycle.Targets[0];
            return trigger.Fires(cycle);
        }
    }

    // Upper and lower reach of a weight of 40 % in a band from 35 % to 45 %, computed outside: +0.102041 and -0.106383.
    [Theory]
    [InlineData(0.30, 0.15, 0.102041)]
    [InlineData(0.50, 0.15, 0.106383)]
    [InlineData(0.40, 0.05, 0.102041)]
    public void Reach_WeightInABand_IsTheFormula(double target, double halfWidth, double expected) =>
        Assert.Equal(expected, Bands.Reach(0.4, target, halfWidth), 6);

    [Fact]
    public void DriftBand_AssetWithItsOwn_IsHeldToIt()
    {
        DriftBandTrigger trigger = new(new() { AbsoluteBps = 300, PerAsset = { ["WETH"] = 150 } }, EngineBench.Symbols);

        Assert.False(trigger.Fires(At([0.514, 0.2, 0.286], [0.5, 0.2, 0.3])));
        Assert.True(trigger.Fires(At([0.516, 0.2, 0.284], [0.5, 0.2, 0.3])));
        Assert.False(trigger.Fires(At([0.5, 0.229, 0.271], [0.5, 0.2, 0.3])));
        Assert.True(trigger.Fires(At([0.5, 0.231, 0.269], [0.5, 0.2, 0.3])));
    }

    [Fact]
    public void DriftBand_Read_TellsTheNearestAssetAndItsBand()
    {
        DriftBandTrigger trigger = new(new() { AbsoluteBps = 300, PerAsset = { ["WETH"] = 150 } }, EngineBench.Symbols);

        TriggerReading reading = trigger.Read(At([0.51, 0.185, 0.305], [0.5, 0.2, 0.3]));

        Assert.Equal((0.01, 0.015, TriggerUnit.Fraction), (Math.Round(reading.Value, 9), Math.Round(reading.Limit, 9), reading.Unit));
    }

    [Theory]
    [InlineData(PolicyTier.Economic, 1, 0.0101)]
    [InlineData(PolicyTier.Economic, 2, 0.0201)]
    [InlineData(PolicyTier.Economic, 50, 0.0301)] // the cap
    [InlineData(PolicyTier.Safety, 1, 0.0101)]
    [InlineData(PolicyTier.Safety, 4, 0.0051)] // tightened by the root of the stress
    [InlineData(PolicyTier.Safety, 50, 0.0034)] // the cap
    public void DriftBand_InStress_EconomyWidensAndSafetyTightens(PolicyTier tier, double stress, double firesAt)
    {
        DriftBandTrigger trigger = new(new() { AbsoluteBps = 100, StressWidening = 1, StressTightening = 0.5 }, tier: tier);
        _bench.Stress(stress);

        _bench.Cycle.MaxDrift = firesAt;
        Assert.True(trigger.Fires(_bench.Cycle));
        _bench.Cycle.MaxDrift = firesAt - 0.0002;
        Assert.False(trigger.Fires(_bench.Cycle));
    }

    [Fact]
    public void Region_BeforeAPlan_NeverFiresAndNeedsNotBeAsked()
    {
        NoTradeRegionTrigger trigger = new(new(), 3, PolicyTier.Economic);
        RebalanceCycle cycle = At([0, 1, 0], [0.5, 0.2, 0.3]);

        Assert.False(trigger.Fires(cycle));
        Assert.Equal(TriggerFence.Endless, trigger.Fence(cycle));
        Assert.Equal(TriggerReading.None, trigger.Read(cycle));
    }

    [Fact]
    public void Region_CashAdrift_DoesNotCount()
    {
        NoTradeRegionTrigger trigger = new(new(), 3, PolicyTier.Economic);
        _bench.Plan(PlanParts.Regions, [Region(0.03), Region(0.02), Region(0)]);

        Assert.False(trigger.Fires(At([0.525, 0.215, 0.26], [0.5, 0.2, 0.3])));
        Assert.True(trigger.Fires(At([0.531, 0.2, 0.269], [0.5, 0.2, 0.3])));
        Assert.True(trigger.Fires(At([0.5, 0.179, 0.321], [0.5, 0.2, 0.3])));
    }

    // The three modes at sigma 0.8 and a cost of 30 bps: TE / sigma, b0 (eps / eps0)^(1/3), z sigma sqrt(tau) w (1 - w).
    [Theory]
    [InlineData("tracking-error", 0.02 / 0.8, 0.02 / 1.6)]
    [InlineData("cost", 0.015, 0.015 * 2)]
    [InlineData("noise", 0.02093, 0.04186)]
    public void Volatility_EachMode_FollowsItsEstimate(string mode, double band, double bandAtTwiceAndEightfold)
    {
        VolatilityBandTrigger trigger = new(
            new() { Mode = mode, TrackingErrorBps = 200, AbsoluteBps = 150, ReferenceCostBps = 30, Sigmas = 2, Horizon = TimeSpan.FromDays(1) },
            3,
            PolicyTier.Economic);

        Estimate(0.8, 0.003);
        Assert.Equal(band, trigger.Read(At([0.51, 0.2, 0.29], [0.5, 0.2, 0.3])).Limit, 5);
        Estimate(1.6, 0.024);
        Assert.Equal(bandAtTwiceAndEightfold, trigger.Read(At([0.51, 0.2, 0.29], [0.5, 0.2, 0.3])).Limit, 5);
    }

    [Fact]
    public void Volatility_EstimateWavers_BandStandsStill()
    {
        VolatilityBandTrigger trigger = new(new() { Mode = "tracking-error", TrackingErrorBps = 200, Hysteresis = 0.1 }, 3, PolicyTier.Economic);
        double[] limits = new double[5];
        double[] estimates = [0.8, 0.87, 0.73, 0.89, 0.85];
        for (int i = 0; i < limits.Length; i++)
        {
            Estimate(estimates[i], 0.003);
            limits[i] = trigger.Read(At([0.51, 0.2, 0.29], [0.5, 0.2, 0.3])).Limit;
        }

        Assert.Equal([0.02 / 0.8, 0.02 / 0.8, 0.02 / 0.8, 0.02 / 0.89, 0.02 / 0.89], limits);
    }

    [Fact]
    public void Volatility_ExtremeEstimates_StayBetweenTheCaps()
    {
        VolatilityBandTrigger trigger = new(
            new() { Mode = "tracking-error", TrackingErrorBps = 200, MinBps = 50, MaxBps = 400 }, 3, PolicyTier.Economic);
        RebalanceCycle cycle = At([0.51, 0.2, 0.29], [0.5, 0.2, 0.3]);

        Estimate(1e-6, 0.003);
        Assert.Equal(0.04, trigger.Read(cycle).Limit);
        Estimate(1e6, 0.003);
        Assert.Equal(0.005, trigger.Read(cycle).Limit);
    }

    private static PlanAsset Region(double trigger) => new() { TriggerDrift = trigger, LandingDrift = trigger / 2, DriftVariance = trigger };

    private void Estimate(double volatility, double cost) => _bench.Plan(
        PlanParts.Estimates | PlanParts.Regions, [new() { Volatility = volatility, Cost = cost, AnchorPrice = 2500 }, default, default]);

    private RebalanceCycle At(double[] weights, double[] targets) => _bench.Weighed(weights, targets);
}
