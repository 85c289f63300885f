using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

public class BadPrintCheckTests
{
    private static readonly TimeSpan MaxReferenceAge = TimeSpan.FromSeconds(12);

    private readonly EngineBench _bench = new EngineBench().Filled();

    public BadPrintCheckTests() => _bench.Valued(0.5, 0.4, 0.1);

    [Theory]
    [InlineData(2500, RiskVerdict.Approved)]
    [InlineData(2524, RiskVerdict.Approved)]
    [InlineData(2526, RiskVerdict.BadPrint)]
    [InlineData(2476, RiskVerdict.Approved)]
    [InlineData(2474, RiskVerdict.BadPrint)]
    public void Check_SecondSource_AllowsTheDeviationBothWays(double reference, RiskVerdict verdict)
    {
        _bench.Reference(EngineBench.Weth, reference);
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, 100);

        Assert.Equal(verdict, TwoSources().Check(_bench.Cycle));
        Assert.Equal(verdict == RiskVerdict.Approved ? AssetId.None : EngineBench.Weth, _bench.Cycle.RiskAsset);
    }

    [Fact]
    public void Check_SecondSourceSilentOrOld_IsRefusedForTheAssetsThatAreTraded()
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, 100);
        Assert.Equal(RiskVerdict.NoReference, TwoSources().Check(_bench.Cycle));

        _bench.Reference(EngineBench.Weth, 2500);
        Assert.Equal(RiskVerdict.Approved, TwoSources().Check(_bench.Cycle)); // WBTC has none, and is not traded

        _bench.NowUnixNs += 13 * EngineBench.SecondNs;
        _bench.Head(101);
        Assert.Equal(RiskVerdict.NoReference, TwoSources().Check(_bench.Cycle));
    }

    [Fact]
    public void Check_NoPlanYet_SaysThatEstimatesAreMissing()
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, 100);

        Assert.Equal(RiskVerdict.NoEstimate, Sigmas().Check(_bench.Cycle));
        Assert.True(Sigmas().WantsPlan);
        Assert.False(TwoSources().WantsPlan);
    }

    /// <summary>8 σ √t + 20 bps with σ = 1 per √year: an hour later 8 / √8760 + 0.002 = 8.75 %, written out here by hand.</summary>
    [Theory]
    [InlineData(+0.0870, RiskVerdict.Approved)]
    [InlineData(+0.0880, RiskVerdict.BadPrint)]
    [InlineData(-0.0870, RiskVerdict.Approved)]
    [InlineData(-0.0880, RiskVerdict.BadPrint)]
    public void Check_AnHourAfterThePlan_AllowsEightDeviationsAndTheSpread(double logMove, RiskVerdict verdict)
    {
        _bench.Estimate((1, 2500), (1, 60_000), (0, 1));
        _bench.NowUnixNs += 3600 * EngineBench.SecondNs;
        _bench.Price(EngineBench.Weth, 2500 * Math.Exp(logMove));
        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, 100);

        Assert.Equal(verdict, Sigmas().Check(_bench.Cycle));
    }

    /// <summary>XRP, 2018-04-25 10:30: −49 % and +48 % within two minutes on one tape; σ of about 1.2 per √year in those days.</summary>
    [Theory]
    [InlineData(0.51)]
    [InlineData(1.48)]
    public void Check_ThePrintOfXrpInApril2018_IsRefused(double factor)
    {
        _bench.Estimate((1.2, 2500), (1.2, 60_000), (0, 1));
        _bench.NowUnixNs += 120 * EngineBench.SecondNs;
        _bench.Price(EngineBench.Weth, 2500 * factor);
        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, 100);

        Assert.Equal(RiskVerdict.BadPrint, Sigmas().Check(_bench.Cycle));
    }

    [Fact]
    public void Check_CrashThatTheSecondSourceConfirms_IsNoBadPrint()
    {
        BadPrintCheck both = new(8, new Bps(20), new Bps(100), MaxReferenceAge);
        _bench.Estimate((0.8, 2500), (0.8, 60_000), (0, 1));
        _bench.Price(EngineBench.Weth, 1500);
        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, 100);
        Assert.Equal(RiskVerdict.BadPrint, both.Check(_bench.Cycle));

        _bench.Reference(EngineBench.Weth, 1505);
        Assert.Equal(RiskVerdict.Approved, both.Check(_bench.Cycle));
    }

    [Fact]
    public void Check_EstimateOfNoAnchor_IsRefused()
    {
        _bench.Estimate((1, 0), (1, 60_000), (0, 1));
        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, 100);

        Assert.Equal(RiskVerdict.BadPrint, Sigmas().Check(_bench.Cycle));
    }

    private static BadPrintCheck TwoSources() => new(null, default, new Bps(100), MaxReferenceAge);

    private static BadPrintCheck Sigmas() => new(8, new Bps(20), null, MaxReferenceAge);
}
