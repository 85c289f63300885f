using FastRebalance.Amm;
using FastRebalance.Bench.Routing;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Results;
using FastRebalance.Native;
using FastRebalance.Routing.Baskets;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Routing;

public sealed class BasketPlannerTests
{
    private const double MostGap = 1e-9;
    private const int MostStops = 24;

    private static readonly double[] Depths = [3, 10, 100, 1e3, 1e4, 1e5, 1e6];
    private static readonly double[] Noises = [0, 0.5, 0.9];

    /// <summary>Beyond the bound of a billionth a plan may miss one smallest unit for each leg, on either side of it.</summary>
    [Theory]
    [InlineData(BasketGoal.TargetWeights)]
    [InlineData(BasketGoal.TrackingError)]
    [InlineData(BasketGoal.MostOfOne)]
    public void Plan_ThousandsOfSeededMarkets_GapIsWithinABillionthAndAUnitALeg(BasketGoal goal)
    {
        PlanVerifier verifier = new();
        List<string> misses = [];
        for (int seed = 0; seed < 3_334; seed++)
        {
            RoutingMarket market = Market(seed, goal);
            (BasketPlan plan, BasketStatus status) = PlanOf(market);
            double allowed = MostGap + UnitsOf(market, plan);
            bool isRight = status is BasketStatus.Planned or BasketStatus.NothingToDo && plan.Gap <= allowed && plan.Gap <= plan.GapOfDoingNothing;
            PlanReport? report = !isRight || seed % 25 == 0 ? verifier.Verify(market.Pools, market.Request, plan) : null;
            if (!isRight || report is { IsVerified: false })
                misses.Add($"seed {seed}: {status}, {plan.LegCount} legs, {plan.Iterations} steps, gap {plan.Gap:E2} of {plan.GapOfDoingNothing:E2}, allowed {allowed:E2}: {report}");
        }
        Assert.True(misses.Count == 0, $"{misses.Count} misses\n" + string.Join("\n", misses.Take(12)));
    }

    [Fact]
    public void Plan_AfterEveryChangeOfAPool_IsAsGoodAsFromTheStart()
    {
        RoutingMarket market = new(7, 12, 60, 50, 0.5);
        market.Request.AllowCycles = true;
        BasketPlanner warm = new(market.Pools, 12);
        BasketPlan plan = new(12, warm.MaxLegs), fresh = new(12, warm.MaxLegs);
        for (int i = 0; i < 300; i++)
        {
            market.Disturb();
            Assert.Equal(BasketStatus.Planned, warm.Plan(market.Request, [], plan));
            Assert.Equal(BasketStatus.Planned, new BasketPlanner(market.Pools, 12).Plan(market.Request, [], fresh));
            Assert.InRange(plan.Gap, -1e-12, MostGap + UnitsOf(market, plan));
            Assert.Equal(fresh.Bound, plan.Bound, 1e-9);
        }
    }

    [Fact]
    public void Plan_NativeAndManaged_AreTheSamePlan()
    {
        Assert.SkipUnless(DualSolve.IsAvailable(out string why), why);
        for (int seed = 0; seed < 400; seed++)
        {
            RoutingMarket market = Market(seed, (BasketGoal)(1 + seed % 3));
            market.Request.NumerairePerGas = seed % 2 == 0 ? 0 : 1e-3;
            BasketPlanner native = new(market.Pools, market.Request.AssetCount), managed = new(market.Pools, market.Request.AssetCount, managed: true);
            BasketPlan left = new(market.Request.AssetCount, native.MaxLegs), right = new(market.Request.AssetCount, native.MaxLegs);
            Assert.Equal(("native", "managed"), (native.SearchName, managed.SearchName));
            for (int round = 0; round < 2; round++)
            {
                Assert.Equal(native.Plan(market.Request, [], left), managed.Plan(market.Request, [], right));
                Assert.Equal(left.TraceHash, right.TraceHash);
                Assert.Equal(left.DualPrices, right.DualPrices);
                Assert.Equal(left.FinalHoldings, right.FinalHoldings);
                Assert.Equal(left.Legs.ToArray(), right.Legs.ToArray());
                Assert.Equal((left.Value, left.Bound, left.Gap), (right.Value, right.Bound, right.Gap));
                market.Disturb();
            }
        }
    }

    [Theory]
    [InlineData(BasketGoal.TargetWeights)]
    [InlineData(BasketGoal.TrackingError)]
    [InlineData(BasketGoal.MostOfOne)]
    public void Plan_GasOfFewPools_ChoosesAsTryingEverySetDoes(BasketGoal goal)
    {
        List<string> misses = [];
        for (int seed = 0; seed < 60; seed++)
        {
            Random random = new(seed);
            int pools = random.Next(2, 11);
            RoutingMarket market = new(seed, random.Next(2, Math.Min(5, pools + 1)), pools, 20, 0.8, concentrated: 0); // what a range costs in gas is only known once it is crossed
            SetGoal(market, goal);
            market.Request.AllowCycles = true;
            market.Request.NumerairePerGas = Math.Pow(10, -3 + 3 * random.NextDouble());
            (BasketPlan plan, _) = PlanOf(market);
            double best = BestOfEverySet(market);
            if (!(plan.Value >= best - 1e-9 - UnitsOf(market, plan)))
                misses.Add($"seed {seed}: {plan.Status}, {plan.LegCount} legs, {plan.Value:R}, every set {best:R}");
        }
        Assert.True(misses.Count == 0, string.Join("\n", misses));
    }

    [Fact]
    public void Plan_ExactOut_BringsWhatIsOwedAndTakesTheLeast()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            RoutingMarket market = new(seed, 5, 12, 50, 0.001);
            SetGoal(market, BasketGoal.MostOfOne);
            BasketRequest request = market.Request;
            Array.Clear(request.Holdings);
            request.Kept = AssetId.FromIndex(0);
            UInt256.TryFromDoubleFloor(1e6 / request.ReferencePrices[0], out request.Holdings[0]);
            UInt256.TryFromDoubleFloor(1e5 / request.ReferencePrices[4], out request.Owed[4]);
            (BasketPlan plan, BasketStatus status) = PlanOf(market);
            Assert.Equal(BasketStatus.Planned, status);
            Assert.True(plan.FinalHoldings[4] >= request.Owed[4]);
            Assert.InRange(plan.Gap, -1e-12, MostGap + UnitsOf(market, plan));
            PlanReport report = new PlanVerifier().Verify(market.Pools, request, plan);
            Assert.True(report.IsVerified, $"seed {seed}: {report}");
        }
    }

    [Fact]
    public void Plan_Repeated_AllocatesNothing()
    {
        RoutingMarket market = new(3, 20, 120, 100, 0.002);
        market.Request.AllowCycles = true;
        foreach (bool isManaged in new[] { false, true })
        {
            BasketPlanner planner = new(market.Pools, 20, isManaged);
            BasketPlan plan = new(20, planner.MaxLegs);
            long least = long.MaxValue;
            for (int round = 0; round < 3; round++)
            {
                planner.Plan(market.Request, [], plan);
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 20; i++)
                {
                    market.Disturb();
                    market.Request.NumerairePerGas = i % 2 == 0 ? 0 : 1e-4;
                    planner.Plan(market.Request, [], plan);
                    planner.Price(market.Request, out _);
                }
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void Plan_PoolChangedSince_IsToldApart()
    {
        RoutingMarket market = new(1, 5, 12, 50, 0);
        BasketPlanner planner = new(market.Pools, 5);
        BasketPlan plan = new(5, planner.MaxLegs);
        planner.Plan(market.Request, [], plan);
        Assert.True(planner.IsCurrent(plan));
        market.Disturb();
        Assert.False(planner.IsCurrent(plan));
        Assert.Equal(PlanVerdict.StateChanged, new PlanVerifier().Verify(market.Pools, market.Request, plan).Verdict);
    }

    [Fact]
    public void Plan_BarredPools_AreLeftAlone()
    {
        RoutingMarket market = new(5, 6, 30, 20, 0.001);
        BasketPlanner planner = new(market.Pools, 6);
        BasketPlan plan = new(6, planner.MaxLegs);
        byte[] barred = [.. Enumerable.Range(0, 30).Select(i => (byte)(i % 3 == 2 ? 1 : 0))];
        Assert.Equal(BasketStatus.Planned, planner.Plan(market.Request, barred, plan));
        foreach (BasketLeg leg in plan.Legs)
            Assert.Equal(0, barred[leg.Pool.Index]);
        Assert.Equal(BasketStatus.BadShape, planner.Plan(market.Request, new byte[3], plan));
    }

    public static TheoryData<string, BasketStatus> BadRequests => new()
    {
        { "no goal", BasketStatus.BadGoal },
        { "price NaN", BasketStatus.BadNumber },
        { "price zero", BasketStatus.BadNumber },
        { "price infinite", BasketStatus.BadNumber },
        { "weights off", BasketStatus.BadNumber },
        { "weight negative", BasketStatus.BadNumber },
        { "gas negative", BasketStatus.BadNumber },
        { "slippage one", BasketStatus.BadNumber },
        { "nothing held", BasketStatus.NothingHeld },
        { "kept none", BasketStatus.BadGoal },
    };

    [Theory, MemberData(nameof(BadRequests))]
    public void Plan_BadRequest_IsRefusedByName(string mistake, BasketStatus expected)
    {
        RoutingMarket market = new(1, 4, 8, 50, 0);
        BasketRequest request = market.Request;
        switch (mistake)
        {
            case "no goal": request.Goal = BasketGoal.None; break;
            case "price NaN": request.ReferencePrices[1] = double.NaN; break;
            case "price zero": request.ReferencePrices[1] = 0; break;
            case "price infinite": request.ReferencePrices[1] = double.PositiveInfinity; break;
            case "weights off": request.Weights[0] += 0.1; break;
            case "weight negative": request.Weights[0] = -0.1; break;
            case "gas negative": request.NumerairePerGas = -1; break;
            case "slippage one": request.MaxSlippage = 1; break;
            case "nothing held": Array.Clear(request.Holdings); break;
            case "kept none": (request.Goal, request.Kept) = (BasketGoal.MostOfOne, AssetId.None); break;
        }
        Assert.Equal(expected, PlanOf(market).Status);
    }

    [Fact]
    public void Plan_NoPools_SaysEmptyGraph()
    {
        BasketRequest request = new RoutingMarket(1, 4, 8, 50, 0).Request;
        BasketPlanner planner = new([], 4);
        Assert.Equal(BasketStatus.EmptyGraph, planner.Plan(request, [], new BasketPlan(4, planner.MaxLegs)));
    }

    private static RoutingMarket Market(int seed, BasketGoal goal)
    {
        Random random = new(seed);
        int assets = random.Next(2, 13);
        double depth = Depths[random.Next(Depths.Length)];
        RoutingMarket market = new(seed, assets, random.Next(assets, 41), depth, Noises[random.Next(Noises.Length)]);
        market.Request.AllowCycles = true;
        SetGoal(market, goal);
        return market;
    }

    private static void SetGoal(RoutingMarket market, BasketGoal goal)
    {
        market.Request.Goal = goal;
        market.Request.Aversion = 20;
        market.Request.Kept = AssetId.FromIndex(market.Request.AssetCount - 1);
    }

    private static (BasketPlan Plan, BasketStatus Status) PlanOf(RoutingMarket market)
    {
        BasketPlanner planner = new(market.Pools, market.Request.AssetCount);
        BasketPlan plan = new(market.Request.AssetCount, planner.MaxLegs);
        return (plan, planner.Plan(market.Request, [], plan));
    }

    /// <summary>
    /// One smallest unit of each side of every leg, as a share of the portfolio; a concentrated pool rounds at every stop of its
    /// loop, and a leg there makes a few.
    /// </summary>
    private static double UnitsOf(RoutingMarket market, BasketPlan plan)
    {
        double units = 0;
        foreach (BasketLeg leg in plan.Legs)
        {
            double both = plan.DualPrices[leg.Sell.Index] + plan.DualPrices[leg.Buy.Index];
            units += market.Pools[leg.Pool.Index] is ConcentratedPool ? MostStops * both : both;
        }
        return units;
    }

    /// <summary>The best value over all sets of pools, each planned without gas and charged for the legs it has.</summary>
    private static double BestOfEverySet(RoutingMarket market)
    {
        BasketRequest request = market.Request;
        double gas = request.NumerairePerGas;
        BasketPlanner planner = new(market.Pools, request.AssetCount);
        BasketPlan plan = new(request.AssetCount, planner.MaxLegs);
        byte[] barred = new byte[market.Pools.Count];
        double worth = Enumerable.Range(0, request.AssetCount).Sum(a => request.ReferencePrices[a] * (double)request.Holdings[a]);
        double best = double.NegativeInfinity;
        for (int set = 0; set < 1 << market.Pools.Count; set++)
        {
            for (int i = 0; i < barred.Length; i++)
                barred[i] = (byte)(set >> i & 1);
            request.NumerairePerGas = 0;
            planner.Plan(request, barred, plan);
            double cost = 0;
            foreach (BasketLeg leg in plan.Legs)
                cost += leg.Gas * gas / worth;
            if (plan.Status is BasketStatus.Planned or BasketStatus.NothingToDo)
                best = Math.Max(best, plan.Value - cost);
        }
        request.NumerairePerGas = gas;
        return best;
    }
}
