using FastRebalance.Quant.Pools;
using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Simulation.LatencyValue.Quoting;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class QuotingTests
{
    // Milionis, Moallemi, Roughgarden 2023 for Poisson blocks; Nezlobin, Tassy 2025 for even ones.
    [Theory]
    [InlineData(0, 1, 0.5)]
    [InlineData(1, 0.4142, 0.18407)]
    [InlineData(5, 0.1239, 0.05218)]
    public void Run_ChainOfBlocks_ObeysThePublishedLaws(double fee, double poissonTrades, double evenProfit)
    {
        StaleQuoteChain.Outcome poisson = StaleQuoteChain.Run(1, fee, 3_000_000, arePoisson: true);
        StaleQuoteChain.Outcome even = StaleQuoteChain.Run(2, fee, 3_000_000, arePoisson: false);
        Assert.Equal(1, poisson.Trades / poissonTrades, 0.02);
        Assert.Equal(1, poisson.Profit / (poissonTrades / 2), 0.02);
        Assert.Equal(1, even.Profit / evenProfit, 0.02);
    }

    [Fact]
    public void Run_MoveFivePercentTooLarge_MissesTheLaw()
    {
        StaleQuoteChain.Outcome wrong = StaleQuoteChain.Run(2, 1, 3_000_000, arePoisson: false, move: 1.05);
        Assert.True(Math.Abs(wrong.Profit / 0.18407 - 1) > 0.05);
    }

    // The pilot's table: σ = 80 %, loss of a constant product pool, percent a year.
    [Theory]
    [InlineData(1, 1, 0.20)]
    [InlineData(1, 100, 1.66)]
    [InlineData(1, 12_000, 5.94)]
    [InlineData(5, 1_000, 1.14)]
    [InlineData(30, 250, 0.109)]
    public void BlockProfit_FeeAndInterval_IsThePilotsTable(double feeBps, double intervalMs, double percent)
    {
        double years = intervalMs * 1e6 / Delays.NanosecondsPerYear;
        double lossAYear = Lvr.BlockProfit(feeBps / 1e4, 0.8 * Math.Sqrt(years)) / 4 / years;
        Assert.Equal(percent, 100 * lossAYear, percent * 0.03);
    }

    // The event-driven run and the chain are two programs for one thing: a path seen once a block.
    [Fact]
    public void Run_TicksOfADiffusion_LoseWhatTheChainLoses()
    {
        const double fee = 5e-4;
        PricePath path = DiffusionPath.Draw(9, 0.8, Delays.Second, 400_000);
        double move = 0.8 * Math.Sqrt(Delays.Second / Delays.NanosecondsPerYear);
        double perBlock = QuoteRun.Run(path.Times, path.Logs, Delays.Second, fee).Loss / 400_000 / (move * move);
        Assert.Equal(1, perBlock / Lvr.BlockProfit(fee / move, blockVolatility: 1), 0.10);
    }

    [Fact]
    public void Run_RareRefresh_SeesOnlyThePriceOfThen()
    {
        // Out and back between two refreshes: nobody could trade.
        QuoteRun.Outcome none = QuoteRun.Run([0, 10, 20, 200], [0, 0.01, 0, 0], 100, 1e-4);
        QuoteRun.Outcome one = QuoteRun.Run([0, 10, 120, 200], [0, 0.01, 0, 0], 100, 1e-4);
        Assert.Equal(0, none.Trades);
        Assert.Equal(2, one.Trades); // away at 100, back at 200
        Assert.Equal(0.0099 * 0.0099 / 2 + 0.0098 * 0.0098 / 2, one.Loss, 1e-12);
    }
}
