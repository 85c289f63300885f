using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

public class FrozenAssetCheckTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly EngineBench _bench = new EngineBench().Filled();

    public FrozenAssetCheckTests()
    {
        // WBTC, half the portfolio, falls silent.
        _bench.NowUnixNs += 90 * EngineBench.SecondNs;
        _bench.Price(EngineBench.Weth, 2500);
        _bench.Valued(0.4, 0.4, 0.2);
    }

    [Fact]
    public void Gate_TradeOfAFrozenAssetBesideOthers_GoesWithoutIt()
    {
        _bench.Trade(EngineBench.Wbtc, EngineBench.Weth, 500).Trade(EngineBench.Weth, EngineBench.Usdc, 300);

        Assert.True(Gate().Approves(_bench.Cycle));

        Assert.Equal(1, _bench.Cycle.TradeCount);
        Assert.Equal(EngineBench.Weth, _bench.Cycle.Trades[0].Sell);
    }

    [Fact]
    public void Gate_OnlyTradesOfAFrozenAsset_IsRefusedAndNamesIt()
    {
        _bench.Trade(EngineBench.Weth, EngineBench.Wbtc, 500);

        Assert.False(Gate().Approves(_bench.Cycle));

        Assert.Equal(RiskVerdict.FrozenAsset, _bench.Cycle.Risk);
        Assert.Equal(EngineBench.Wbtc, _bench.Cycle.RiskAsset);
        Assert.Equal(1, _bench.Cycle.TradeCount);
    }

    [Fact]
    public void Check_AssetWithALongerTimeOfItsOwn_IsNotFrozen()
    {
        _bench.Trade(EngineBench.Weth, EngineBench.Wbtc, 500);

        Assert.Equal(RiskVerdict.Approved, new FrozenAssetCheck([Minute, 2 * Minute, Minute], 1).Check(_bench.Cycle));
    }

    [Fact]
    public void Gate_MuchIsFrozen_LetsOnlyTradesIntoCashGo()
    {
        _bench.Trade(EngineBench.Usdc, EngineBench.Weth, 500);
        Assert.False(Gate(maxShare: 0.4).Approves(_bench.Cycle));
        Assert.Equal(RiskVerdict.FrozenAsset, _bench.Cycle.Risk);

        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, 300);
        Assert.True(Gate(maxShare: 0.4).Approves(_bench.Cycle));
        Assert.Equal(EngineBench.Usdc, Assert.Single(_bench.Cycle.Trades.ToArray()).Buy);
    }

    private static RiskGate Gate(double maxShare = 1) => new([new FrozenAssetCheck([Minute, Minute, Minute], maxShare)]);
}
