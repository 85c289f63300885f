using FastRebalance.Core.Events;
using FastRebalance.Engine.Targets;

namespace FastRebalance.UnitTests.Engine.Targets;

public sealed class CppiTargetTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    // acadifi.com's worked example: ten millions, a floor of 8.5 and a multiplier of 3 are 4.5 in risky assets; five per cent up of them make
    // 10.225 millions with 5.175 risky, five per cent down 9.775 with 3.825.
    [Theory]
    [InlineData(10_000_000, 4_500_000)]
    [InlineData(10_225_000, 5_175_000)]
    [InlineData(9_775_000, 3_825_000)]
    public void Aim_AcadifiExample_PutsTheMultipleOfTheCushionAtRisk(double value, double risky)
    {
        CppiTarget target = New(new() { FloorNumeraire = 8_500_000, Multiplier = 3, Risky = new() { ["WETH"] = 1 } });
        Assert.Equal(risky, Exposure(target, value) * value, 1e-3);
        Assert.Equal(1 - (risky / value), _bench.Cycle.Targets[2], 1e-12);
    }

    // The example of five per cent moves, walked: what is risky moves, the rest stays.
    [Fact]
    public void Aim_AcadifiExampleWalked_GivesTheNextStep()
    {
        CppiTarget target = New(new() { FloorNumeraire = 8_500_000, Multiplier = 3, Risky = new() { ["WETH"] = 1 } });
        double risky = Exposure(target, 10_000_000) * 10_000_000;
        Assert.Equal(5_175_000, Exposure(target, 10_000_000 + (0.05 * risky)) * 10_225_000, 1e-3);
    }

    // Investopedia's: 100 000, a floor of 90 000 and a multiplier of 5 are 50 000.
    [Fact]
    public void Aim_InvestopediaExample_HalfIsAtRisk() =>
        Assert.Equal(0.5, Exposure(New(new() { FloorFraction = 0.9, Multiplier = 5, Risky = new() { ["WETH"] = 1 } }), 100_000), 1e-12);

    [Fact]
    public void Aim_SeveralRiskyAssets_ShareTheExposure()
    {
        CppiTarget target = New(new() { FloorFraction = 0.9, Multiplier = 5, Risky = new() { ["WETH"] = 0.7, ["WBTC"] = 0.3 } });
        Aim(target, 100_000);
        Assert.Equal([0.35, 0.15, 0.5], _bench.Cycle.Targets.Select(w => Math.Round(w, 12)));
    }

    [Fact]
    public void Aim_MultipleAboveTheCap_StopsAtIt() => Assert.Equal(
        0.6, Exposure(New(new() { FloorFraction = 0.5, Multiplier = 5, MaxExposure = 0.6, Risky = new() { ["WETH"] = 1 } }), 100_000), 1e-12);

    [Fact]
    public void Aim_SafeAssetNamed_TakesTheRest()
    {
        CppiTarget target = New(new() { FloorFraction = 0.9, Multiplier = 5, Safe = "WBTC", Risky = new() { ["WETH"] = 1 } });
        Aim(target, 100_000);
        Assert.Equal([0.5, 0.5, 0], _bench.Cycle.Targets.Select(w => Math.Round(w, 12)));
    }

    // F = F0·e^(rt), Black and Perold 1992: a floor of 80 000 that grows by 5 % is at 84 101.7 after a year.
    [Fact]
    public void Aim_AYearLater_TheFloorHasGrown()
    {
        CppiTarget target = New(new() { FloorFraction = 0.8, FloorGrowthPerYear = 0.05, Multiplier = 2, Risky = new() { ["WETH"] = 1 } });
        Exposure(target, 100_000);
        Pass(TimeSpan.FromDays(365));
        Assert.Equal(2 * (100_000 - (80_000 * Math.Exp(0.05))) / 100_000, Exposure(target, 100_000), 1e-9);
    }

    [Fact]
    public void Aim_FloorReached_NothingIsAtRiskUntilAnOperatorResumes()
    {
        CppiTarget target = New(new() { FloorFraction = 0.9, Multiplier = 5, Risky = new() { ["WETH"] = 1 } });
        Exposure(target, 100_000);
        Assert.Equal(0, Exposure(target, 90_000));
        Assert.True(target.IsBroken);
        Assert.Equal(0, Exposure(target, 120_000));
        _bench.Operator(OperatorCommand.Pause);
        Assert.Equal(0, Exposure(target, 120_000));

        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(0.5, Exposure(target, 120_000), 1e-12); // a floor by fraction is of the value now
        Assert.False(target.IsBroken);
    }

    [Fact]
    public void Aim_ResumedBelowAFloorByAmount_IsBrokenAgain()
    {
        CppiTarget target = New(new() { FloorNumeraire = 90_000, Multiplier = 5, Risky = new() { ["WETH"] = 1 } });
        Exposure(target, 100_000);
        Exposure(target, 80_000);
        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(0, Exposure(target, 80_000));
        Assert.True(target.IsBroken);
        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(0.5, Exposure(target, 100_000), 1e-12);
    }

    // A resume that ends a pause is no word on a floor that holds.
    [Fact]
    public void Aim_ResumedWhileTheFloorHolds_ChangesNothing()
    {
        CppiTarget target = New(new() { FloorFraction = 0.9, Multiplier = 5, Risky = new() { ["WETH"] = 1 } });
        Exposure(target, 100_000);
        double before = Exposure(target, 95_000);
        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(before, Exposure(target, 95_000));
    }

    [Fact]
    public void Aim_OnePrintBelowTheFloor_IsNotFinalBeforeItIsConfirmed()
    {
        CppiTarget target = New(new() { FloorFraction = 0.9, Multiplier = 5, ConfirmAfter = TimeSpan.FromSeconds(30), Risky = new() { ["WETH"] = 1 } });
        Exposure(target, 100_000);
        Assert.Equal(0, Exposure(target, 50_000));
        Pass(TimeSpan.FromSeconds(12));
        Assert.Equal(0.5, Exposure(target, 100_000), 1e-12);

        Exposure(target, 50_000);
        Pass(TimeSpan.FromSeconds(30));
        Exposure(target, 50_000);
        Assert.True(target.IsBroken);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Aim_ValueThatCannotBe_RisksNothingAndRemembersNothing(double value)
    {
        CppiTarget target = New(new() { FloorFraction = 0.9, Multiplier = 5, Risky = new() { ["WETH"] = 1 } });
        Assert.Equal(0, Exposure(target, value));
        Assert.Equal(0.5, Exposure(target, 100_000), 1e-12);
        Assert.Equal(0, Exposure(target, value));
        Assert.Equal(0.5, Exposure(target, 100_000), 1e-12);
    }

    [Fact]
    public void IsConstant_FollowsTheValue_IsNot() => Assert.False(((ITarget)New(new() { FloorFraction = 0.9, Risky = new() { ["WETH"] = 1 } })).IsConstant);

    private static CppiTarget New(CppiTarget.Options options) => new(options, EngineBench.Symbols, EngineBench.Usdc);

    private void Pass(TimeSpan time)
    {
        _bench.NowUnixNs += (long)time.TotalNanoseconds;
        _bench.Head(_bench.Block + 1);
    }

    private void Aim(CppiTarget target, double value)
    {
        _bench.Cycle.TotalNumeraire = value;
        target.Aim(_bench.Cycle);
    }

    private double Exposure(CppiTarget target, double value)
    {
        Aim(target, value);
        return _bench.Cycle.Targets[0] + _bench.Cycle.Targets[1];
    }
}
