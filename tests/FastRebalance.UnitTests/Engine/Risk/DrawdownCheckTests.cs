using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

public class DrawdownCheckTests
{
    private static readonly DrawdownCheck Check = new(new Bps(1000));

    // 250000 WETH, 300000 WBTC and 50000 USDC.
    private readonly EngineBench _bench = new EngineBench().Filled();

    public DrawdownCheckTests() => See();

    [Theory]
    [InlineData(1901, RiskVerdict.Approved)] // 59900 of 600000
    [InlineData(1899, RiskVerdict.Drawdown)] // 60100
    public void Check_FallFromThePeak_IsRefusedAboveTheLimit(double weth, RiskVerdict verdict)
    {
        Price(weth);

        Assert.Equal(verdict, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_ValueComesBack_StaysStoppedUntilAResume()
    {
        Price(1800);
        Price(2600);
        Assert.Equal(RiskVerdict.Drawdown, Check.Check(_bench.Cycle));

        _bench.Operator(OperatorCommand.Resume);
        See();
        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));
        Assert.Equal(610_000, _bench.Cycle.HighWater.PeakNumeraire);
    }

    [Fact]
    public void Check_NewPeak_IsWhereTheFallIsCountedFrom()
    {
        Price(3500); // 700000
        Price(2750); // 625000: 10.7 % below it, and above where it began

        Assert.Equal(RiskVerdict.Drawdown, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_MoneyTakenOut_IsNoLoss()
    {
        _bench.Hold(EngineBench.Wbtc, 0UL); // half of it all
        Price(2500);
        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Cycle));
        Assert.Equal(300_000, _bench.Cycle.HighWater.PeakNumeraire, 6);

        Price(2190); // 31000 of the 300000 that are left
        Assert.Equal(RiskVerdict.Drawdown, Check.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_MoneyBroughtIn_DoesNotHideALoss()
    {
        Price(2050); // 555000: 7.5 %
        _bench.Hold(EngineBench.Usdc, 605_000_000000UL);
        Price(2050); // 1110000, and still 7.5 % below a peak of 1200000
        Assert.Equal(0.075, _bench.Cycle.HighWater.WorstDrawdown, 12);
        Assert.Equal(1_200_000, _bench.Cycle.HighWater.PeakNumeraire, 6);
    }

    [Fact]
    public void Check_WhatATradeLost_IsALoss()
    {
        _bench.Market.Orders.Open(_bench.NowUnixNs);
        _bench.Hold(EngineBench.Wbtc, 3_00000000UL);
        Price(2500);
        Assert.Equal(0, _bench.Cycle.HighWater.WorstDrawdown); // under way: not looked at

        _bench.Report(LiveOrder, SubmitStatus.Included, includedBlock: 101);
        _bench.Hold(EngineBench.Usdc, 100_000_000000UL); // 50000 for 120000 worth of WBTC
        _bench.Head(101);
        See();
        Assert.Equal(70_000 / 600_000.0, _bench.Cycle.HighWater.WorstDrawdown, 12);
        Assert.Equal(RiskVerdict.Drawdown, Check.Check(_bench.Cycle));
    }

    private static ulong LiveOrder => (1UL << 40) | 1;

    private void Price(double weth)
    {
        _bench.NowUnixNs += EngineBench.SecondNs;
        _bench.Price(EngineBench.Weth, weth);
        See();
    }

    private void See() => _bench.Cycle.HighWater.See(_bench.Valued(0.5, 0.4, 0.1));
}
