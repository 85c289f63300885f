using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.UnitTests.Engine;

public class MarketStateTests
{
    [Fact]
    public void Apply_EverythingKnown_IsComplete()
    {
        EngineBench bench = new();
        bench.Hold(EngineBench.Weth, 1);
        bench.Hold(EngineBench.Wbtc, 1);
        bench.Hold(EngineBench.Usdc, 1);
        bench.Price(EngineBench.Weth, 2500);
        Assert.False(bench.Market.IsComplete);

        bench.Price(EngineBench.Wbtc, 60000);

        Assert.True(bench.Market.IsComplete);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Apply_UnusablePrice_IsRefusedAndChangesNothing(double price)
    {
        EngineBench bench = new EngineBench().Filled();

        Assert.Equal(ApplyVerdict.UnusablePrice, bench.Price(EngineBench.Weth, price));
        Assert.Equal(2500, bench.Market.Prices[EngineBench.Weth.Index]);
    }

    [Fact]
    public void Apply_OlderPrice_IsRefused()
    {
        EngineBench bench = new EngineBench().Filled();
        bench.NowUnixNs -= 1;

        Assert.Equal(ApplyVerdict.OlderThanKnown, bench.Price(EngineBench.Weth, 1));
        Assert.Equal(2500, bench.Market.Prices[EngineBench.Weth.Index]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(3)] // the numeraire's price is one by definition
    public void Apply_PriceOfNoSuchAsset_IsRefused(ushort asset) =>
        Assert.Equal(ApplyVerdict.UnknownAsset, new EngineBench().Price(new AssetId(asset), 1));

    [Fact]
    public void Apply_KindNone_IsRefused()
    {
        MarketEvent nothing = default;

        Assert.Equal(ApplyVerdict.UnknownKind, new EngineBench().Market.Apply(in nothing));
    }

    [Fact]
    public void Apply_PoolNobodyConfigured_IsRefused()
    {
        MarketEvent e = new() { Kind = MarketEventKind.Reserves, Subject = 7 };

        Assert.Equal(ApplyVerdict.UnknownPool, new EngineBench().Market.Apply(in e));
    }

    [Fact]
    public void IsConsistent_BetweenHoldingAndHead_IsFalse()
    {
        EngineBench bench = new EngineBench().Filled();
        Assert.True(bench.Market.IsConsistent);

        bench.Hold(EngineBench.Usdc, 7);
        Assert.False(bench.Market.IsConsistent);

        bench.Head(101);
        Assert.True(bench.Market.IsConsistent);
    }

    [Fact]
    public void IsConsistent_FeedLost_IsFalseUntilTheNextHead()
    {
        EngineBench bench = new EngineBench().Filled();
        MarketEvent lost = new() { Kind = MarketEventKind.FeedLost };

        bench.Market.Apply(in lost);
        Assert.False(bench.Market.IsConsistent);
        bench.Price(EngineBench.Weth, 2600);
        Assert.False(bench.Market.IsConsistent);
        bench.Head(101);
        Assert.True(bench.Market.IsConsistent);
    }

    [Fact]
    public void GasSpentToday_IncludedAndReverted_AddsUpAndForgetsAtMidnight()
    {
        EngineBench bench = new EngineBench().Filled();
        bench.Report(1, SubmitStatus.Included, 100, gasUsed: 200_000, gasPriceWei: 10_000_000_000);
        bench.Report(2, SubmitStatus.Reverted, 100, gasUsed: 100_000, gasPriceWei: 10_000_000_000);
        bench.Report(3, SubmitStatus.Dropped, 100, gasUsed: 21_000, gasPriceWei: 10_000_000_000); // its cancel
        bench.Report(4, SubmitStatus.Dropped);
        Assert.Equal(0.00321 * 2500, bench.Market.GasSpentToday, 9);

        bench.NowUnixNs += 86_400 * EngineBench.SecondNs;
        bench.Price(EngineBench.Weth, 2500);

        Assert.Equal(0, bench.Market.GasSpentToday);
    }

    [Fact]
    public void Apply_ForeignTransaction_StopsTradingForGood()
    {
        EngineBench bench = new EngineBench().Filled();

        bench.Report(1, SubmitStatus.Foreign);
        bench.Operator(OperatorCommand.Resume);

        Assert.True(bench.Market.IsKilled);
    }
}
