using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Engine.Risk;

/// <summary>The checks that go by what trading has moved and cost.</summary>
public class LedgerCheckTests
{
    private static readonly TimeSpan SixHours = TimeSpan.FromHours(6);

    private readonly EngineBench _bench = new EngineBench().Filled();

    public LedgerCheckTests() => _bench.Valued(0.5, 0.4, 0.1);

    [Theory]
    [InlineData(0.1, double.PositiveInfinity, 35_000, RiskVerdict.Approved)]
    [InlineData(0.1, double.PositiveInfinity, 35_001, RiskVerdict.Turnover)]
    [InlineData(double.PositiveInfinity, 60_000, 35_000, RiskVerdict.Approved)]
    [InlineData(double.PositiveInfinity, 60_000, 35_001, RiskVerdict.Turnover)]
    [InlineData(0.1, 60_000, double.NaN, RiskVerdict.Turnover)]
    public void Turnover_WithWhatTheOrderAdds_IsHeldToTheLimit(double share, double numeraire, double value, RiskVerdict verdict)
    {
        Fill(sold: 10, received: 25_000);
        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, value);

        Assert.Equal(verdict, new TurnoverCheck(share, numeraire).Check(_bench.Cycle));
    }

    [Fact]
    public void Turnover_NextDay_StartsAnew()
    {
        Fill(sold: 20, received: 50_000);
        _bench.Trade(EngineBench.Weth, EngineBench.Usdc, 20_000);
        TurnoverCheck check = new(0.1, double.PositiveInfinity);
        Assert.Equal(RiskVerdict.Turnover, check.Check(_bench.Cycle));

        Pass(TimeSpan.FromDays(1));
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle));
    }

    [Fact]
    public void SlippageBudget_Lost_IsForgivenEvenly()
    {
        SlippageBudgetCheck check = new(new Bps(10), SixHours); // 600 of 600000
        Fill(sold: 40, received: 99_100); // 900 short
        Assert.Equal(RiskVerdict.SlippageBudget, check.Check(_bench.Cycle));

        Pass(TimeSpan.FromHours(1.9));
        Assert.Equal(RiskVerdict.SlippageBudget, check.Check(_bench.Cycle)); // 615 left
        Pass(TimeSpan.FromHours(0.2));
        Assert.Equal(RiskVerdict.Approved, check.Check(_bench.Cycle)); // 585
    }

    [Fact]
    public void SlippageBudget_TradedAtAGain_IsApproved()
    {
        Fill(sold: 40, received: 101_000);

        Assert.Equal(RiskVerdict.Approved, new SlippageBudgetCheck(new Bps(10), SixHours).Check(_bench.Cycle));
    }

    /// <summary>An order of one leg, WETH for USDC at 2500, and what it really brought.</summary>
    private void Fill(double sold, double received)
    {
        OrderLeg leg = new() { Sell = EngineBench.Weth, Buy = EngineBench.Usdc, AmountIn = PoolBench.Units(EngineBench.Weth, sold) };
        leg.ExpectedOut = leg.MinimumOut = PoolBench.Units(EngineBench.Usdc, received);
        ulong order = _bench.Market.OpenOrder([leg]);
        MarketEvent e = new() { Kind = MarketEventKind.LegFill, UnixNs = _bench.NowUnixNs };
        e.Fill = new LegFill { OrderId = order, Spent = leg.AmountIn, Received = leg.ExpectedOut };
        _bench.Market.Apply(in e);
    }

    private void Pass(TimeSpan time)
    {
        _bench.NowUnixNs += (long)time.TotalNanoseconds;
        _bench.Head(_bench.Block + 1);
    }
}
