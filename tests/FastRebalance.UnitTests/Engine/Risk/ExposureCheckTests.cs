using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

public class ExposureCheckTests
{
    private const double None = double.PositiveInfinity;

    // 250000 WETH, 300000 WBTC and 50000 USDC.
    private readonly EngineBench _bench = new EngineBench().Filled();

    public ExposureCheckTests() => _bench.Valued(0.5, 0.4, 0.1);

    [Theory]
    [InlineData(20_000, RiskVerdict.Approved)]
    [InlineData(20_001, RiskVerdict.Exposure)]
    [InlineData(double.NaN, RiskVerdict.Exposure)]
    public void Check_BoughtUpToTheLimitOfAnAsset_IsApprovedAndNoFarther(double value, RiskVerdict verdict)
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, value);

        Assert.Equal(verdict, new ExposureCheck([0.45, None, None], None).Check(_bench.Cycle));
    }

    [Fact]
    public void Check_ExposureAboveItsLimitMadeSmaller_IsApproved()
    {
        _bench.Trade(EngineBench.Wbtc, EngineBench.Usdc, 1_000);

        Assert.Equal(RiskVerdict.Approved, new ExposureCheck([None, 0.3, None], 0.5).Check(_bench.Cycle));
    }

    [Fact]
    public void Check_ExposureAboveItsLimitLeftAlone_IsApproved()
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, 1_000);

        Assert.Equal(RiskVerdict.Approved, new ExposureCheck([None, 0.3, None], None).Check(_bench.Cycle));
    }

    [Fact]
    public void Check_ExposureAboveItsLimitMadeLarger_IsRefusedAndNamesTheAsset()
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Wbtc, 1);

        Assert.Equal(RiskVerdict.Exposure, new ExposureCheck([None, 0.3, None], None).Check(_bench.Cycle));
        Assert.Equal(EngineBench.Wbtc, _bench.Cycle.RiskAsset);
    }

    [Theory]
    [InlineData(1_000, 0.92, RiskVerdict.Approved)]
    [InlineData(3_000, 0.92, RiskVerdict.Exposure)]
    public void Check_AllRiskyTogether_AreHeldBelowTheirLimit(double value, double maxRisky, RiskVerdict verdict)
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, value);

        Assert.Equal(verdict, new ExposureCheck([None, None, None], maxRisky).Check(_bench.Cycle));
    }

    [Fact]
    public void Check_OneRiskyForAnother_LeavesTheRiskyShareAsItIs()
    {
        _bench.Trade(EngineBench.Wbtc, EngineBench.Weth, 10_000);

        Assert.Equal(RiskVerdict.Approved, new ExposureCheck([None, None, None], 0.5).Check(_bench.Cycle));
    }
}
