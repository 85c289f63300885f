using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

public class PostTradeCheckTests
{
    private static readonly PostTradeCheck Check = new(new(10));

    // 250000 WETH, 300000 WBTC and 50000 USDC; 5 % of 600000 too much WBTC, and as much too little WETH.
    private readonly EngineBench _bench = new EngineBench().Filled();

    public PostTradeCheckTests() => _bench.Valued((250_000 + 30_000) / 600_000.0, (300_000 - 30_000) / 600_000.0, 50_000 / 600_000.0);

    [Theory]
    [InlineData(1)]
    [InlineData(15_000)]
    [InlineData(30_000)]
    [InlineData(30_500)] // across by 8 bps: inside the tolerance
    public void Check_TowardsTheTarget_IsApproved(double value) =>
        Assert.Equal(RiskVerdict.Approved, Check.Check(_bench.Trade(EngineBench.Wbtc, EngineBench.Weth, value).Cycle));

    [Fact]
    public void Check_AcrossTheTarget_IsRefusedThoughItEndsNearer()
    {
        _bench.Trade(EngineBench.Wbtc, EngineBench.Weth, 31_000);

        Assert.Equal(RiskVerdict.PostTrade, Check.Check(_bench.Cycle));
        Assert.Equal(EngineBench.Weth, _bench.Cycle.RiskAsset);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30_000)]
    [InlineData(double.NaN)]
    public void Check_AwayFromTheTarget_IsRefused(double value) =>
        Assert.Equal(RiskVerdict.PostTrade, Check.Check(_bench.Trade(EngineBench.Weth, EngineBench.Wbtc, value).Cycle));

    [Fact]
    public void Check_SlippageWouldEatTheGain_IsRefused()
    {
        // 0.2 bps of drift is mended while 300000 are carried round at up to 50 bps: 25 bps may be lost on the way.
        _bench.Valued((250_000 + 10) / 600_000.0, (300_000 - 10) / 600_000.0, 50_000 / 600_000.0);
        _bench.Trade(EngineBench.Wbtc, EngineBench.Weth, 150_010).Trade(EngineBench.Weth, EngineBench.Wbtc, 150_000);

        Assert.Equal(RiskVerdict.PostTrade, Check.Check(_bench.Cycle));
    }
}
