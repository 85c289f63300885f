using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Core.Events;
using FastRebalance.Routing.Baskets;
using FastRebalance.UnitTests.Amm;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Routing;

/// <summary>Plans over pools of several assets, whose curves are fitted: the legs are exact all the same, and the gap says what the fit costs.</summary>
public sealed class ManyAssetPlanTests
{
    private static readonly UInt256 Token = UInt256.PowerOfTen(18);

    public static TheoryData<string> Kinds => new("weighted", "stable", "curve");

    [Theory, MemberData(nameof(Kinds))]
    public void Plan_SplitBetweenAPoolOfThreeAndAPair_IsExactAndNearItsBound(string kind)
    {
        List<Pool> pools = [Three(kind), Pair(7, 0, 1)];
        BasketRequest request = Request(BasketGoal.MostOfOne);
        request.Kept = AssetId.FromIndex(1);
        request.Holdings[0] = 20_000 * Token;

        BasketPlan plan = PlanOf(pools, request);

        Assert.Equal(BasketStatus.Planned, plan.Status);
        Assert.Equal(2, plan.LegCount);
        foreach (Pool pool in pools)
        {
            pool.QuoteExactIn(AssetId.FromIndex(0), AssetId.FromIndex(1), request.Holdings[0], out SwapQuote alone);
            Assert.True(plan.FinalHoldings[1] > alone.AmountOut);
        }
        Assert.InRange(plan.Gap, -1e-9, 1e-7);
        PlanReport report = new PlanVerifier().Verify(pools, request, plan);
        Assert.True(report.IsVerified, report.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Plan_TwoNeedsThroughOnePool_UsesItForBothEachQuotedAfterTheOther(string kind)
    {
        List<Pool> pools = [Three(kind), Pair(7, 0, 1), Pair(8, 0, 2)];
        BasketRequest request = Request(BasketGoal.TargetWeights);
        request.Holdings[0] = 30_000 * Token;
        (request.Weights[0], request.Weights[1], request.Weights[2]) = (0.2, 0.4, 0.4);

        BasketPlan plan = PlanOf(pools, request);

        Assert.Equal(BasketStatus.Planned, plan.Status);
        Assert.Equal(2, plan.Legs.ToArray().Count(leg => leg.Pool == PoolMaker.Id));
        Assert.True(plan.Gap < 1e-2 && plan.Gap < plan.GapOfDoingNothing);
        PlanReport report = new PlanVerifier().Verify(pools, request, plan);
        Assert.True(report.IsVerified, report.ToString());
        PlanReplay lastLook = new(pools, request.AssetCount, BasketPlanner.LegGas);
        Assert.Equal(PlanVerdict.Verified, lastLook.Check(request, plan));
        PlanVerdict again = default;
        AllocationWatch watch = new();
        while (watch.Next())
            again = lastLook.Check(request, plan);
        long allocated = watch.LeastBytes;
        Assert.Equal(PlanVerdict.Verified, again);
        Assert.Equal(0, allocated);
    }

    /// <summary>Where the legs take most of what the pool holds, each is quoted as if it were alone, and one leg may be worth more.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Plan_NeedsAsLargeAsThePool_IsExactAndNoWorseThanOneLegThroughIt(string kind)
    {
        List<Pool> pools = [Three(kind), Pair(7, 0, 1), Pair(8, 0, 2)];
        BasketRequest request = Request(BasketGoal.TargetWeights);
        request.Holdings[0] = 1_500_000 * Token;
        (request.Weights[0], request.Weights[1], request.Weights[2]) = (0.2, 0.4, 0.4);

        BasketPlan plan = PlanOf(pools, request), without = PlanOf(pools[1..], request);

        PlanReport report = new PlanVerifier().Verify(pools, request, plan);
        Assert.True(report.IsVerified, report.ToString());
        Assert.True(plan.Value > without.Value, $"{plan.Value} {without.Value}");
    }

    private static BasketRequest Request(BasketGoal goal)
    {
        BasketRequest request = new(3) { Goal = goal, MaxSlippage = 0.01 };
        Array.Fill(request.ReferencePrices, 1e-18);
        return request;
    }

    private static BasketPlan PlanOf(List<Pool> pools, BasketRequest request)
    {
        BasketPlanner planner = new(pools, request.AssetCount);
        BasketPlan plan = new(request.AssetCount, planner.MaxLegs);
        planner.Plan(request, [], plan);
        return plan;
    }

    private static Pool Three(string kind)
    {
        UInt256 million = 1_000_000 * Token;
        UInt256 fee = UInt256.PowerOfTen(15); // 0.1 %
        return kind switch
        {
            "weighted" => BalancerRecord.Weighted([million, million, million], [Token / 3, Token / 3, Token - 2 * (Token / 3)], [18, 18, 18], fee),
            "stable" => BalancerRecord.Stable([million, million, million], 100_000, [Token, Token, Token], fee),
            _ => CurveRecord.Pool(100, 200, UInt256.PowerOfTen(7), 0, [million, million, million], [Token, Token, Token]),
        };
    }

    private static UniswapV2Pool Pair(int id, int asset0, int asset1)
    {
        PoolId pool = PoolId.FromIndex(id);
        UniswapV2Pool pair = new(
            new PoolFacts(UniswapV2Pool.KindName, default, default, default, 500), pool, [AssetId.FromIndex(asset0), AssetId.FromIndex(asset1)]);
        UInt256 side = 2_000_000 * Token;
        pair.Apply(new MarketEvent { Kind = MarketEventKind.Reserves, Subject = pool.Value, Reserves = new PoolReserves { Reserve0 = side, Reserve1 = side } });
        pair.Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Value });
        return pair;
    }
}
