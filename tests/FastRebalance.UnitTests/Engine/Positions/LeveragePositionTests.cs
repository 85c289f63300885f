using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Positions;

namespace FastRebalance.UnitTests.Engine.Positions;

public sealed class LeveragePositionTests
{
    private static readonly LeveragePosition.Options s_long = new() { Collateral = "WETH", Debt = "USDC" };
    private static readonly LeveragePosition.Options s_short = new()
    {
        Collateral = "USDC", Debt = "WETH", Target = -1, Least = -0.8, Most = -1.2, Ripcord = -1.5, CostBps = 35, // half a basis point more than it costs: inside the rim
    };

    [Fact]
    public void Decide_InsideTheBand_HoldsAndFencesTheNextTicks()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        long fenced = bench.Pipeline.Evaluation.FencedPasses;

        bench.Tick(1990);
        bench.Tick(2000);

        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict);
        Assert.Equal(fenced + 2, bench.Pipeline.Evaluation.FencedPasses);
        Assert.Equal(2, bench.Leverage, 1e-9);
    }

    // L = 2: 200 WETH at 2000 against 200 000 owed. At 1540 L is 308/(308-200) = 2.85: the ripcord, down to 2.3 in safety's lane.
    [Fact]
    public void Tick_ThroughTheRipcord_SellsDownToTheBandInSafetysLane()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);

        bench.Tick(1540);

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), (bench.Last.Verdict, bench.Last.Tier));
        OrderLeg leg = Assert.Single(bench.Legs);
        Assert.Equal((LendingBench.Weth, LendingBench.Usdc), (leg.Sell, leg.Buy));
        // Sold x of C = 308 000 with an equity of 108 000, of which 0.003·x are lost: (C - x)/(E - 0.003·x) = 2.3.
        Assert.Equal((308_000 - (2.3 * 108_000)) / (1 - (0.003 * 2.3)) / 1540, LendingBench.Tokens(leg.Sell, leg.AmountIn), 1e-6);
        Assert.True(leg.KeepBalance.IsZero);
        Assert.True(bench.Last.ExpectedGas > 700_000, $"{bench.Last.ExpectedGas}: what is signed ahead must have the lending market's gas as well");
        bench.Settle();
        bench.Block(1540);
        Assert.Equal(2.3, bench.Leverage, 1e-4);
        Assert.Equal(1, bench.Orders);
        Assert.Equal(0, bench.Supplied(LendingBench.Usdc));
    }

    [Fact]
    public void Tick_JustShortOfTheRipcord_IsEconomys()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);

        bench.Tick(1626); // L = 325.2/125.2 = 2.597

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic), (bench.Last.Verdict, bench.Last.Tier));
    }

    [Fact]
    public void Tick_PausedEconomy_TheRipcordPreemptsAnOrderUnderWay()
    {
        LendingBench bench = new(new LeveragePosition(s_long, LendingBench.Symbols), safetyPreempts: true);
        bench.Has(LendingBench.Weth, supplied: 200).Has(LendingBench.Usdc, borrowed: 200_000).Block(2000);
        bench.Tick(1700); // L = 2.43: an economic order, that nobody mines
        Assert.Equal((1, PolicyTier.Economic), (bench.Orders, bench.Last.Tier));

        bench.Tick(1500);

        Assert.Equal((2, PolicyTier.Safety), (bench.Orders, bench.Last.Tier));
    }

    [Fact]
    public void Block_LeverageBelowTheBand_BorrowsAndBuys()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);

        bench.Block(3500); // L = 700/500 = 1.4: to 1.7 at least

        OrderLeg leg = Assert.Single(bench.Legs);
        Assert.Equal((LendingBench.Usdc, LendingBench.Weth), (leg.Sell, leg.Buy));
        Assert.Equal((1.7 * 500_000) - 700_000, LendingBench.Tokens(leg.Sell, leg.AmountIn), 1e-3 * 150_000);
        bench.Settle();
        bench.Block(3500);
        Assert.InRange(bench.Leverage, 1.68, 1.71);
        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict);
    }

    [Fact]
    public void Block_TheIntervalIsOver_GoesAShareOfTheWay()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        bench.Block(1850); // L = 370/170 = 2.18, inside the band
        Assert.Equal(0, bench.Orders);

        bench.Block(1850, after: TimeSpan.FromDays(1.1));

        Assert.Equal(1, bench.Orders);
        double leverage = 370.0 / 170, next = leverage + (0.05 * (2 - leverage));
        Assert.Equal((370_000 - (next * 170_000)) / (1 - (0.003 * next)) / 1850, LendingBench.Tokens(LendingBench.Weth, bench.Legs[0].AmountIn), 1e-6);
        bench.Settle();
        bench.Block(1850);
        Assert.Equal(1, bench.Orders); // and rests
    }

    [Fact]
    public void Block_ARebalanceLargerThanASlice_GoesOnInSlices()
    {
        LendingBench bench = new(new LeveragePosition(s_long with { MostTradeNumeraire = 60_000, SliceCooldown = TimeSpan.FromMinutes(10) }, LendingBench.Symbols));
        bench.Has(LendingBench.Weth, supplied: 200).Has(LendingBench.Usdc, borrowed: 200_000).Block(2000);
        bench.Block(3500); // 150 000 to buy
        Assert.Equal(60_000, LendingBench.Tokens(LendingBench.Usdc, bench.Legs[0].AmountIn), 1);
        bench.Settle();
        bench.Block(3500);
        Assert.Equal(1, bench.Orders); // between slices

        bench.Block(3500, after: TimeSpan.FromMinutes(11));
        bench.Settle();
        bench.Block(3500, after: TimeSpan.FromMinutes(11));
        bench.Settle();
        bench.Block(3500, after: TimeSpan.FromMinutes(11));

        Assert.Equal(3, bench.Orders);
        Assert.InRange(bench.Leverage, 1.68, 1.71);
    }

    // What reverts has cured nothing, and must not start a rest.
    [Fact]
    public void Block_TheRipcordsOrderReverted_PullsItAgainAtOnce()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        bench.Tick(1540);
        bench.Settle(SubmitStatus.Reverted);

        bench.Block(1540);

        Assert.Equal((2, PolicyTier.Safety), (bench.Orders, bench.Last.Tier));
    }

    // A rung that was signed for a smaller fall, or a fill in part: the rest of the cure is as urgent as its beginning.
    [Theory]
    [InlineData(40, PolicyTier.Safety)]
    [InlineData(95, PolicyTier.Economic)] // just above the rim, which is no hurry
    public void Block_TheRipcordsOrderFilledInPart_TheRestOfTheCureDoesNotWait(ulong percent, PolicyTier next)
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        bench.Tick(1400);
        bench.Settle(percent: percent);

        bench.Block(1400);

        Assert.Equal((2, next), (bench.Orders, bench.Last.Tier));
    }

    [Fact]
    public void Tick_SecondFallWithinTheRipcordsRest_WaitsForItsEnd()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        bench.Tick(1540);
        bench.Settle();
        bench.Block(1540);

        bench.Tick(1400);
        Assert.Equal(1, bench.Orders);
        bench.Wait(TimeSpan.FromSeconds(61));

        Assert.Equal(2, bench.Orders);
    }

    // The rest is for a market that recovers: at the edge of liquidation it is no reason to wait.
    [Fact]
    public void Tick_ToTheEdgeWithinTheRipcordsRest_DoesNotWait()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        bench.Tick(1540);
        bench.Settle();
        bench.Block(1540);

        bench.Tick(1020); // health 1.0 at our prices

        Assert.Equal((2, PolicyTier.Safety), (bench.Orders, bench.Last.Tier));
        bench.Settle();
        bench.Block(1020);
        Assert.True(bench.Market.Lending!.OracleHealth() > 1.1, $"{bench.Market.Lending!.OracleHealth()}");
    }

    // A ripcord set beyond liquidation does not hide the alarm behind its fence.
    [Fact]
    public void Tick_AlarmBeforeTheRipcord_IsNotFencedAway()
    {
        LendingBench bench = new(new LeveragePosition(s_long with { Most = 8, Ripcord = 20 }, LendingBench.Symbols));
        bench.Has(LendingBench.Weth, supplied: 200).Has(LendingBench.Usdc, borrowed: 200_000).Block(2000);

        bench.Tick(1236); // health 1.0506
        Assert.Equal(0, bench.Orders);
        bench.Tick(1235); // 1.0498

        Assert.Equal((1, PolicyTier.Safety), (bench.Orders, bench.Last.Tier));
    }

    [Fact]
    public void Block_ShortPosition_RisesIntoTheRipcordAndBuysBack()
    {
        LendingBench bench = new(new LeveragePosition(s_short, LendingBench.Symbols));
        // L = -1: 100 WETH owed at 2000, and 400 000 behind it.
        bench.Has(LendingBench.Usdc, supplied: 400_000).Has(LendingBench.Weth, borrowed: 100).Block(2000);
        Assert.Equal(-1, bench.Leverage, 1e-9);

        bench.Tick(2450); // -245/155 = -1.58

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), (bench.Last.Verdict, bench.Last.Tier));
        Assert.Equal((LendingBench.Usdc, LendingBench.Weth), (bench.Legs[0].Sell, bench.Legs[0].Buy));
        Assert.Equal((245_000 - (1.2 * 155_000)) / (1 - (0.0035 * 2.2)), LendingBench.Tokens(LendingBench.Usdc, bench.Legs[0].AmountIn), 1);
        bench.Settle();
        bench.Block(2450);
        Assert.InRange(bench.Leverage, -1.2, -1.199);
        Assert.Equal(1, bench.Orders);
    }

    [Fact]
    public void Block_NoDebtYet_TakesOnTheFirst()
    {
        LendingBench bench = new(new LeveragePosition(s_long, LendingBench.Symbols));

        bench.Has(LendingBench.Weth, supplied: 100).Block(2000);

        Assert.Equal((LendingBench.Usdc, LendingBench.Weth), (bench.Legs[0].Sell, bench.Legs[0].Buy));
        Assert.Equal(200_000, LendingBench.Tokens(LendingBench.Usdc, bench.Legs[0].AmountIn), 1);
        bench.Settle();
        bench.Block(2000);
        Assert.InRange(bench.Leverage, 1.98, 2.01);
    }

    // Our price says all is well, the market's own says it is nearly over: that one liquidates.
    [Fact]
    public void Block_UnhealthyAtTheMarketsOwnPrice_PullsTheRipcord()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);

        bench.Block(2000, oracle: 1200); // 200·1200·0.85/200 000 = 1.02

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), (bench.Last.Verdict, bench.Last.Tier));
        bench.Settle();
        bench.Block(2000, oracle: 1200);
        Assert.True(bench.Market.Lending!.OracleHealth() > 1.05);
    }

    [Fact]
    public void Block_NothingLeftOfEquity_DecidesNothing()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);

        bench.Block(900);

        Assert.Equal(DecisionVerdict.NotReady, bench.Last.Verdict);
        Assert.Equal(0, bench.Orders);
    }

    [Theory]
    [InlineData("paused", RiskVerdict.ReserveClosed)]
    [InlineData("cap", RiskVerdict.NoRoomToBorrow)]
    [InlineData("supply", RiskVerdict.NoRoomToSupply)]
    [InlineData("oracle", RiskVerdict.OracleDeviation)]
    public void Block_TheMarketWouldRefuse_IsRefusedByName(string what, RiskVerdict verdict)
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        if (what == "paused")
            bench.UsdcTerms = bench.UsdcTerms with { Flags = LendingFlags.None };
        else if (what == "cap")
            bench.UsdcTerms = bench.UsdcTerms with { Borrowable = default };
        else if (what == "supply")
            bench.WethTerms = bench.WethTerms with { Suppliable = default };

        bench.Block(3500, oracle: what == "oracle" ? 3300 : 3500);

        Assert.Equal((DecisionVerdict.Refused, verdict), (bench.Last.Verdict, bench.Last.Risk));
        Assert.Equal(0, bench.Orders);
    }

    [Fact]
    public void Block_OracleStaleInAFall_StillDelevers()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);

        bench.Block(1540, oracle: 2000);

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), (bench.Last.Verdict, bench.Last.Tier));
    }

    // What is supplied and not enabled as collateral stands for no debt, before and after a trade alike.
    [Fact]
    public void OracleHealthAfter_NothingBought_IsTheHealthThatStands()
    {
        LendingBench bench = Long(leverage: 2).Has(LendingBench.Usdc, supplied: 50_000, borrowed: 200_000).Block(2000);
        Assert.Equal(bench.Market.Lending!.OracleHealth(), bench.Market.Lending.OracleHealthAfter([0, 0]), 1e-12);

        bench.IsUsdcCollateral = false;
        bench.Block(2000);

        Assert.Equal(200 * 2000 * 0.85 / 200_000, bench.Market.Lending.OracleHealth(), 1e-9);
        Assert.Equal(bench.Market.Lending.OracleHealth(), bench.Market.Lending.OracleHealthAfter([0, 0]), 1e-12);
    }

    [Fact]
    public void OnEvent_Ticks_AllocateNothing()
    {
        LendingBench bench = Long(leverage: 2).Block(2000);
        for (int i = 0; i < 100; i++)
            bench.Tick(2000 + (i % 7));
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1_000; i++)
            {
                bench.Tick(2000 + (i % 7));
                bench.Tick(1850); // outside the fence, inside the band
                bench.Tick(2000);
            }
        Assert.Equal(0, watch.LeastBytes);
        Assert.Equal(0, bench.Orders);
    }

    private static LendingBench Long(double leverage)
    {
        LendingBench bench = new(new LeveragePosition(s_long, LendingBench.Symbols));
        double equity = 400_000 / leverage;
        return bench.Has(LendingBench.Weth, supplied: 200).Has(LendingBench.Usdc, borrowed: 400_000 - equity);
    }
}
