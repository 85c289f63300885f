using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine.Sizing;

/// <summary>Where the sizers other than to-target land.</summary>
public class SizerTests
{
    private readonly SizingBench _bench = new(assets: 3);

    [Fact]
    public void ToEdge_Outside_LandsOnTheEdgeWithinABaseUnit()
    {
        Random random = new(3);
        ToEdgeSizer sizer = new(new() { AbsoluteBps = 200, MinTradeNumeraire = 1e-6 }, _bench.Symbols, new SizingConstraints(4));
        for (int i = 0; i < 300; i++)
        {
            double over = 30 + (100 * random.NextDouble());
            _bench.Hold(300 + over, 230 - over, 220, 250);
            RebalanceCycle cycle = _bench.Valued(0.3, 0.23, 0.22, 0.25);

            sizer.Size(cycle);

            UInt256 sold = UInt256.Zero;
            foreach (Trade trade in cycle.Trades)
                sold += trade.Sell.Index == 0 ? trade.AmountIn : UInt256.Zero;
            // Each of the trades rounds down by less than a base unit; doubles are good to some 1e-13 tokens here.
            Assert.Equal(cycle.Values[0] - (0.32 * cycle.TotalNumeraire), (double)sold / 1e18, 1e-11);
            Assert.True(Drifts(cycle)[0] >= 0.02 - 1e-14, "across the edge");
        }
    }

    [Fact]
    public void ToEdge_InsideTheBand_AddsNothing()
    {
        _bench.Hold(315, 225, 220, 240);

        new ToEdgeSizer(new() { AbsoluteBps = 200 }, _bench.Symbols, new SizingConstraints(4)).Size(_bench.Valued(0.3, 0.23, 0.22, 0.25));

        Assert.Equal(0, _bench.Cycle.TradeCount);
    }

    // Cash is 60 over, A2 buys 10 to its edge; of the 30 that cash is still outside, A0 and A1, inside their bands, and A2 take 6, 12 and 12.
    [Fact]
    public void ToEdge_CashOutside_TheOthersHelpItToItsEdgeByDrift()
    {
        _bench.Hold(240, 230, 220, 310);

        new ToEdgeSizer(new() { AbsoluteBps = 200, MinTradeNumeraire = 1 }, _bench.Symbols, new SizingConstraints(4)).Size(_bench.Valued(0.25, 0.25, 0.25, 0.25));

        Assert.Equal([-0.004, -0.008, -0.008, 0.02], Drifts(_bench.Cycle).Select(d => Math.Round(d, 9)));
    }

    [Fact]
    public void ToEdge_SeveralOutside_EachLandsOnItsEdge()
    {
        _bench.Hold(400, 215, 205, 180);

        new ToEdgeSizer(new() { AbsoluteBps = 200, MinTradeNumeraire = 1 }, _bench.Symbols, new SizingConstraints(4)).Size(_bench.Valued(0.25, 0.25, 0.25, 0.25));

        // A0 sells 130; A1 and A2 are at -35 and -45 and buy 15 and 25 to their edges; cash, at -70, takes 90 and is at its edge of 20.
        double[] drifts = Drifts(_bench.Cycle);
        Assert.Equal(0.02, drifts[0], 1e-9);
        Assert.Equal(-0.02, drifts[1], 1e-9);
        Assert.Equal(-0.02, drifts[2], 1e-9);
        Assert.Equal(0.02, drifts[3], 1e-9);
    }

    [Fact]
    public void ToEdge_OwnBandOfAnAsset_IsItsEdge()
    {
        _bench.Hold(400, 200, 200, 200);
        ToEdgeSizer sizer = new(new() { AbsoluteBps = 500, PerAsset = new() { ["A0"] = 1000 } }, _bench.Symbols, new SizingConstraints(4));

        sizer.Size(_bench.Valued(0.25, 0.25, 0.25, 0.25));

        Assert.Equal(0.1, Drifts(_bench.Cycle)[0], 1e-9);
    }

    // Index Coop's flexible leverage recenters by 5 %: a weight goes a twentieth of the way.
    [Fact]
    public void ToFraction_Speed_GoesThatPartOfTheWay()
    {
        _bench.Hold(4000, 2000, 2000, 2000);

        new ToFractionSizer(new() { Speed = 0.05, MinTradeNumeraire = 1 }, new SizingConstraints(4)).Size(_bench.Valued(0.25, 0.25, 0.25, 0.25));

        double[] drifts = Drifts(_bench.Cycle);
        Assert.Equal(0.15 * 0.95, drifts[0], 1e-9);
        Assert.All(drifts[1..], drift => Assert.Equal(-0.05 * 0.95, drift, 1e-9));
    }

    // bt, LimitDeltas(0.1): .3 / -.7 towards .5 / -.5 is .4 / -.6. Shorts cannot be held here, so the weights are given and the worth is read.
    [Fact]
    public void ToTarget_MaxStep_MovesEachWeightByThatAtMost()
    {
        SizingBench bench = new(assets: 2);
        bench.Hold(1000, 1000, 1000);
        RebalanceCycle cycle = bench.Valued(0.5, -0.5, 1);
        (cycle.Weights[0], cycle.Weights[1], cycle.Weights[2]) = (0.3, -0.7, 1.4);
        cycle.TotalNumeraire = 1000;
        for (int i = 0; i < 3; i++)
            (cycle.Drift[i], cycle.Values[i]) = (cycle.Weights[i] - cycle.Targets[i], cycle.Weights[i] * 1000);

        new ToTargetSizer(new() { MaxStepBps = 1000 }, 3).Size(cycle);

        double[] bought = bench.Bought();
        Assert.Equal([0.4, -0.6, 1.2], new[] { 0, 1, 2 }.Select(i => Math.Round(cycle.Weights[i] + (bought[i] / 1000), 9)));
    }

    // vectorbt, test_target_percent: cash 100, half of it in the asset at prices 1 to 5.
    [Fact]
    public void ToTarget_HalfAtEachPrice_TradesWhatVectorbtDoes()
    {
        SizingBench bench = new(assets: 1);
        bench.Hold(0, 100);
        ToTargetSizer sizer = new(new() { MinTradeNumeraire = 1e-3 }, 2);
        double[] expected = [50, -12.5, -6.25, -3.90625, -2.734375];
        for (int step = 0; step < expected.Length; step++)
        {
            bench.Price(0, step + 1);
            double before = bench.Market.Quantities[0];
            sizer.Size(bench.Valued(0.5, 0.5));
            bench.Fill();
            Assert.Equal(expected[step], bench.Market.Quantities[0] - before, 1e-5); // cash has six decimals
        }
    }

    [Fact]
    public void ToRegion_OneOutside_LandsAndTakesAlongWhoIsBeyondItsLanding()
    {
        _bench.Regions((0.05, 0.02, 0.001), (0.05, 0.02, 0.001), (0.05, 0.02, 0.001));
        _bench.Hold(310, 280, 240, 170);

        Sized(coTrade: true);

        double[] drifts = Drifts(_bench.Cycle); // .06, .03, -.01 of .25
        Assert.Equal(0.02, drifts[0], 1e-9);
        Assert.Equal(0.02, drifts[1], 1e-9);
        Assert.Equal(-0.01, drifts[2], 1e-9);
    }

    [Fact]
    public void ToRegion_WithoutCoTrade_TradesWhoIsOutside()
    {
        _bench.Regions((0.05, 0.02, 0.001), (0.05, 0.02, 0.001), (0.05, 0.02, 0.001));
        _bench.Hold(310, 280, 240, 170);

        Sized(coTrade: false);

        Assert.Equal([0.02, 0.03, -0.01], Drifts(_bench.Cycle)[..3].Select(d => Math.Round(d, 9)));
    }

    [Fact]
    public void ToRegion_WithoutCoTradeAndNobodyOutside_TradesTheFarthest()
    {
        _bench.Regions((0.05, 0.01, 0.001), (0.08, 0.01, 0.001), (0.05, 0.01, 0.001));
        _bench.Hold(290, 290, 240, 180); // a narrower trigger has fired: .04 of .05 is farther out than .04 of .08

        Sized(coTrade: false);

        Assert.Equal([0.01, 0.04, -0.01], Drifts(_bench.Cycle)[..3].Select(d => Math.Round(d, 9)));
    }

    [Fact]
    public void ToRegion_NoWidth_LeavesTheAssetUnlessItShouldGo()
    {
        _bench.Regions((0, 0, 0), (0, 0, 0), (0.05, 0.02, 0.001));
        _bench.Hold(100, 300, 350, 250);

        new ToRegionSizer(new(), new SizingConstraints(4)).Size(_bench.Valued(0, 0.25, 0.25, 0.5));

        Assert.Equal([0, 0.05, 0.02], Drifts(_bench.Cycle)[..3].Select(d => Math.Round(d, 9)));
    }

    [Fact]
    public void ToRegion_NoPlanYet_GoesToTheTarget()
    {
        _bench.Hold(310, 280, 240, 170);

        Sized(coTrade: true);

        Assert.All(Drifts(_bench.Cycle), drift => Assert.Equal(0, drift, 1e-9));
    }

    private void Sized(bool coTrade) =>
        new ToRegionSizer(new() { CoTrade = coTrade, MinTradeNumeraire = 1 }, new SizingConstraints(4)).Size(_bench.Valued(0.25, 0.25, 0.25, 0.25));

    /// <summary>After the trades.</summary>
    private double[] Drifts(RebalanceCycle cycle)
    {
        double[] bought = _bench.Bought();
        return [.. bought.Select((b, i) => cycle.Drift[i] + (b / cycle.TotalNumeraire))];
    }
}
