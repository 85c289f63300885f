using FastRebalance.Engine;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.UnitTests.Engine.Sizing;

public class TwapSizerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly SizingBench _bench = new(assets: 1);

    // bt, RebalanceOverTime(2): 0 / 1 towards 1 / 0 is .5 / .5, then 1 / 0.
    [Fact]
    public void Size_TwoSlices_HalfAndThenTheRest()
    {
        TwapSizer sizer = Twap(slices: 2);
        _bench.Hold(1000, 0);

        Assert.Equal(500, Slice(sizer, 0, 1), 1e-6);
        _bench.Pass(Pause);
        Assert.Equal(500, Slice(sizer, 0, 1), 1e-6);
        Assert.True(_bench.Market.Holdings[0].IsZero);
    }

    [Fact]
    public void Size_ThreeSlices_AreEvenThoughWhatIsWantedShrinks()
    {
        TwapSizer sizer = Twap(slices: 3);
        _bench.Hold(900, 100);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(100, Slice(sizer, 0.6, 0.4), 1e-5);
            _bench.Pass(Pause);
        }
        Assert.Equal(0.6, _bench.Valued(0.6, 0.4).Weights[0], 1e-6);
    }

    [Fact]
    public void Size_LargestSlice_DividesByWorth()
    {
        TwapSizer sizer = Twap(slices: 1, maxSlice: 130);
        _bench.Hold(900, 100);
        foreach (double slice in new[] { 130.0, 130, 40 })
        {
            Assert.Equal(slice, Slice(sizer, 0.6, 0.4), 1e-5);
            _bench.Pass(Pause);
        }
    }

    [Fact]
    public void Size_BeforeThePauseIsOver_AddsNothing()
    {
        TwapSizer sizer = Twap(slices: 3);
        _bench.Hold(900, 100);
        Slice(sizer, 0.6, 0.4);

        _bench.Pass(Pause - TimeSpan.FromSeconds(1));
        Assert.Equal(0, Slice(sizer, 0.6, 0.4));
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(100, Slice(sizer, 0.6, 0.4), 1e-5);
    }

    [Fact]
    public void Size_DriftInsideTheStop_Ends()
    {
        TwapSizer sizer = Twap(slices: 4);
        _bench.Hold(900, 100);
        Slice(sizer, 0.6, 0.4);
        _bench.Pass(Pause);
        _bench.Hold(601, 399);

        Assert.Equal(0, Slice(sizer, 0.6, 0.4));
        _bench.Hold(800, 200);
        Assert.Equal(50, Slice(sizer, 0.6, 0.4), 1e-5); // a new programme of four
    }

    [Fact]
    public void Size_DriftOnTheOtherSide_EndsWithoutATrade()
    {
        TwapSizer sizer = Twap(slices: 4);
        _bench.Hold(900, 100);
        Slice(sizer, 0.6, 0.4);
        _bench.Pass(Pause);
        _bench.Hold(500, 500);

        Assert.Equal(0, Slice(sizer, 0.6, 0.4));
        Assert.Equal(25, Slice(sizer, 0.6, 0.4), 1e-5);
    }

    [Fact]
    public void Size_SliceThatDidNotGoOut_IsSizedAgainAtOnce()
    {
        TwapSizer sizer = Twap(slices: 3);
        _bench.Hold(900, 100);
        for (int i = 0; i < 3; i++)
        {
            sizer.Size(_bench.Valued(0.6, 0.4)); // refused, say
            Assert.Equal(100, _bench.Cycle.Trades[0].ValueNumeraire, 1e-9);
        }
        Assert.Equal(100, Slice(sizer, 0.6, 0.4), 1e-5);
    }

    [Fact]
    public void Size_OrderOfAnother_EndsTheProgramme()
    {
        TwapSizer sizer = Twap(slices: 3);
        _bench.Hold(900, 100);
        Slice(sizer, 0.6, 0.4);
        _bench.Pass(TimeSpan.FromSeconds(1));
        sizer.Size(_bench.Valued(0.6, 0.4)); // asked in the pause: its own slice is seen
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Market.Orders.Open(_bench.NowUnixNs); // safety's
        _bench.Hold(720, 280);
        _bench.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(40, Slice(sizer, 0.6, 0.4), 1e-5); // a third anew, and at once
    }

    [Fact]
    public void Size_SmallestTrade_IsNotUndercut()
    {
        TwapSizer sizer = new(
            new ToTargetSizer(new(), new SizingConstraints(2)), 100, double.PositiveInfinity, Pause, 20, new(2) { MinTradeNumeraire = 30 });
        _bench.Hold(900, 100);

        Assert.Equal(30, Slice(sizer, 0.6, 0.4), 1e-6);
    }

    private static TwapSizer Twap(int slices, double maxSlice = double.PositiveInfinity) =>
        new(new ToTargetSizer(new() { MinTradeNumeraire = 1 }, 2), slices, maxSlice, Pause, 20, new SizingConstraints(2));

    /// <summary>One pass whose trades, if any, go out and are filled: what they were worth.</summary>
    private double Slice(TwapSizer sizer, params double[] targets)
    {
        sizer.Size(_bench.Valued(targets));
        double worth = 0;
        foreach (Trade trade in _bench.Cycle.Trades)
            worth += trade.ValueNumeraire;
        if (worth == 0)
            return 0;
        _bench.Market.Orders.Open(_bench.NowUnixNs);
        _bench.Fill();
        return worth;
    }
}
