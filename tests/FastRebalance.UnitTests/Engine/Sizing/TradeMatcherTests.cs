using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine.Sizing;

/// <summary>The constraints one by one, through the sizer that wants the most.</summary>
public class TradeMatcherTests
{
    private const ulong Gwei = 1_000_000_000;

    private readonly SizingBench _bench = new(assets: 3);

    [Fact]
    public void Match_Unconstrained_LeavesOneSideBelowTheSmallestTrade()
    {
        Random random = new(11);
        SizingBench bench = new(assets: 6);
        for (int i = 0; i < 500; i++)
        {
            bench.Hold(Random(random, 7, total: 1000));
            RebalanceCycle cycle = bench.Valued(Random(random, 7, total: 1));

            new ToTargetSizer(new() { MinTradeNumeraire = 10 }, 7).Size(cycle);

            double[] left = [.. bench.Bought().Select((bought, asset) => (cycle.Drift[asset] * cycle.TotalNumeraire) + bought)];
            Assert.True(Math.Min(left.Max(), -left.Min()) < 10, $"{left.Max()} over and {left.Min()} under are left");
            Assert.InRange(cycle.TradeCount, 0, 6);
        }
    }

    [Fact]
    public void Match_Equals_LowerIndexFirst()
    {
        _bench.Hold(40, 40, 10, 10);

        Size(new SizingConstraints(4), 0.25, 0.25, 0.25, 0.25);

        Assert.Equal([(0, 2), (1, 3)], _bench.Cycle.Trades.ToArray().Select(t => (t.Sell.Index, t.Buy.Index)));
    }

    // Drifts .30, -.04, -.03, -.23: inside a band of .05 the two small ones are left alone, and cash takes all of the 300 that it can without
    // leaving the band on the other side; the 20 beyond are shared by drift.
    [Fact]
    public void Match_OnlyDrifted_LeavesTheOthersAlone()
    {
        _bench.Hold(550, 210, 220, 20);

        Size(new SizingConstraints(4) { DriftedBand = 0.31 }, 0.25, 0.25, 0.25, 0.25);
        Assert.Equal(0, _bench.Cycle.TradeCount);

        Size(new SizingConstraints(4) { DriftedBand = 0.05 }, 0.25, 0.25, 0.25, 0.25);
        AssertBought(-300, 20 * 40 / 70.0, 20 * 30 / 70.0, 280);
    }

    // Cash 0.1 over and everybody else a little under, inside the band: cash comes to its edge, and those under share by their drift.
    [Fact]
    public void Match_OnlyDriftedAndCashOutside_AssetsOnTheOtherSideHelp()
    {
        _bench.Hold(230, 210, 210, 350);

        Size(new SizingConstraints(4) { DriftedBand = 0.05 }, 0.25, 0.25, 0.25, 0.25);

        AssertBought(10, 20, 20, -50);
    }

    [Fact]
    public void Match_NoSell_CashIsSpentDownToItsTarget()
    {
        SizingConstraints constraints = new(4);
        constraints.NoSell[0] = true;
        _bench.Hold(350, 150, 150, 350);

        Size(constraints, 0.25, 0.25, 0.25, 0.25);

        AssertBought(0, 100, 0, -100);
    }

    [Fact]
    public void Match_NoSellAndCashBelowItsTarget_AddsNothing()
    {
        SizingConstraints constraints = new(4);
        constraints.NoSell[0] = true;
        _bench.Hold(400, 200, 200, 200);

        Size(constraints, 0.25, 0.25, 0.25, 0.25);

        Assert.Equal(0, _bench.Cycle.TradeCount);
    }

    [Fact]
    public void Match_NoBuy_CashTakesWhatTheOthersBring()
    {
        SizingConstraints constraints = new(4);
        constraints.NoBuy[2] = true;
        _bench.Hold(450, 250, 50, 250);

        Size(constraints, 0.25, 0.25, 0.25, 0.25);

        AssertBought(-200, 0, 0, 200);
    }

    [Fact]
    public void Match_CashBuffer_IsNotSpentToTheUnit()
    {
        _bench.Hold(200, 200, 200, 400);

        Size(new SizingConstraints(4) { CashBuffer = 0.0025 }, 0.4, 0.3, 0.3, 0);

        UInt256 sold = UInt256.Zero;
        foreach (Trade trade in _bench.Cycle.Trades)
            sold += trade.Sell.Index == 3 ? trade.AmountIn : UInt256.Zero;
        Assert.InRange((double)sold, 397_499_990, 397_500_000); // 400 less a quarter per cent of 1000
    }

    [Fact]
    public void Match_CashBelowTheBuffer_IsNotSpentAtAll()
    {
        _bench.Hold(333, 333, 333, 1);

        Size(new SizingConstraints(4) { CashBuffer = 0.0025 }, 0.4, 0.3, 0.3, 0);

        Assert.DoesNotContain(_bench.Cycle.Trades.ToArray(), t => t.Sell.Index == 3);
        Assert.NotEqual(0, _bench.Cycle.TradeCount);
    }

    [Fact]
    public void Match_MaxWeight_BuysUpToIt()
    {
        SizingConstraints constraints = new(4);
        constraints.MaxWeights[1] = 0.3;
        _bench.Hold(500, 200, 200, 100);

        Size(constraints, 0.3, 0.4, 0.2, 0.1);

        AssertBought(-200, 100, 0, 100);
    }

    // LEAN's AdjustByLotSize: down to a lot, but a millionth of a lot below one is one.
    [Theory]
    [InlineData(60.4, 60)]
    [InlineData(60.9999995, 61)]
    [InlineData(60.9, 60)]
    public void Match_LotOfTheSoldAsset_IsRoundedDownButForRounding(double over, ulong tokens)
    {
        SizingConstraints constraints = new(4);
        constraints.Lots[0] = 1;
        _bench.Hold(300 + over, 300, 300, 100);
        double total = 1000 + over;

        Size(constraints, 300 / total, 300 / total, 300 / total, (100 + over) / total);

        Trade trade = Assert.Single(_bench.Cycle.Trades.ToArray());
        Assert.Equal(UInt256.PowerOfTen(18) * tokens, trade.AmountIn);
    }

    [Fact]
    public void Match_LotOfTheBoughtAsset_IsPaidForInWholeLots()
    {
        SizingConstraints constraints = new(4);
        constraints.Lots[1] = 2.5;
        _bench.Hold(300, 200, 300, 200);

        Size(constraints, 0.3, 0.209, 0.3, 0.191);

        Assert.Equal(7_500_000UL, Assert.Single(_bench.Cycle.Trades.ToArray()).AmountIn);
    }

    [Fact]
    public void Match_LargerLotThanTheTrade_AddsNothing()
    {
        SizingConstraints constraints = new(4);
        constraints.Lots[0] = 100;
        _bench.Hold(360, 300, 300, 100);

        Size(constraints, 300.0 / 1060, 300.0 / 1060, 300.0 / 1060, 160.0 / 1060);

        Assert.Equal(0, _bench.Cycle.TradeCount);
    }

    [Fact]
    public void Match_TargetZero_SellsToTheLastUnit()
    {
        UInt256 odd = UInt256.Parse("123456789012345678901");
        _bench.Hold(0, 200, 300, 200);
        _bench.HoldUnits(0, odd);

        Size(new SizingConstraints(4), 0, 0.3, 0.4, 0.3);

        Trade[] sales = [.. _bench.Cycle.Trades.ToArray().Where(t => t.Sell.Index == 0)];
        Assert.Equal(odd, sales.Aggregate(UInt256.Zero, (sum, t) => sum + t.AmountIn));
    }

    [Theory]
    [InlineData(4.9, 0, 0)] // dust
    [InlineData(5.1, 0, 1)] // below the smallest trade of 10, and sold all the same
    [InlineData(9, 100, 0)] // 150000 units of gas at 100 gwei are 0.015 of the native coin, at 1000 each 15
    [InlineData(16, 100, 1)]
    public void Match_ExitBelowDustOrGas_StaysWhereItIs(double tokens, ulong gwei, int trades)
    {
        if (gwei > 0)
            _bench.Price(0, 1000);
        _bench.Hold(0, tokens, 500, 500 - tokens);
        _bench.Head(gwei * Gwei);

        Size(new SizingConstraints(4) { DustNumeraire = 5, MinTradeNumeraire = 10 }, 0, 0, 0.5, 0.5);

        Assert.Equal(trades, _bench.Cycle.TradeCount);
    }

    [Fact]
    public void Match_RestOfAnExitBelowDust_GoesAlong()
    {
        _bench.Hold(104, 400, 396, 100);

        // A1 lacks 101 of the 104; the 3 that would be left are less than dust.
        Size(new SizingConstraints(4) { DustNumeraire = 5 }, 0, 0.501, 0.399, 0.1);

        Trade trade = _bench.Cycle.Trades[0];
        Assert.Equal((0, 1), (trade.Sell.Index, trade.Buy.Index));
        Assert.Equal(_bench.Market.Holdings[0], trade.AmountIn);
    }

    // 150000 gas at 10 gwei and 1000 a coin are 1.5; at a cost of 1 % a leg below 150 stays undone.
    [Theory]
    [InlineData(149, 0)]
    [InlineData(151, 1)]
    public void Match_LegBelowGasOverCost_StaysUndone(double over, int trades)
    {
        _bench.Price(0, 1000);
        _bench.Hold(0, 2000 + over, 2000, 2000);
        _bench.Head(10 * Gwei);
        _bench.Regions((0.1, 0, 0.01), (0.1, 0, 0.01), (0.1, 0, 0.01));
        double total = 6000 + over;

        Size(new SizingConstraints(4) { GasOverCost = true }, 0, 2000 / total, 2000 / total, (2000 + over) / total);

        Assert.Equal(trades, _bench.Cycle.TradeCount);
    }

    private void Size(SizingConstraints constraints, params double[] targets) =>
        new ToTargetSizer(new() { MinTradeNumeraire = 1 }, constraints).Size(_bench.Valued(targets));

    private void AssertBought(params double[] expected)
    {
        double[] bought = _bench.Bought();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], bought[i], 1e-6);
    }

    private static double[] Random(Random random, int count, double total)
    {
        double[] raw = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
        double sum = raw.Sum();
        return [.. raw.Select(x => x / sum * total)];
    }
}
