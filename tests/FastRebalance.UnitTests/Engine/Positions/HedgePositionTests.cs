using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Positions;

namespace FastRebalance.UnitTests.Engine.Positions;

public sealed class HedgePositionTests
{
    private static readonly HedgePosition.Options s_options = new() { Asset = "WETH", Cash = "USDC" };

    /// <summary>50 WETH held outright, as many owed, and margin behind them for a health of 1.74 at 2000.</summary>
    private static LendingBench Neutral(double spot = 50, double spare = 0, HedgePosition.Options? options = null) =>
        new LendingBench(new HedgePosition(options ?? s_options, LendingBench.Symbols))
            .Has(LendingBench.Weth, borrowed: 50, outside: spot).Has(LendingBench.Usdc, supplied: 200_000, outside: spare);

    [Fact]
    public void Block_Hedged_HoldsAndTicksStayFenced()
    {
        LendingBench bench = Neutral().Block(2000);
        long fenced = bench.Pipeline.Evaluation.FencedPasses;

        bench.Tick(2020);
        bench.Tick(1950);

        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict);
        Assert.Equal(fenced + 2, bench.Pipeline.Evaluation.FencedPasses);
    }

    [Theory]
    [InlineData(56, true)]
    [InlineData(44, false)]
    public void Block_SpotChanged_TradesTheHedgeAfterIt(double spot, bool sells)
    {
        LendingBench bench = Neutral(spot).Block(2000);

        OrderLeg leg = Assert.Single(bench.Legs);
        Assert.Equal(sells ? (LendingBench.Weth, LendingBench.Usdc) : (LendingBench.Usdc, LendingBench.Weth), (leg.Sell, leg.Buy));
        Assert.Equal(LendingBench.Units(leg.Sell, leg.Sell == LendingBench.Weth ? spot : 0), leg.KeepBalance); // the spot stays outside
        bench.Settle();
        bench.Block(2000);
        Assert.Equal(spot, bench.Borrowed(LendingBench.Weth), 0.05);
        Assert.Equal(1, bench.Orders);
    }

    // Health 200 000·0.87/(50·2900) = 1.2: topped up from what is spare.
    [Fact]
    public void Tick_MarginLowAndCashSpare_TopsUpByAMove()
    {
        LendingBench bench = Neutral(spare: 100_000).Block(2000);

        bench.Tick(2900);

        OrderLeg leg = Assert.Single(bench.Legs);
        Assert.True(leg.IsMove);
        Assert.Equal((LendingBench.Usdc, 0), (leg.Sell, leg.HopCount));
        double missing = (1.6 * 50 * 2900 / 0.87) - 200_000;
        Assert.Equal(missing, LendingBench.Tokens(leg.Sell, leg.AmountIn), 1);
        Assert.Equal(100_000 - missing, LendingBench.Tokens(leg.Sell, leg.KeepBalance), 1);
        bench.Settle();
        bench.Block(2900);
        Assert.InRange(bench.Market.Lending!.OracleHealth(), 1.59, 1.61);
        Assert.Equal(1, bench.Orders);
    }

    // Both legs shrink at once: what is held pays what is owed, and nothing is traded.
    [Fact]
    public void Tick_MarginNearlyGone_PaysTheHedgeWithWhatItHedges()
    {
        LendingBench bench = Neutral().Block(2000);

        bench.Tick(3200); // 1.0875

        Assert.Equal((DecisionVerdict.Order, PolicyTier.Safety), (bench.Last.Verdict, bench.Last.Tier));
        Assert.True(Assert.Single(bench.Legs).IsMove);
        bench.Settle();
        bench.Block(3200);
        Assert.InRange(bench.Market.Lending!.OracleHealth(), 1.59, 1.61);
        Assert.Equal(0, bench.Market.Quantities[LendingBench.Weth.Index], 1e-6); // without direction still
    }

    [Fact]
    public void Tick_MarginNearlyGoneAndNothingOutright_BuysTheHedgeBack()
    {
        HedgePosition.Options pool = s_options with { Liquidity = [new() { Liquidity = 50 * Math.Sqrt(2000) }] };
        LendingBench bench = Neutral(spot: 0, options: pool).Block(2000);
        Assert.Equal(DecisionVerdict.InsideBand, bench.Last.Verdict);

        bench.Tick(3200);

        Assert.Equal(PolicyTier.Safety, bench.Last.Tier);
        Assert.Equal((LendingBench.Usdc, LendingBench.Weth), (bench.Legs[0].Sell, bench.Legs[0].Buy));
    }

    // A pool sells what rises: its delta L/√P falls from 50 to 44.7 at 2500, and the hedge follows.
    [Fact]
    public void Tick_PoolsDeltaFell_BuysBackWhatIsTooMuch()
    {
        HedgePosition.Options pool = s_options with { Liquidity = [new() { Liquidity = 50 * Math.Sqrt(2000) }] };
        LendingBench bench = Neutral(spot: 0, options: pool).Has(LendingBench.Usdc, supplied: 300_000).Block(2000);
        int before = bench.Orders;

        bench.Tick(2500);

        Assert.Equal((0, 1), (before, bench.Orders));
        Assert.Equal(LendingBench.Weth, bench.Legs[0].Buy);
    }

    [Theory]
    [InlineData(2, 1, 5)]
    [InlineData(0, 1, 5)]
    [InlineData(1, 2, 0)]
    public void Problems_ALiquidityThatIsNone_IsNamedByItsPlace(double low, double high, double liquidity)
    {
        HedgePosition.Options options = s_options with { Liquidity = [new() { Liquidity = 1 }, new() { Low = low, High = high, Liquidity = liquidity }] };

        Assert.Equal("liquidity[1]", Assert.Single(options.Problems(LendingBench.Symbols.ToList())).Field);
    }
}
