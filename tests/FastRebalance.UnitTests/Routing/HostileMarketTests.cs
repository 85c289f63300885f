using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Routing.Baskets;
using FastRebalance.UnitTests.Amm;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Routing;

/// <summary>
/// Pools as nobody would wish for: empty ones, single units, full ones, prices apart by 10^18, the same pool many times, ranges with nothing
/// between, a price on a tick, assets that nothing reaches. A plan over them is right to the unit and proven, or there is none and it says why.
/// </summary>
public sealed class HostileMarketTests
{
    private const int Assets = 6;
    private const int Seeds = 200;
    private static readonly UInt256 s_full = (UInt256.One << 112) - 1;

    public enum Hostile
    {
        Empty,
        SingleUnits,
        Full,
        UnitAgainstFull,
        PricesApart,
        SamePools,
        Islands,
        Unreached,
    }

    public static TheoryData<BasketGoal, Hostile> Cases
    {
        get
        {
            TheoryData<BasketGoal, Hostile> cases = [];
            foreach (BasketGoal goal in new[] { BasketGoal.TargetWeights, BasketGoal.TrackingError, BasketGoal.MostOfOne })
                foreach (Hostile hostile in Enum.GetValues<Hostile>().Where(h => h is not (Hostile.PricesApart or Hostile.UnitAgainstFull)))
                    cases.Add(goal, hostile);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_HostilePools_IsVerifiedOrRefusedByName(BasketGoal goal, Hostile hostile)
    {
        List<string> misses = [];
        int planned = Plan(goal, hostile, new PlanVerifier().Verify, misses, out _);
        Assert.True(misses.Count == 0, $"{misses.Count} misses\n" + string.Join("\n", misses.Take(8)));
        Assert.True(planned > 50, $"only {planned} of {Seeds} markets led to a plan");
    }

    /// <summary>
    /// Prices so far apart that whoever reaches them is richer by many orders of magnitude, in circles that no holdings can feed: the proof is then off from
    /// the tenth digit on, which the verifier tells. The legs are still what the pools pay.
    /// </summary>
    [Theory]
    [InlineData(BasketGoal.TargetWeights)]
    [InlineData(BasketGoal.TrackingError)]
    [InlineData(BasketGoal.MostOfOne)]
    public void Plan_PricesApartByEighteenDigits_LegsAreRightToTheUnit(BasketGoal goal)
    {
        List<string> misses = [];
        int planned = Plan(goal, Hostile.PricesApart, new PlanVerifier().VerifyLegs, misses, out _);
        Assert.True(misses.Count == 0, $"{misses.Count} misses\n" + string.Join("\n", misses.Take(8)));
        Assert.True(planned > 10, $"only {planned} of {Seeds} markets led to a plan");
    }

    /// <summary>One unit against all that a pool can hold: where doubles cannot prove the plan it is refused.</summary>
    [Theory]
    [InlineData(BasketGoal.TargetWeights)]
    [InlineData(BasketGoal.TrackingError)]
    [InlineData(BasketGoal.MostOfOne)]
    public void Plan_AUnitAgainstAFullReserve_IsVerifiedOrNotProven(BasketGoal goal)
    {
        List<string> misses = [];
        int planned = Plan(goal, Hostile.UnitAgainstFull, new PlanVerifier().Verify, misses, out int notProven);
        Assert.True(misses.Count == 0, $"{misses.Count} misses\n" + string.Join("\n", misses.Take(8)));
        Assert.True(planned + notProven > 20 && (goal == BasketGoal.TrackingError || notProven > 10), $"of {Seeds} markets {planned} led to a plan, {notProven} to one that cannot be proven");
    }

    private static int Plan(
        BasketGoal goal, Hostile hostile, Func<IReadOnlyList<Pool>, BasketRequest, BasketPlan, PlanReport> verify, List<string> misses, out int notProven)
    {
        int planned = 0;
        notProven = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            Random random = new(seed);
            List<Pool> pools = Pools(random, hostile);
            BasketRequest request = Request(random, goal);
            BasketPlanner planner = new(pools, Assets);
            BasketPlan plan = new(Assets, planner.MaxLegs);
            BasketStatus status = planner.Plan(request, [], plan);
            planned += status == BasketStatus.Planned ? 1 : 0;
            notProven += status == BasketStatus.NotProven ? 1 : 0;
            if (status is BasketStatus.Unplanned or BasketStatus.BadShape or BasketStatus.BadNumber or BasketStatus.BadGoal)
                misses.Add($"seed {seed}: {status}");
            else if (status is BasketStatus.Planned or BasketStatus.NothingToDo && verify(pools, request, plan) is { IsVerified: false } report)
                misses.Add($"seed {seed}: {status}, {plan.LegCount} legs, {plan.Iterations} steps: {report}; "
                    + $"doing nothing {report.GapOfDoingNothing:R} (claimed {plan.GapOfDoingNothing:R})");
        }
        return planned;
    }

    private static BasketRequest Request(Random random, BasketGoal goal)
    {
        BasketRequest request = new(Assets) { Goal = goal, MaxSlippage = 0.01, AllowCycles = true, Kept = AssetId.FromIndex(random.Next(Assets)) };
        Array.Fill(request.ReferencePrices, 1e-18);
        for (int a = 0; a < Assets; a++)
            if (goal != BasketGoal.TargetWeights || random.Next(3) > 0 || a == 0)
                request.Holdings[a] = Amount(random, 15, 22);
        double[] weights = [.. request.Weights.Select(_ => 0.1 + random.NextDouble())];
        for (int a = 0; a < Assets; a++)
            request.Weights[a] = weights[a] / weights.Sum();
        return request;
    }

    /// <summary>A third of the pools are hostile; the others hold about as much of both assets, which are worth about the same.</summary>
    private static List<Pool> Pools(Random random, Hostile hostile)
    {
        List<Pool> pools = [];
        int count = random.Next(1, 16);
        int reached = hostile == Hostile.Unreached ? Assets - 1 : Assets; // the last asset is held or wanted, and nothing reaches it
        for (int i = 0; i < count; i++)
        {
            int a = random.Next(reached);
            int b = (a + 1 + random.Next(reached - 1)) % reached;
            pools.Add(hostile == Hostile.Islands && random.Next(3) == 0
                ? Ranges(random, i, a, b) : Pair(random, i, a, b, random.Next(3) == 0 ? hostile : null));
        }
        return pools;
    }

    private static UniswapV2Pool Pair(Random random, int id, int a, int b, Hostile? hostile)
    {
        if (hostile == Hostile.SamePools)
            (a, b) = (0, 1);
        UniswapV2Pool pool = new(Facts(UniswapV2Pool.KindName, 3_000, 0), PoolId.FromIndex(id), [AssetId.FromIndex(a), AssetId.FromIndex(b)]);
        UInt256 depth = Amount(random, 18, 26);
        (UInt256 first, UInt256 second) = hostile switch
        {
            Hostile.Empty => (UInt256.Zero, UInt256.Zero),
            Hostile.SingleUnits => (UInt256.One, UInt256.One),
            Hostile.Full => (s_full, s_full),
            Hostile.UnitAgainstFull => (UInt256.One, s_full),
            Hostile.PricesApart => (UInt256.PowerOfTen(6), UInt256.PowerOfTen(24)),
            Hostile.SamePools => (UInt256.PowerOfTen(22), UInt256.PowerOfTen(22)),
            _ => (depth, depth + depth / (ulong)random.Next(50, 5_000)),
        };
        MarketEvent e = new() { Kind = MarketEventKind.Reserves, Subject = pool.Id.Value };
        e.Reserves = new PoolReserves { Reserve0 = first, Reserve1 = second };
        return Ready(pool, e);
    }

    /// <summary>Islands of liquidity left and right of a price on a tick, with or without any at the price itself.</summary>
    private static UniswapV3Pool Ranges(Random random, int id, int a, int b)
    {
        UniswapV3Pool pool = new(Facts(UniswapV3Pool.KindName, 500, 10), PoolId.FromIndex(id), [AssetId.FromIndex(a), AssetId.FromIndex(b)]);
        int tick = 10 * random.Next(-30, 30);
        MarketEvent price = new() { Kind = MarketEventKind.Concentrated, Subject = pool.Id.Value };
        price.Concentrated = new ConcentratedState { SqrtPriceX96 = TickMath.SqrtRatioAtTick(tick), Tick = random.Next(2) == 0 ? tick : tick - 1 };
        List<MarketEvent> events = [price, Position(pool, tick - 500, tick - 20, random), Position(pool, tick + 20, tick + 700, random)];
        if (random.Next(2) == 0)
            events.Add(Position(pool, tick - 100, tick + 10, random));
        if (random.Next(4) == 0)
            events.Add(Position(pool, -887_270, 887_270, random));
        return Ready(pool, [.. events]);
    }

    private static MarketEvent Position(Pool pool, int lower, int upper, Random random)
    {
        MarketEvent e = new() { Kind = MarketEventKind.LiquidityChange, Subject = pool.Id.Value };
        e.Liquidity = new LiquidityChange { TickLower = lower, TickUpper = upper, Delta = (Int128)(UInt128)Amount(random, 16, 26) };
        return e;
    }

    private static T Ready<T>(T pool, params MarketEvent[] events)
        where T : Pool
    {
        foreach (MarketEvent e in events)
            pool.Apply(in e);
        pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
        Assert.True(pool.IsReady);
        return pool;
    }

    private static PoolFacts Facts(string kind, uint feePips, int spacing) =>
        new(kind, PoolMaker.At, PoolMaker.Token0, PoolMaker.Token1, feePips, spacing);

    private static UInt256 Amount(Random random, int fromPower, int toPower)
    {
        UInt256.TryFromDoubleFloor(Math.Pow(10, fromPower + random.NextDouble() * (toPower - fromPower)), out UInt256 amount);
        return amount;
    }
}
