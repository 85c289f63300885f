using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Presigning;

public sealed class LadderPlanTests
{
    private readonly PresignBench _bench = new();

    [Fact]
    public void Create_EveryDimension_EnumeratesEachRungOnce()
    {
        _bench.Options = new LadderOptions { SizesBps = [9_000, 9_500, 10_000, 10_500], LimitShiftsBps = [0, 5] };

        LadderPlan plan = _bench.Plan(2, PresignBench.FirstNonce, PresignBench.Foreseen(), PresignBench.Foreseen() with { Rank = 1, GasLimit = 500_000 });

        Assert.Equal(2 * 3 * 4 * 2 * 2, plan.Rungs.Count);
        Assert.Equal(plan.Rungs.Count, plan.Rungs.Distinct().Count());
    }

    [Fact]
    public void Create_TheLikeliest_ComesFirst()
    {
        LadderPlan plan = _bench.Plan();

        Assert.Equal(new RungKey(0, 1, 1, 0, 0), plan.Rungs[0]);
        Assert.Equal([1, 1, 1], plan.Rungs.Take(3).Select(rung => (int)rung.Fee)); // the sizes beside it before another tip
        Assert.Equal([0, 1, 2], plan.Rungs.Take(3).Select(rung => (int)rung.Size).Order());
        Assert.All(plan.Rungs.Take(9), rung => Assert.Equal(0, rung.Slot)); // the lower nonce whole before the next
    }

    [Fact]
    public void Create_RoutesByRank_WhateverTheirOrder()
    {
        LadderPlan plan = _bench.Plan(1, PresignBench.FirstNonce, PresignBench.Foreseen() with { Rank = 3, GasLimit = 3 }, PresignBench.Foreseen() with { Rank = 1, GasLimit = 1 });

        Assert.Equal([1UL, 3UL], plan.Routes.Select(route => route.GasLimit));
        Assert.Equal(0, plan.Rungs[0].Route);
    }

    // Two foreseen orders of one call would be one transaction: armed twice, it could be retired only once.
    [Fact]
    public void Create_TheSameOrderTwice_IsOneRoute()
    {
        ForeseenOrder order = PresignBench.Foreseen();

        LadderPlan plan = _bench.Plan(1, PresignBench.FirstNonce, order, order with { Rank = 1 });

        Assert.Single(plan.Routes);
    }

    [Fact]
    public void Create_SizeBeyondWhatIsHeld_IsLeftOut()
    {
        LadderPlan plan = _bench.Plan(1, PresignBench.FirstNonce, PresignBench.Foreseen(PresignBench.Leg(keep: 10)));

        Assert.DoesNotContain(plan.Rungs, rung => rung.Size == 2);
        Assert.Equal(6, plan.Rungs.Count);
    }

    [Fact]
    public void Create_WhatCannotBeSigned_NamesIt()
    {
        AssertRefused("gap", () => LadderPlan.Create([PresignBench.Slots(1)[0], PresignBench.Slots(1, 9)[0]], PresignBench.Fees, [PresignBench.Foreseen()], _bench.Options));
        AssertRefused("no decision", () => LadderPlan.Create([new SlotPlan(7, default(DecisionId))], PresignBench.Fees, [PresignBench.Foreseen()], _bench.Options));
        AssertRefused("tip above its cap", () => LadderPlan.Create(PresignBench.Slots(1), [new FeeQuote(1, 2)], [PresignBench.Foreseen()], _bench.Options));
        AssertRefused("not above", () => LadderPlan.Create(PresignBench.Slots(1), [PresignBench.Fees[1], PresignBench.Fees[0]], [PresignBench.Foreseen()], _bench.Options));
        AssertRefused("any price", () => _bench.Plan(1, 7, PresignBench.Foreseen(PresignBench.Leg(minimum: 0))));
        AssertRefused("sells nothing", () => _bench.Plan(1, 7, PresignBench.Foreseen(PresignBench.Leg(amount: 0))));
        AssertRefused("last block", () => _bench.Plan(1, 7, PresignBench.Foreseen() with { MaxBlock = 99 }));
        AssertRefused("ascend", () => LadderPlan.Create(PresignBench.Slots(1), PresignBench.Fees, [PresignBench.Foreseen()], new LadderOptions { SizesBps = [10_000, 9_000] }));
        AssertRefused("ascend", () => LadderPlan.Create(PresignBench.Slots(1), PresignBench.Fees, [PresignBench.Foreseen()], new LadderOptions { LimitShiftsBps = [10_000] }));
    }

    private static void AssertRefused(string word, Func<LadderPlan> create) => Assert.Contains(word, Assert.Throws<ArgumentException>(create).Message);
}
