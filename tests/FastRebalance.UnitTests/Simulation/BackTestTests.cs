using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Markets;
using FastRebalance.Simulation.Tapes;
using static FastRebalance.UnitTests.Simulation.SimulationBench;

namespace FastRebalance.UnitTests.Simulation;

public sealed class BackTestTests
{
    [Fact]
    public void Run_SameSetupTwice_SameBytesOfDecisions()
    {
        BackTestSetup setup = Setup(Tape(Walk(1, 3_000, 3)), [0.3, 0.3, 0.2], costBps: 10) with { FailureRate = 0.2, GasPriceGwei = 1 };
        Recorder first = new(), second = new();
        BackTestResult result = BackTest.Run(setup with { Observer = first }, TestContext.Current.CancellationToken);
        BackTest.Run(setup with { Observer = second }, TestContext.Current.CancellationToken);
        Assert.True(result.ExecutedTrades > 3 && result.FailedTrades > 0, $"{result.ExecutedTrades} made, {result.FailedTrades} failed");
        Assert.Equal(first.Bytes(), second.Bytes());
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(10, 0, 0.5)]
    [InlineData(30, 200, 5)]
    public void Run_AnyCosts_ValueIsPriceMovesLessReportedCosts(double costBps, double impact, double gas)
    {
        BackTestSetup setup = Setup(Tape(Walk(7, 5_000, 4)), [0.3, 0.2, 0.2, 0.1], maxSlippageBps: 300) with
        {
            Market = Costs(5, costBps, impact), GasNumerairePerTrade = gas, FailureRate = 0.1, InitialValueNumeraire = 1_000_000,
        };
        BackTestResult result = BackTest.Run(setup, TestContext.Current.CancellationToken);
        Assert.True(result.ExecutedTrades > 10);
        Assert.Equal(result.InitialValue + result.PriceMoves - result.Costs.Total, result.FinalValue, 1e-9 * result.InitialValue);
        Assert.Equal(gas * result.ExecutedTrades, result.Costs.Gas, 1e-5 * result.Trades.Count);
        Assert.Equal(gas * result.FailedTrades, result.Costs.FailedGas, 1e-5 * result.Trades.Count);
    }

    [Fact]
    public void Run_NothingFires_IsBuyAndHold()
    {
        BackTestResult result = BackTest.Run(Setup(Tape(Walk(3, 500, 2)), [0.5, 0.3], bandBps: 9_000), TestContext.Current.CancellationToken);
        Assert.Empty(result.Trades);
        Assert.Equal(result.BuyAndHoldValue, result.FinalValue, 1e-9 * result.FinalValue);
        Assert.Equal(result.BuyAndHoldTrackingError, result.TrackingError, 1e-12);
        Assert.Equal(499 + 1, result.Verdicts[DecisionVerdict.InsideBand]);
    }

    [Theory]
    [InlineData(0, 102)] // the row after the one that triggered, never that one
    [InlineData(60, 102)]
    [InlineData(61, 103)]
    [InlineData(150, 104)]
    public void Run_Latency_FillsAtTheFirstPriceThatComesAfter(int latencySeconds, double wantedPrice)
    {
        double[][] prices = [[100], [120], [102], [103], [104], [105], [105]];
        BackTestSetup setup = Setup(Tape(prices), [0.5], bandBps: 300, maxSlippageBps: 5_000) with { Latency = TimeSpan.FromSeconds(latencySeconds) };
        SimulatedTrade trade = BackTest.Run(setup, TestContext.Current.CancellationToken).Trades[0];
        Assert.Equal(StartUnixNs + MinuteNs, trade.DecidedUnixNs);
        SimulatedLeg leg = trade.Legs[0];
        Assert.Equal(wantedPrice, TokenUnits.ToDouble(leg.Received, 6) / TokenUnits.ToDouble(leg.AmountIn, 18), 1e-3);
        Assert.Equal((120 - wantedPrice) * TokenUnits.ToDouble(leg.AmountIn, 18), trade.AdverseMove, 1e-3);
    }

    [Fact]
    public void Run_BlockTime_WaitsForTheBlock()
    {
        double[][] prices = [[100], [120], [102], [103], [104], [105], [106], [107], [107], [107], [107]];
        BackTestSetup setup = Setup(Tape(prices), [0.5], bandBps: 300, maxSlippageBps: 5_000) with { BlockTime = TimeSpan.FromMinutes(5) };
        SimulatedTrade trade = BackTest.Run(setup, TestContext.Current.CancellationToken).Trades[0];
        Assert.Equal(0, trade.ExecutedUnixNs % (5 * MinuteNs));
        Assert.True(trade.ExecutedUnixNs > trade.DecidedUnixNs);
    }

    [Fact]
    public void Run_PriceRunsAway_RevertsPaysGasAndTriesAgain()
    {
        double[][] prices = [[100], [120], [110], [110], [110], [110]]; // sold at 110 what was worth 120: beyond one per cent
        BackTestSetup setup = Setup(Tape(prices), [0.5], bandBps: 100) with { GasNumerairePerTrade = 7 };
        BackTestResult result = BackTest.Run(setup, TestContext.Current.CancellationToken);
        Assert.Equal([SubmitStatus.Reverted, SubmitStatus.Included], result.Trades.Select(t => t.Status));
        Assert.Equal(7, result.Costs.FailedGas, 1e-5);
        Assert.Equal(0, result.Trades[0].SoldNumeraire);
        Assert.Equal(StartUnixNs + (2 * MinuteNs), result.Trades[1].DecidedUnixNs);
    }

    [Fact]
    public void Run_DeadlineBeforeTheBlock_IsDroppedWithoutGas()
    {
        double[][] prices = [.. Enumerable.Range(0, 40).Select(i => (double[])[i == 0 ? 100.0 : 120.0])];
        BackTestSetup setup = Setup(Tape(prices), [0.5]) with { Latency = TimeSpan.FromMinutes(11), GasNumerairePerTrade = 7 };
        BackTestResult result = BackTest.Run(setup, TestContext.Current.CancellationToken);
        Assert.All(result.Trades, t => Assert.Equal(SubmitStatus.Dropped, t.Status));
        Assert.NotEmpty(result.Trades);
        Assert.Equal(0, result.Costs.Total);
    }

    [Fact]
    public void Run_GasTape_PaysThePriceOfTheMinute()
    {
        double[][] prices = [[100], [120], [120], [120]];
        GasTape gas = new([StartUnixNs, StartUnixNs + (2 * MinuteNs)], [1_000_000_000, 50_000_000_000]);
        BackTestSetup setup = Setup(Tape(prices), [0.5]) with { Gas = gas, GasPerTrade = 200_000 };
        SimulatedTrade trade = Assert.Single(BackTest.Run(setup, TestContext.Current.CancellationToken).Trades);
        Assert.Equal(200_000 * 50e9 / 1e18 * 120, trade.Gas, 2e-6); // the native coin costs 120
    }

    [Fact]
    public void Run_MissingCells_NoOrderIsFilledUntilItsAssetsArePricedAgain()
    {
        double[][] prices = [[100, 100], [120, 100], [double.NaN, 100], [double.NaN, 100], [111, 100], [111, 100]];
        BackTestSetup setup = Setup(Tape(prices), [0.5, 0.5], bandBps: 300, maxSlippageBps: 5_000);
        BackTestResult result = BackTest.Run(setup, TestContext.Current.CancellationToken);
        Assert.Equal(StartUnixNs + (4 * MinuteNs), result.Trades[0].ExecutedUnixNs);
        Assert.Equal(2 * 6 - 2, result.Prices);
    }

    /// <summary>vectorbt, tests/test_portfolio.py, test_target_percent: cash 100, prices 1 to 5, half the value at each step.</summary>
    [Fact]
    public void Run_TargetPercent_TradesAsVectorbt()
    {
        List<double[]> prices = [[1]];
        for (int price = 1; price <= 5; price++)
            prices.AddRange([[price], [price]]); // the first print triggers, the second fills
        BackTestSetup setup = Setup(Tape(prices), [0.5], bandBps: 0.01) with { Holdings = [UInt256.Zero, 100_000000UL] };
        BackTestResult result = BackTest.Run(setup, TestContext.Current.CancellationToken);
        double[] wanted = [+50, -12.5, -6.25, -3.90625, -2.734375];
        Assert.Equal(wanted.Length, result.ExecutedTrades);
        for (int i = 0; i < wanted.Length; i++)
        {
            SimulatedLeg leg = result.Trades[i].Legs[0];
            bool buys = leg.Sell == Usdc(setup);
            double units = buys ? TokenUnits.ToDouble(leg.Received, 18) : -TokenUnits.ToDouble(leg.AmountIn, 18);
            Assert.Equal(wanted[i], units, 1e-5);
        }
    }

    /// <summary>Cover 1991: wealth of a constantly rebalanced portfolio is the product of b·x over the days.</summary>
    [Fact]
    public void Run_RebalancedEveryDay_IsTheProductOfMixedReturns()
    {
        double[][] relatives = [[1.05, 0.98], [0.9, 1.1], [1.2, 1.01], [0.97, 1.0], [1.01, 0.8], [1.4, 1.3]];
        double[] at = [100, 100];
        List<double[]> prices = [[.. at]];
        double wealth = 1;
        foreach (double[] day in relatives)
        {
            at = [at[0] * day[0], at[1] * day[1]];
            wealth *= (0.55 * day[0]) + (0.45 * day[1]);
            prices.AddRange([[.. at], [.. at]]);
        }
        BackTestSetup setup = Setup(Tape(prices), [0.55, 0.45], bandBps: 0.01) with { InitialValueNumeraire = 1e6 };
        BackTestResult result = BackTest.Run(setup, TestContext.Current.CancellationToken);
        Assert.Equal(wealth, result.FinalValue / result.InitialValue, 1e-6);
        Assert.Equal(wealth, result.AtTargetValue / result.InitialValue, 1e-9);
        Assert.Equal(0, result.GapSquared, 1e-10);
    }

    [Fact]
    public void Run_ProportionalCost_IsTheCostOfWhatWasSold()
    {
        BackTestResult result = BackTest.Run(Setup(Tape([[100], [120], [120], [120]]), [0.5], costBps: 20), TestContext.Current.CancellationToken);
        SimulatedTrade trade = result.Trades[0];
        Assert.Equal(trade.SoldNumeraire * 0.002, trade.Fees, 1e-5);
        Assert.Equal(0, trade.Impact, 1e-5);
    }

    /// <summary>cvxportfolio's market impact: sigma·|u|^1.5/sqrt(V), here with sigma 2 % and a volume of 50 million.</summary>
    [Fact]
    public void Run_SquareRootImpact_IsTheThreeHalvesLaw()
    {
        double perMillion = 0.02 * Math.Sqrt(1e6 / 50e6) * 1e4;
        BackTestSetup setup = Setup(Tape([[100], [150], [150], [150]]), [0.5]) with
        {
            Market = Costs(2, 0, perMillion, ImpactShape.SquareRoot), InitialValueNumeraire = 1e6,
        };
        SimulatedTrade trade = BackTest.Run(setup, TestContext.Current.CancellationToken).Trades[0];
        Assert.Equal(0.02 * Math.Pow(trade.SoldNumeraire, 1.5) / Math.Sqrt(50e6), trade.Impact, 1e-3);
        Assert.Equal(0, trade.Fees, 1e-3);
    }

    [Theory]
    [InlineData("uniswap-v2", 0)]
    [InlineData("uniswap-v3", 60)]
    public void Run_SimulatedPool_CostsFeeAndCurve(string kind, int spacing)
    {
        AssetId asset = AssetId.FromIndex(0), cash = AssetId.FromIndex(1);
        BackTestSetup setup = Setup(Tape([[100], [120], [120], [120]]), [0.5]) with
        {
            Market = new PoolModel([new SimulatedPool(kind, asset, cash, 3_000, spacing, 4e6)]),
        };
        SimulatedTrade trade = BackTest.Run(setup, TestContext.Current.CancellationToken).Trades[0];
        // The liquidity was put in at 100; at 120 half of it is worth sqrt(1.2) times as much.
        double kept = trade.SoldNumeraire * 0.997, reserve = 2e6 * Math.Sqrt(1.2);
        Assert.Equal(trade.SoldNumeraire * 0.003, trade.Fees, 1e-3);
        Assert.Equal(kept - (kept / (1 + (kept / reserve))), trade.Impact, 1e-3);
    }

    [Fact]
    public void Step_InsideTheBand_AllocatesNothing()
    {
        BackTest test = new(Setup(Tape(Walk(5, 30_000, 10, 1e-6)), [.. Enumerable.Repeat(0.09, 10)], bandBps: 5_000));
        for (int i = 0; i < 10_000; i++)
            test.Step();
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 3_000; i++)
                test.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public void Finish_AnAssetNeverPriced_IsRefused()
    {
        BackTestSetup setup = Setup(Tape([[100, double.NaN], [101, double.NaN]]), [0.5, 0.3]);
        Assert.Contains("every asset", Assert.Throws<InvalidDataException>(() => BackTest.Run(setup)).Message);
    }

    [Fact]
    public void Run_OrderEvents_SpeakOfOrdersAndTheirEndInTurn()
    {
        Recorder recorder = new();
        BackTest.Run(Setup(Tape(Walk(11, 2_000, 2)), [0.5, 0.3]) with { Observer = recorder }, TestContext.Current.CancellationToken);
        OrderEvent[] orders = [.. recorder.Events.Where(e => e.Kind == OrderEventKind.Decision && e.OrderId != 0)];
        Assert.True(orders.Length > 2);
        Assert.Equal(Enumerable.Range(1, orders.Length).Select(i => (ulong)i), orders.Select(o => o.OrderId & 0xff_ffff));
    }
}
