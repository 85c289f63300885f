using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Hosting;
using FastRebalance.Quant.Positions;
using FastRebalance.Reports;

namespace FastRebalance.UnitTests.Hosting;

public sealed class RangeAdvisorTests
{
    private const long HourNs = 3_600_000_000_000;

    private static readonly AssetId s_weth = AssetId.FromIndex(0);
    private static readonly AssetId s_usdc = AssetId.FromIndex(1);
    private static readonly RangeTerms s_terms = new(Volatility: 0.6, SwapCost: 0.001, GasNumeraire: 4);

    private readonly RangeAdvisor _advisor = new(s_terms, 0, s_weth, s_usdc);
    private readonly MarketState _market = new(new EngineSetup([new("WETH", 18), new("USDC", 6)], [], s_usdc, s_weth, Epoch: 1) { Liquidity = [new(s_weth, s_usdc)] });
    private PoolPosition _position = new() { TickLower = -203_190, TickUpper = -197_310, Liquidity = (UInt128)4e16 }; // 1500 to 2700
    private long _unixNs = HourNs;

    [Fact]
    public void Advise_LessThanAnHourSeen_SaysNothing()
    {
        Head(2000);
        Head(2000, fees: 1, after: HourNs / 2);
        Assert.Null(_advisor.Advise(_market));
        Head(2000, fees: 1, after: HourNs / 2);
        Assert.NotNull(_advisor.Advise(_market));
    }

    // A day in range at 720 USDC of fees; then the price is far above, where nothing is earned and no time counts.
    [Fact]
    public void Advise_PriceFarBeyondTheRange_SaysWhatThePolicySays()
    {
        Day(2000, 30);
        RangeAdvice inside = _advisor.Advise(_market)!;
        Head(3600);
        Head(3600, after: 50 * HourNs);
        RangeAdvice outside = _advisor.Advise(_market)!;

        Assert.Equal("stay", inside.Action);
        Assert.True(inside.Worth < inside.Cost);
        Assert.Contains(outside.Action, (string[])["recentre", "widen"]);
        Assert.Equal(720, outside.DailyFees, 0.01);
        LiquidityRange range = _market.Liquidity!.RangeOf(0, s_weth);
        RangeView view = new(
            Math.Sqrt(range.Low * range.High), Math.Log(range.High / range.Low) / 2, 3600, range.ExposureAt(3600).Value, 0.6 / Math.Sqrt(365), outside.DailyFees, 12, 0.001);
        Assert.Equal(view.Cost, outside.Cost, 1e-9 * view.Cost);
        Assert.Equal(RangePolicy.RuleOf(in view, view.HalfWidth).GainAt(view.Drift), outside.Worth, 1e-6 * outside.Cost);
        Assert.Equal(3600, Math.Sqrt(outside.Low * outside.High), 1e-6);
    }

    [Fact]
    public void Advise_FeesCollectedInBetween_CountsNothingBackwards()
    {
        Day(2000, 30);
        double before = _advisor.Advise(_market)!.DailyFees;
        (_position.Owed0, _position.Owed1) = (0, 0);
        Head(2000, after: HourNs);
        Assert.Equal(before, _advisor.Advise(_market)!.DailyFees, 1e-9);
    }

    [Fact]
    public void Advise_AnotherLiquidity_BeginsAnew()
    {
        Day(2000, 30);
        _position.Liquidity *= 2;
        Head(2000, after: HourNs);
        Assert.Null(_advisor.Advise(_market));
    }

    [Fact]
    public void Advise_AShareOfAPair_HasNoRange()
    {
        _position = new PoolPosition { Amount0 = (UInt128)1e18, Amount1 = (UInt128)2e9, Liquidity = (UInt128)4e13 };
        Day(2000, 0);
        Assert.Null(_advisor.Advise(_market));
    }

    private void Day(double price, double feesAnHour)
    {
        Head(price);
        for (int hour = 0; hour < 24; hour++)
            Head(price, feesAnHour, HourNs);
    }

    /// <summary>Fees in USDC, half on each side.</summary>
    private void Head(double price, double fees = 0, long after = 0)
    {
        _unixNs += after;
        _position.Owed0 += (UInt128)(fees / 2 / price * 1e18);
        _position.Owed1 += (UInt128)(fees / 2 * 1e6);
        MarketEvent tick = new() { Kind = MarketEventKind.Price, Subject = s_weth.Value, UnixNs = _unixNs };
        tick.Price.NumerairePerToken = price;
        Assert.Equal(ApplyVerdict.Applied, _market.Apply(in tick));
        MarketEvent told = new() { Kind = MarketEventKind.PoolPosition, Subject = 1, UnixNs = _unixNs, PoolPosition = _position };
        Assert.Equal(ApplyVerdict.Applied, _market.Apply(in told));
        _advisor.Observe(_market);
    }
}
