using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Planning;
using FastRebalance.Engine.Targets;
using FastRebalance.Quant.NoTrade;

namespace FastRebalance.UnitTests.Engine.Planning;

public sealed class PlannerTests
{
    private const PlanParts Found = PlanParts.Estimates | PlanParts.Covariance | PlanParts.Regions | PlanParts.Ellipsoid;

    [Fact]
    public void Observe_BeforeTheWarmUp_NoPlanIsDue()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick).Start();
        Assert.Equal(0, bench.Walk(29).Plans);
        Assert.True(bench.Walk(3).Plans > 0);
    }

    [Fact]
    public void Observe_WarmedUp_APlanIsDueEveryTimeItsTimeComes()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick with { Every = TimeSpan.FromMinutes(10) }).Start().Walk(35);
        int before = bench.Plans;
        Assert.Equal(before + 6, bench.Walk(60).Plans);
    }

    [Fact]
    public void Plan_TenDaysOfKnownVolatility_IsEstimated()
    {
        PlannerBench bench = new PlannerBench(
            PlannerBench.Fixed, new() { HalfLife = TimeSpan.FromDays(3), Shrinkage = 0, Every = TimeSpan.FromHours(1) }).Start().Walk(14_400);
        Assert.Equal(0, bench.RefusedPlans);
        Plan plan = bench.Engine.Plan;
        Assert.Equal(PlannerBench.WethVolatility, plan.Assets[0].Volatility, 0.04);
        Assert.Equal(PlannerBench.WbtcVolatility, plan.Assets[1].Volatility, 0.03);
        Assert.Equal(0, plan.Assets[2].Volatility);
        Assert.Equal(
            PlannerBench.Correlation, plan.Covariance[1] / (plan.Assets[0].Volatility * plan.Assets[1].Volatility), 0.04);
        Assert.Equal(plan.Covariance[1], plan.Covariance[3]);
        Assert.InRange(plan.Stress, 1, 1.15);
        Assert.Equal(bench.Weth, plan.Assets[0].AnchorPrice, bench.Weth * 0.01);
    }

    // The formula with its inputs worked out beside it: A_ii/(γΣ_ii), the cost and the gas of 300 000 at 10 gwei.
    [Fact]
    public void Plan_FixedWeights_EveryAssetHasTheRegionOfItsDrift()
    {
        PlannerOptions options = PlannerBench.Quick with { Costs = [0.001, 0.003, 0] };
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, options).Start().Walk(200);
        Plan plan = bench.Engine.Plan;
        Assert.True(plan.Has(Found));
        Assert.False(plan.Has(PlanParts.Targets));

        double[] w = [0.5, 0.2, 0.3], s = plan.Covariance.ToArray(), drift = new double[9];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 3; k++)
                    for (int l = 0; l < 3; l++)
                        drift[(i * 3) + j] += w[i] * ((i == k ? 1 : 0) - w[k]) * s[(k * 3) + l] * w[j] * ((j == l ? 1 : 0) - w[l]);
        double total = (100 * bench.Weth) + (5 * bench.Wbtc) + 50_000;
        Assert.Equal(300_000 * 1e-8 * bench.Weth, plan.AverageGasNumeraire, 0.03 * plan.AverageGasNumeraire);
        for (int i = 0; i < 2; i++)
        {
            PlanAsset line = plan.Assets[i];
            Assert.Equal(drift[i * 4], line.DriftVariance, 1e-9);
            Assert.Equal(5 * s[i * 4], line.RiskPrice, 1e-9);
            Assert.Equal(options.Costs[i], line.Cost);
            NoTradeRule rule = NoTradeRegion.Solve(drift[i * 4], 5 * s[i * 4], options.Costs[i], plan.AverageGasNumeraire / total);
            Assert.Equal(rule.TriggerDrift, line.TriggerDrift, 0.01 * rule.TriggerDrift);
            Assert.Equal(rule.LandingDrift, line.LandingDrift, 0.01 * rule.LandingDrift);
            Assert.InRange(line.LandingDrift, 1e-6, line.TriggerDrift);
        }
        Assert.Equal(1, plan.Assets[2].TriggerDrift); // cash is what the others leave
    }

    [Fact]
    public void Plan_TargetOfZero_HasABandOfItsOwn()
    {
        FixedWeightsTarget target = new(new() { Weights = new() { ["WETH"] = 0.6, ["USDC"] = 0.4 } }, EngineBench.Symbols);
        PlanAsset line = new PlannerBench(target, PlannerBench.Quick).Start().Walk(60).Engine.Plan.Assets[1];
        Assert.InRange(line.TriggerDrift, 1e-5, 0.05);
        Assert.Equal(0, line.LandingDrift);
    }

    [Fact]
    public void Plan_SameEventsAgain_SamePlansToTheByte()
    {
        RiskParityTarget Target() => new(new(), EngineBench.Symbols, EngineBench.Usdc);
        PlannerBench first = new PlannerBench(Target(), PlannerBench.Quick).Start().Walk(300);
        PlannerBench second = new(Target(), PlannerBench.Quick);
        foreach (MarketEvent e in first.Seen)
        {
            second.NowUnixNs = e.UnixNs;
            second.Send(e);
        }
        Assert.NotEmpty(first.Planned);
        Assert.True(Bytes(first).SequenceEqual(Bytes(second)));

        static ReadOnlySpan<byte> Bytes(PlannerBench bench) => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(bench.Planned));
    }

    // Correlation plays no part between two: equal risk is one over the volatility.
    [Fact]
    public void Plan_RiskParity_BringsTheWeightsOfEqualRisk()
    {
        PlannerBench bench = new PlannerBench(
            new RiskParityTarget(new() { Cash = 0.2 }, EngineBench.Symbols, EngineBench.Usdc),
            PlannerBench.Quick with { HalfLife = TimeSpan.FromDays(3), Every = TimeSpan.FromHours(1) }).Start().Walk(5_000);
        Plan plan = bench.Engine.Plan;
        Assert.True(plan.Has(Found | PlanParts.Targets));
        double inverse0 = 1 / plan.Assets[0].Volatility, inverse1 = 1 / plan.Assets[1].Volatility;
        Assert.Equal(0.8 * inverse0 / (inverse0 + inverse1), plan.Assets[0].TargetWeight, 1e-6);
        Assert.Equal(0.2, plan.Assets[2].TargetWeight, 1e-9);
        Assert.Equal(0, bench.RefusedPlans);
    }

    // All in the calmer of two is what the least variance wants here; the rail keeps a fifth in the other.
    [Fact]
    public void Plan_MinimumVariance_StaysOffTheGuardRail()
    {
        MinimumVarianceTarget target = new(new(), EngineBench.Symbols, EngineBench.Usdc);
        Plan Planned(double rail) => new PlannerBench(target, PlannerBench.Quick with { GuardRail = rail, Every = TimeSpan.FromHours(1) })
            .Start().Walk(3_000).Engine.Plan;
        Assert.InRange(Planned(0).Assets[0].TargetWeight, 0, 0.15);
        Assert.Equal(0.2, Planned(0.2).Assets[0].TargetWeight, 1e-9);
    }

    [Fact]
    public void Plan_VolatilityJumps_WeightsMoveNoFasterThanTheLimit()
    {
        VolatilityTargetTarget target = new(
            new() { Weights = new() { ["WETH"] = 1 }, Volatility = 0.4 }, EngineBench.Symbols, EngineBench.Usdc);
        PlannerBench bench = new PlannerBench(
            target, PlannerBench.Quick with { HalfLife = TimeSpan.FromHours(1), SpeedLimit = 0.01 }).Start().Walk(120);
        double before = bench.Engine.Plan.Assets[0].TargetWeight, fastest = 0, first = before, stress = 1;
        for (int i = 0; i < 120; i++)
        {
            double now = bench.Walk(1, volatility: 4).Engine.Plan.Assets[0].TargetWeight;
            fastest = Math.Max(fastest, Math.Abs(now - before));
            stress = Math.Max(stress, bench.Engine.Plan.Stress);
            before = now;
        }
        Assert.Equal(0.01, fastest, 1e-9);
        Assert.InRange(before, 0, 0.5 * first);
        Assert.InRange(stress, 1.5, 4);
    }

    [Fact]
    public void Observe_FeedSilentForHours_IsNoCalmAndNoStorm()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick).Start().Walk(600);
        double before = bench.Engine.Plan.Assets[0].Volatility;
        bench.NowUnixNs += 3 * 60 * PlannerBench.MinuteNs;
        bench.Weth *= Math.Exp(PlannerBench.WethVolatility * Math.Sqrt(3.0 / (24 * 365))); // as far as one deviation of three hours
        bench.Walk(3);
        double after = bench.Engine.Plan.Assets[0].Volatility;
        Assert.InRange(after / before, 0.9, 1.15);
    }

    [Fact]
    public void Observe_OnePriceMissing_SamplesArePassedOverAndNothingIsForgotten()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick).Start().Walk(600);
        double[] before = bench.Engine.Plan.Covariance.ToArray();
        int samples = bench.Planner.Samples;
        for (int i = 0; i < 60; i++)
            bench.Minute(wbtc: false);
        Assert.InRange(bench.Planner.Samples, samples, samples + 3);
        Assert.True(bench.Planner.SkippedSamples >= 57);
        Assert.Equal(before[4], bench.Engine.Plan.Covariance[4], 0.02 * before[4]);
        bench.Walk(5);
        Assert.True(bench.Planner.Samples > samples + 3);
    }

    // One print at half the price and back: the naive estimate would be near 16 for a year of such minutes.
    [Fact]
    public void Observe_OneBadPrint_MovesTheEstimateLittleAndTheAnchorNotAtAll()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick with { HalfLife = TimeSpan.FromDays(3) }).Start().Walk(3_000);
        double before = bench.Engine.Plan.Assets[0].Volatility, price = bench.Weth;
        bench.Weth = price / 2;
        bench.Minute();
        bench.Weth = price;
        bench.Minute();
        Assert.Equal(price, bench.Engine.Plan.Assets[0].AnchorPrice, 0.01 * price);
        bench.Minute();
        Assert.InRange(bench.Engine.Plan.Assets[0].Volatility / before, 1, 1.05);
    }

    [Fact]
    public void Observe_UnusablePrices_AreNotSampled()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick).Start().Walk(100);
        foreach (double bad in new[] { double.NaN, 0, -1, double.PositiveInfinity })
        {
            bench.Price(EngineBench.Weth, bad);
            bench.Walk(1);
        }
        Assert.True(double.IsFinite(bench.Engine.Plan.Assets[0].Volatility));
        Assert.Equal(0, bench.RefusedPlans);
    }

    [Fact]
    public void Observe_ManyEvents_AllocatesNothing()
    {
        PlannerBench bench = new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick with { Every = TimeSpan.FromDays(30) }).Start().Walk(60);
        MarketEvent e = new() { Kind = MarketEventKind.Price };
        e.Price.NumerairePerToken = 2500;
        e.UnixNs = bench.NowUnixNs;
        int plans = 0, samples = bench.Planner.Samples;
        for (int i = 0; i < 200; i++)
            Step();
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 2_000; i++)
                Step();
        Assert.Equal(0, watch.LeastBytes);
        Assert.InRange(plans, 0, 2);
        Assert.InRange(bench.Planner.Samples, samples + 500, samples + 600);

        void Step()
        {
            e.UnixNs += PlannerBench.MinuteNs / 4;
            e.Subject = e.Subject == EngineBench.Weth.Value ? EngineBench.Wbtc.Value : EngineBench.Weth.Value;
            if (bench.Planner.Observe(in e))
                plans++;
        }
    }

    [Fact]
    public void Plan_NothingObserved_SaysNothingThatCannotBe()
    {
        Planner planner = new(PlannerBench.Setup, PlannerBench.Fixed, PlannerBench.Quick);
        List<MarketEvent> plan = [];
        planner.Plan(plan);
        MarketState market = new(PlannerBench.Setup);
        foreach (MarketEvent e in plan)
            Assert.Equal(ApplyVerdict.Applied, market.Apply(in e));
        Assert.False(market.Plan.Has(PlanParts.Regions));
    }
}
