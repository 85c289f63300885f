using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.UnitTests.Engine;

public class TradeLedgerTests
{
    private const long HourNs = 3600 * EngineBench.SecondNs;

    private readonly EngineBench _bench = new EngineBench().Filled();

    private TradeLedger Ledger => _bench.Market.Ledger;

    // 10 WETH at 2500 for 24900 USDC, expected 24950.
    [Fact]
    public void Fill_Worse_IsTurnoverAndShortfallAtThePricesOfTheDecision()
    {
        ulong order = Open((10, 24_950));
        _bench.Price(EngineBench.Weth, 2700);
        Fill(order, 0, 10, 24_900);

        Assert.Equal(25_000, Ledger.TurnoverTodayNumeraire, 6);
        Assert.Equal(100, Ledger.LastShortfallNumeraire, 6);
        Assert.Equal(50, Ledger.LastExpectedShortfallNumeraire, 6);
        Assert.Equal(100, Ledger.SlippageNumeraire, 6);
        Assert.Equal(50, Ledger.ExpectedSlippageNumeraire, 6);
        Assert.Equal(1, Ledger.Trades);
    }

    [Fact]
    public void Fill_OneLegOfTwo_TheOtherCountsNothing()
    {
        ulong order = Open((10, 24_950), (4, 9_980));
        Fill(order, 1, 4, 9_990);

        Assert.Equal(10_000, Ledger.TurnoverTodayNumeraire, 6);
        Assert.Equal(10, Ledger.LastShortfallNumeraire, 6);
        Assert.Equal(1, Ledger.Trades);
    }

    [Fact]
    public void Fill_OfAnotherOrderOrLeg_CountsNothing()
    {
        ulong order = Open((10, 24_950));
        Fill(order + 1, 0, 10, 24_900);
        Fill(order, 1, 10, 24_900);

        Assert.Equal(0, Ledger.TurnoverTodayNumeraire);
        Assert.Equal(0, Ledger.Trades);
    }

    [Fact]
    public void Fill_BroughtAgainByAReorganisation_ReplacesTheFirst()
    {
        ulong order = Open((10, 24_950));
        Fill(order, 0, 10, 24_900);
        _bench.Report(order, SubmitStatus.Reorged);
        Fill(order, 0, 10, 24_880);

        Assert.Equal(25_000, Ledger.TurnoverTodayNumeraire, 6);
        Assert.Equal(120, Ledger.SlippageNumeraire, 6);
        Assert.Equal(1, Ledger.Trades);
    }

    [Fact]
    public void Turnover_AfterMidnight_BeginsAnewWithTheFirstFillOfTheDay()
    {
        Fill(Open((10, 24_950)), 0, 10, 24_900);
        ulong order = Open((4, 9_980));
        _bench.NowUnixNs += 24 * HourNs;
        Fill(order, 0, 4, 9_990); // the day's first event is the fill itself

        Assert.Equal(10_000, Ledger.TurnoverTodayNumeraire, 6);
        Assert.Equal(110, Ledger.SlippageNumeraire, 6);
        Assert.Equal(10, Ledger.LastShortfallNumeraire, 6);
    }

    [Fact]
    public void Gas_AfterMidnight_BeginsAnewWithTheFirstReportOfTheDay()
    {
        _bench.Report(1, SubmitStatus.Included, 100, gasUsed: 200_000, gasPriceWei: 10_000_000_000);
        _bench.NowUnixNs += 24 * HourNs;
        _bench.Report(2, SubmitStatus.Included, 100, gasUsed: 100_000, gasPriceWei: 10_000_000_000);

        Assert.Equal(0.001 * 2500, _bench.Market.GasSpentToday, 9);
        Assert.Equal(0.003 * 2500, Ledger.GasNumeraire, 9);
    }

    // dHEDGE, SlippageAccumulator: what was accumulated shrinks by elapsed / decay when the next is added, and again until it is asked for.
    [Fact]
    public void DecayedSlippage_SeveralOrders_IsDhedgesAccumulator()
    {
        long decay = 6 * HourNs;
        Fill(Open((10, 24_950)), 0, 10, 24_900); // 100
        _bench.NowUnixNs += 3 * HourNs;
        Fill(Open((10, 24_950)), 0, 10, 24_940); // 60

        Assert.Equal((100 * 0.5) + 60, Ledger.DecayedSlippage(_bench.NowUnixNs, decay), 6);
        Assert.Equal(110 * 0.75, Ledger.DecayedSlippage(_bench.NowUnixNs + (HourNs * 3 / 2), decay), 6);
        Assert.Equal(0, Ledger.DecayedSlippage(_bench.NowUnixNs + decay, decay));
        Assert.Equal(160, Ledger.SlippageNumeraire, 6);
    }

    [Fact]
    public void DecayedSlippage_Gain_DoesNotRefillIt()
    {
        Fill(Open((10, 24_950)), 0, 10, 24_900);
        _bench.NowUnixNs += 1;
        Fill(Open((10, 24_950)), 0, 10, 25_500);

        Assert.Equal(100, Ledger.DecayedSlippage(_bench.NowUnixNs, 6 * HourNs), 4);
        Assert.Equal(-400, Ledger.SlippageNumeraire, 6);
        Assert.Equal(-500, Ledger.LastShortfallNumeraire, 6);
    }

    [Fact]
    public void DecayedSlippage_MoreOrdersThanAreRemembered_LosesNothing()
    {
        for (int i = 0; i < 1000; i++)
        {
            _bench.NowUnixNs++;
            Fill(Open((10, 24_950)), 0, 10, 24_999);
        }

        Assert.Equal(1000, Ledger.DecayedSlippage(_bench.NowUnixNs, 1_000_000 * HourNs), 3);
    }

    [Fact]
    public void Fill_ManyOrders_AllocatesNothing()
    {
        OrderLeg[] legs = [Leg(10, 24_950)];
        MarketEvent fill = FillOf(0, 0, 10, 24_900);
        Trade(legs, ref fill, 10);
        AllocationWatch watch = new();
        while (watch.Next())
            Trade(legs, ref fill, 1_000);
        Assert.Equal(0, watch.LeastBytes);
    }

    private void Trade(OrderLeg[] legs, ref MarketEvent fill, int times)
    {
        for (int i = 0; i < times; i++)
        {
            fill.Fill.OrderId = _bench.Market.OpenOrder(legs);
            fill.UnixNs++;
            _bench.Market.Apply(in fill);
            Ledger.DecayedSlippage(fill.UnixNs, HourNs);
        }
    }

    private ulong Open(params (double Weth, double Usdc)[] legs) => _bench.Market.OpenOrder([.. legs.Select(leg => Leg(leg.Weth, leg.Usdc))]);

    private static OrderLeg Leg(double weth, double usdc) => new()
    {
        Sell = EngineBench.Weth,
        Buy = EngineBench.Usdc,
        AmountIn = PoolBench.Units(PoolBench.Weth, weth),
        ExpectedOut = PoolBench.Units(PoolBench.Usdc, usdc),
        MinimumOut = PoolBench.Units(PoolBench.Usdc, usdc * 0.98),
    };

    private void Fill(ulong order, int leg, double weth, double usdc)
    {
        MarketEvent e = FillOf(order, leg, weth, usdc);
        Assert.Equal(ApplyVerdict.Applied, _bench.Market.Apply(in e));
    }

    private MarketEvent FillOf(ulong order, int leg, double weth, double usdc)
    {
        MarketEvent e = new() { Kind = MarketEventKind.LegFill, UnixNs = _bench.NowUnixNs };
        e.Fill = new LegFill
        {
            OrderId = order,
            LegIndex = (byte)leg,
            Spent = PoolBench.Units(PoolBench.Weth, weth),
            Received = PoolBench.Units(PoolBench.Usdc, usdc),
        };
        return e;
    }
}
