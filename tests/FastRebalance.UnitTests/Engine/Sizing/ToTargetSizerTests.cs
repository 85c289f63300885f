using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine.Sizing;

public class ToTargetSizerTests
{
    [Fact]
    public void Size_TwoOverOneUnder_PairsLargestWithLargest()
    {
        // 250000 WETH, 300000 WBTC, 50000 USDC: 41.7 %, 50 %, 8.3 %.
        EngineBench bench = new EngineBench(1e9).Filled();
        RebalanceCycle cycle = Sized(bench, 0.3, 0.3, 0.4);

        Assert.Equal(2, cycle.TradeCount);
        Assert.Equal((EngineBench.Wbtc, EngineBench.Usdc), (cycle.Trades[0].Sell, cycle.Trades[0].Buy));
        Assert.Equal(120_000, cycle.Trades[0].ValueNumeraire, 6);
        Assert.Equal(2_00000000UL, cycle.Trades[0].AmountIn);
        Assert.Equal((EngineBench.Weth, EngineBench.Usdc), (cycle.Trades[1].Sell, cycle.Trades[1].Buy));
        Assert.Equal(70_000, cycle.Trades[1].ValueNumeraire, 6);
    }

    [Fact]
    public void Size_OverAndUnderWithoutCash_TradesTheOneForTheOther()
    {
        EngineBench bench = new EngineBench(1e9).Filled();
        RebalanceCycle cycle = Sized(bench, 0.5, 250.0 / 600, 50.0 / 600);

        Assert.Equal(1, cycle.TradeCount);
        Assert.Equal((EngineBench.Wbtc, EngineBench.Weth), (cycle.Trades[0].Sell, cycle.Trades[0].Buy));
    }

    [Fact]
    public void Size_AtTarget_AddsNothing()
    {
        EngineBench bench = new EngineBench().Filled();

        Assert.Equal(0, Sized(bench, 250.0 / 600, 0.5, 50.0 / 600).TradeCount);
    }

    [Fact]
    public void Size_LargerThanTheBound_StopsAtTheBound()
    {
        EngineBench bench = new EngineBench(maxTradeNumeraire: 1000).Filled();
        RebalanceCycle cycle = Sized(bench, 0.3, 0.3, 0.4);

        Assert.All(cycle.Trades.ToArray(), trade => Assert.InRange(trade.ValueNumeraire, 0, 1000));
        Assert.NotEqual(0, cycle.TradeCount);
    }

    [Fact]
    public void Size_SellEverything_NeverMoreThanIsHeld()
    {
        EngineBench bench = new EngineBench(1e9).Filled();
        bench.Hold(EngineBench.Wbtc, 4_99999999UL);
        RebalanceCycle cycle = Sized(bench, 1, 0, 0);

        foreach (Trade trade in cycle.Trades)
            Assert.True(trade.AmountIn <= bench.Market.Holdings[trade.Sell.Index]);
        Assert.Equal(2, cycle.TradeCount);
    }

    [Fact]
    public void Size_NaNDrift_AddsNothing()
    {
        EngineBench bench = new EngineBench().Filled();
        RebalanceCycle cycle = bench.Valued(0.3, 0.3, 0.4);
        Array.Fill(cycle.Drift, double.NaN);

        new ToTargetSizer(new ToTargetSizer.Options(), 3).Size(cycle);

        Assert.Equal(0, cycle.TradeCount);
    }

    private static RebalanceCycle Sized(EngineBench bench, params double[] targets)
    {
        RebalanceCycle cycle = bench.Valued(targets);
        new ToTargetSizer(new ToTargetSizer.Options(), 3).Size(cycle);
        return cycle;
    }
}
