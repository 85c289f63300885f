using System.Diagnostics;
using FastRebalance.Bench.Latency;
using FastRebalance.Core.Baskets;
using FastRebalance.Engine.Routing;
using FastRebalance.Native;
using FastRebalance.Routing.Baskets;
using FastRebalance.Routing.Paths;

namespace FastRebalance.Bench.Routing;

/// <summary>
/// What planning a basket costs, from the start and after one pool has moved, and what the best path costs. Calm markets are as arbitrage leaves
/// them, every pool within its fee; there every plan's gap is looked at. Random ones are those of the papers, pools that disagree by far,
/// where most of the trade is a circle. Everywhere the native and the managed planner must give the same plan.
/// </summary>
public static class RoutingBench
{
    private const double Depth = 100;
    private const double Noise = 0.9;
    private const double RandomDepth = 10;
    private const double RandomNoise = 40;
    private const int ColdRounds = 5;
    private const int WarmUpRounds = 6;

    // What a swap of 150 000 gas costs a portfolio of a million at 10 gwei and 2 700 a coin.
    private const double NumerairePerGas = 2.7e-5;

    private const int PathPools = 200;
    private const int PathAssets = 20;
    private const int PathHops = 3;

    // Calls are counted, and what is called often compiled for good, only once nothing new was compiled for a tenth of a second.
    private static readonly TimeSpan s_compilerPause = TimeSpan.FromMilliseconds(250);

    private static readonly (int Assets, int Pools)[] s_sizes = [(8, 40), (20, 200), (50, 1000), (100, 1000)];

    /// <summary>Measures everything on the calling thread.</summary>
    /// <param name="markets">Seeded markets of each size.</param>
    /// <param name="changes">Pools that move, one after the other, in each.</param>
    public static RoutingBenchResult Run(int markets, int changes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(markets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(changes, 1);
        List<string> wrong = [];
        List<RoutingFigures> figures = [];
        int mismatches = 0;
        long allocated = 0, stray = 0;
        WarmUp();
        foreach (bool isCalm in new[] { true, false })
            foreach ((int assets, int pools) in s_sizes)
            {
                figures.Add(Run(isCalm, assets, pools, markets, changes, ref mismatches, wrong, out AllocationTally tally));
                allocated += tally.AllocatedBytes;
                stray += tally.StrayBytes;
            }
        return new RoutingBenchResult(
            Machine.Processor, Machine.Cores, Machine.Runtime, Machine.Load, DualSolve.IsAvailable(out _) ? "native" : "managed", Depth,
            figures, PathUs(managed: false), PathUs(managed: true), mismatches, allocated, stray, wrong);
    }

    /// <summary>The compiler's own time is not the planner's.</summary>
    private static void WarmUp()
    {
        int mismatches = 0;
        for (int round = 0; round < WarmUpRounds; round++)
        {
            foreach (bool isCalm in new[] { true, false })
            {
                Run(isCalm, 8, 40, 12, 40, ref mismatches, [], out _);
                Run(isCalm, 20, 200, 6, 20, ref mismatches, [], out _);
            }
            PathUs(managed: true);
            Thread.Sleep(s_compilerPause);
        }
    }

    private static RoutingMarket MarketOf(bool isCalm, int seed, int assets, int pools) => isCalm
        ? new RoutingMarket(seed, assets, pools, Depth, Noise)
        : new RoutingMarket(seed, assets, pools, RandomDepth, RandomNoise, spread: 1.5, concentrated: 0);

    private static RoutingFigures Run(
        bool isCalm, int assets, int pools, int markets, int changes, ref int mismatches, List<string> wrong, out AllocationTally tally)
    {
        List<double> cold = [], warm = [], coldPlan = [], warmPlan = [], gasPlan = [];
        double worst = 0;
        tally = new AllocationTally();
        for (int seed = 0; seed < markets; seed++)
        {
            RoutingMarket market = MarketOf(isCalm, seed, assets, pools);
            BasketPlanner planner = new(market.Pools, assets), twin = new(market.Pools, assets, managed: true);
            BasketPlan plan = new(assets, planner.MaxLegs), twinPlan = new(assets, planner.MaxLegs);
            planner.Plan(market.Request, [], plan);
            planner.Price(market.Request, out _);
            warm.Capacity = cold.Capacity = warmPlan.Capacity = coldPlan.Capacity = gasPlan.Capacity = markets * (changes + ColdRounds);
            for (int i = 0; i < ColdRounds; i++)
            {
                planner.Forget();
                cold.Add(TimePrice(planner, market.Request, tally));
                planner.Forget();
                coldPlan.Add(TimePlan(planner, market.Request, plan, tally));
            }
            twin.Forget();
            twin.Plan(market.Request, [], twinPlan);
            mismatches += Same(plan, twinPlan) ? 0 : 1;
            if (isCalm)
                Look(plan, $"{assets}/{pools}, seed {seed}", wrong, ref worst);
            for (int i = 0; i < changes; i++)
            {
                market.Disturb();
                warm.Add(TimePrice(planner, market.Request, tally));
                if (i % 10 != 0)
                    continue;
                market.Disturb();
                warmPlan.Add(TimePlan(planner, market.Request, plan, tally));
                if (isCalm)
                    Look(plan, $"{assets}/{pools}, seed {seed}, change {i}", wrong, ref worst);
            }
            gasPlan.Add(TimeGas(planner, twin, market, plan, twinPlan, tally, ref mismatches));
        }
        return new RoutingFigures(
            isCalm ? "calm" : "random", assets, pools, Percentile(cold, 0.5), Percentile(warm, 0.5), Percentile(warm, 0.99), Percentile(coldPlan, 0.5),
            Percentile(warmPlan, 0.5), Percentile(gasPlan, 0.5), isCalm ? worst : double.NaN);
    }

    /// <summary>A plan that pays for its gas, prices known; the second of two, so that the first may write what pools have changed.</summary>
    private static double TimeGas(
        BasketPlanner planner, BasketPlanner twin, RoutingMarket market, BasketPlan plan, BasketPlan twinPlan, AllocationTally tally, ref int mismatches)
    {
        market.Request.NumerairePerGas = NumerairePerGas;
        planner.Plan(market.Request, [], plan);
        double time = TimePlan(planner, market.Request, plan, tally);
        planner.Forget();
        twin.Forget();
        planner.Plan(market.Request, [], plan);
        twin.Plan(market.Request, [], twinPlan);
        mismatches += Same(plan, twinPlan) ? 0 : 1;
        market.Request.NumerairePerGas = 0;
        return time;
    }

    private static double TimePrice(BasketPlanner planner, BasketRequest request, AllocationTally tally)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        planner.Price(request, out _);
        long end = Stopwatch.GetTimestamp();
        tally.Add(GC.GetAllocatedBytesForCurrentThread() - bytes);
        return Microseconds(end - start);
    }

    private static double TimePlan(BasketPlanner planner, BasketRequest request, BasketPlan plan, AllocationTally tally)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        planner.Plan(request, [], plan);
        long end = Stopwatch.GetTimestamp();
        tally.Add(GC.GetAllocatedBytesForCurrentThread() - bytes);
        return Microseconds(end - start);
    }

    /// <summary>The gap beyond one smallest unit on either side of every leg, which whole numbers cost.</summary>
    private static void Look(BasketPlan plan, string where, List<string> wrong, ref double worst)
    {
        double units = 0;
        foreach (BasketLeg leg in plan.Legs)
            units += plan.DualPrices[leg.Sell.Index] + plan.DualPrices[leg.Buy.Index];
        double gap = Math.Max(0, plan.Gap - units);
        worst = Math.Max(worst, gap);
        if (plan.Status is not (BasketStatus.Planned or BasketStatus.NothingToDo) || !(plan.Gap <= plan.GapOfDoingNothing))
            wrong.Add($"{where}: {plan.Status}, gap {plan.Gap:E2}, doing nothing {plan.GapOfDoingNothing:E2}");
    }

    private static bool Same(BasketPlan left, BasketPlan right)
    {
        if (left.Status != right.Status || left.TraceHash != right.TraceHash || left.LegCount != right.LegCount
            || !left.DualPrices.AsSpan().SequenceEqual(right.DualPrices) || !left.FinalHoldings.AsSpan().SequenceEqual(right.FinalHoldings))
            return false;
        for (int i = 0; i < left.LegCount; i++)
            if (!left.Legs[i].Equals(right.Legs[i]))
                return false;
        return true;
    }

    /// <summary>The best path of three pools for pairs and amounts never asked for before; median.</summary>
    private static double PathUs(bool managed)
    {
        RoutingMarket market = new(1, PathAssets, PathPools, Depth, Noise);
        int edges = RouteGraph.CountEdges(market.Pools);
        if (!managed && !PathSearch.IsAvailable(out _))
            return double.NaN;
        IPathSearch search = managed ? new ManagedPathSearch(PathAssets, edges) : new NativePathSearch(PathAssets, edges);
        RouteGraph graph = new(market.Pools, PathAssets, search);
        graph.Refresh();
        int[] path = new int[PathHops];
        double[] value = new double[1];
        List<double> times = [];
        for (int round = 0; round < 6; round++)
            for (int source = 0; source < PathAssets; source++)
                for (int target = 0; target < PathAssets; target++)
                {
                    if (source == target)
                        continue;
                    PathQuery query = new()
                    {
                        Amount = (round + 1) * 1e3 / market.Request.ReferencePrices[source],
                        Source = source,
                        Target = target,
                        MaxHops = PathHops,
                        MaxPaths = 1,
                    };
                    long start = Stopwatch.GetTimestamp();
                    search.Find(in query, [], path, value, out _);
                    if (round > 0)
                        times.Add(Microseconds(Stopwatch.GetTimestamp() - start));
                }
        return Percentile(times, 0.5);
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    private static double Percentile(List<double> times, double part)
    {
        if (times.Count == 0)
            return double.NaN;
        times.Sort();
        return times[(int)Math.Min(times.Count - 1, part * times.Count)];
    }
}
