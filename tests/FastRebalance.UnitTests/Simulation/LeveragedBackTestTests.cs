using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Tapes;
using static FastRebalance.UnitTests.Simulation.SimulationBench;

namespace FastRebalance.UnitTests.Simulation;

public sealed class LeveragedBackTestTests
{
    private static readonly List<string> s_symbols = ["A0", "USDC"];

    // 100 to 60 within an hour: at two of leverage, left alone, health falls from 1.65 to 0.99.
    private static List<double[]> Crash => [.. Enumerable.Range(0, 120).Select(minute => (double[])[minute < 60 ? 100 - (minute * 40.0 / 60) : 60])];

    [Fact]
    public void Run_ACrash_DeleversOnTheWayAndIsNotLiquidated()
    {
        BackTestResult result = BackTest.Run(Setup(Crash, new() { Collateral = "A0", Debt = "USDC", RipcordCooldown = TimeSpan.Zero }), TestContext.Current.CancellationToken);

        Assert.Equal(0, result.Liquidations);
        Assert.True(result.ExecutedTrades >= 2, $"{result.ExecutedTrades}");
        Assert.True(result.LeastHealth > 1.2, $"{result.LeastHealth}");
        AssertAddsUp(result);
    }

    // The same, with a band that nothing leaves: it must be seen that a liquidator comes.
    [Fact]
    public void Run_ACrashAndNobodyActs_IsLiquidatedAndPaysForIt()
    {
        LeveragePosition.Options idle = new() { Collateral = "A0", Debt = "USDC", Most = 90, Ripcord = 99, RipcordHealth = 1.0001, CostBps = 0 };
        BackTestResult result = BackTest.Run(Setup(Crash, idle, maxSlippageBps: 0), TestContext.Current.CancellationToken);

        Assert.True(result.Liquidations > 0);
        Assert.True(result.LeastHealth < 1);
        Assert.True(result.Costs.Liquidations > 0);
        AssertAddsUp(result);
    }

    // A year at rest: 100 000 supplied twice over at 1 %, 100 000 owed at 4 %.
    [Fact]
    public void Run_NothingMoves_InterestIsPaidByTheYear()
    {
        List<double[]> flat = [.. Enumerable.Range(0, 60 * 24).Select(static _ => (double[])[100])];
        LeveragePosition.Options options = new() { Collateral = "A0", Debt = "USDC", Interval = TimeSpan.FromDays(1000) };
        BackTestResult result = BackTest.Run(Setup(flat, options), TestContext.Current.CancellationToken);

        double years = (flat.Count - 1) * (double)MinuteNs / Times.NsPerYear;
        Assert.Equal(((100_000 * 0.04) - (200_000 * 0.01)) * years, result.Costs.Interest, 0.01);
        Assert.Equal(0, result.ExecutedTrades);
        AssertAddsUp(result);
    }

    // A doubling at constant leverage of two, traded often and free of cost: (S/S0)^2 less half of L(L-1) times the variance of the steps.
    [Fact]
    public void Run_LeverageKeptClosely_CompoundsAsConstantLeverageDoes()
    {
        const int rows = 4_000;
        List<double[]> rise = [.. Enumerable.Range(0, rows).Select(row => (double[])[100 * Math.Pow(2, (double)row / (rows - 1))])];
        LeveragePosition.Options options = new() { Collateral = "A0", Debt = "USDC", Least = 1.99, Most = 2.01, Ripcord = 2.2, RecenteringSpeed = 1, CostBps = 0 };
        BackTestResult result = BackTest.Run(Setup(rise, options) with { Lending = Model(rates: false) }, TestContext.Current.CancellationToken);

        Assert.Equal(4, result.FinalValue / result.InitialValue, 0.02);
    }

    [Fact]
    public void Run_SameSetupTwice_SameBytesOfDecisions()
    {
        Recorder first = new(), second = new();
        BackTestSetup setup = Setup(Walk(5, 3_000, 1, 0.01), new() { Collateral = "A0", Debt = "USDC" });

        BackTest.Run(setup with { Observer = first }, TestContext.Current.CancellationToken);
        BackTest.Run(setup with { Observer = second }, TestContext.Current.CancellationToken);

        Assert.NotEmpty(first.Events);
        Assert.Equal(first.Bytes(), second.Bytes());
    }

    private static void AssertAddsUp(BackTestResult result) =>
        Assert.Equal(result.InitialValue + result.PriceMoves - result.Costs.Total, result.FinalValue, 1e-7 * result.InitialValue);

    private static LendingModel Model(bool rates = true) =>
        new([0.825, 0.86], [0.8, 0.83], rates ? [0.01, 0.02] : [0, 0], rates ? [0.03, 0.04] : [0, 0], 0.05);

    private static BackTestSetup Setup(List<double[]> prices, LeveragePosition.Options options, double maxSlippageBps = 100)
    {
        BackTestSetup setup = SimulationBench.Setup(Tape(prices), [0.5]);
        AssetId numeraire = Usdc(setup);
        PortfolioPolicy Make()
        {
            LeveragePosition position = new(options, s_symbols);
            PolicyTerms Terms(PolicyTier tier) => new(
                [new PositionTrigger(position, tier)], new PositionSizer(position, new double[2]), [new KillSwitchCheck(), new LendingCheck(position, 2, 1.02, new Bps(300))],
                new RiskBounds(1e12, new Bps(maxSlippageBps)));
            PolicyTerms economic = Terms(PolicyTier.Economic);
            return new PortfolioPolicy(
                PortfolioId.FromIndex(0), numeraire, new PositionTarget(position), economic.Triggers, economic.Sizer, economic.RiskChecks, economic.Bounds,
                TimeSpan.FromMinutes(10)) { Safety = Terms(PolicyTier.Safety) };
        }
        return setup with { MakePolicy = Make, Lending = Model(), InitialValueNumeraire = 100_000, Market = Costs(2, maxSlippageBps == 0 ? 50 : 0) };
    }
}
