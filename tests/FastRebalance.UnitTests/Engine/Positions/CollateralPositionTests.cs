using FastRebalance.Core.Results;
using FastRebalance.Engine.Positions;
using FastRebalance.Quant.Leverage;

namespace FastRebalance.UnitTests.Engine.Positions;

public sealed class CollateralPositionTests
{
    private static readonly CollateralPosition.Options s_options = new() { Collateral = "WETH", Debt = "USDC", BoostAbove = 1.8 };

    // 100 WETH at 2000 with LT 0.85 against 113 333: health 1.5.
    private static LendingBench Healthy(CollateralPosition position) =>
        new LendingBench(position).Has(LendingBench.Weth, supplied: 100).Has(LendingBench.Usdc, borrowed: 170_000 / 1.5).Block(2000);

    [Fact]
    public void Tick_HealthBelowTheBand_RepaysToItsLanding()
    {
        CollateralPosition position = new(s_options, LendingBench.Symbols);
        LendingBench bench = Healthy(position);
        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict);

        bench.Tick(1640); // 1.23

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Economic), (bench.Last.Verdict, bench.Last.Tier));
        bench.Settle();
        bench.Block(1640);
        Assert.InRange(bench.Market.Lending!.OracleHealth(), 1.49, 1.52);
        bench.Block(1640);
        Assert.Equal(CollateralLanding.Landed, position.LastLanding);
        Assert.Equal(1, bench.Orders);
    }

    [Fact]
    public void Tick_BelowTheRipcord_IsSafetys()
    {
        LendingBench bench = Healthy(new CollateralPosition(s_options, LendingBench.Symbols));

        bench.Tick(1500); // 1.125

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), (bench.Last.Verdict, bench.Last.Tier));
    }

    [Fact]
    public void Block_HealthAboveTheBand_BorrowsAndBuys()
    {
        LendingBench bench = Healthy(new CollateralPosition(s_options, LendingBench.Symbols));

        bench.Block(2500); // 1.875

        Assert.Equal((LendingBench.Usdc, LendingBench.Weth), (bench.Legs[0].Sell, bench.Legs[0].Buy));
        bench.Settle();
        bench.Block(2500);
        Assert.InRange(bench.Market.Lending!.OracleHealth(), 1.48, 1.51);
    }

    // The lower of the two prices counts: a rise that only we have seen is no reason to borrow.
    [Fact]
    public void Block_OracleBehindARise_DoesNotBorrow()
    {
        LendingBench bench = Healthy(new CollateralPosition(s_options, LendingBench.Symbols));

        bench.Block(2500, oracle: 2000);

        Assert.Equal(0, bench.Orders);
    }

    [Fact]
    public void Block_OracleAheadInAFall_Repays()
    {
        LendingBench bench = Healthy(new CollateralPosition(s_options, LendingBench.Symbols));

        bench.Block(2000, oracle: 1600);

        Assert.Equal(1, bench.Orders);
    }

    [Fact]
    public void Block_ATradeThatFellShort_IsTold()
    {
        CollateralPosition position = new(s_options with { MostTradeNumeraire = 5_000 }, LendingBench.Symbols);
        LendingBench bench = Healthy(position);
        bench.Tick(1640);
        bench.Settle();

        bench.Block(1640);

        Assert.Equal(CollateralLanding.FellShort, position.LastLanding);
    }
}
