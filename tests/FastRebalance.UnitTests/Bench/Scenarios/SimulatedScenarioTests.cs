using FastRebalance.Bench.Scenarios;
using FastRebalance.Bench.Scenarios.Simulated;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Bench.Scenarios;

public sealed class SimulatedScenarioTests
{
    private const int Variants = 60;

    [Theory]
    [InlineData("sim-gap-through-floor", 1)]
    [InlineData("sim-fli-eth", 1)]
    [InlineData("sim-fli-inverse", 1)]
    [InlineData("sim-fli-btc", 1)]
    public async Task Run_PricesThatWerePublished_EndsWhereItShould(string name, int ripcords)
    {
        ScenarioResult result = Assert.Single(await ScenarioRun.RunAsync(new ScenarioOptions { Only = name }, default));
        Assert.Equal((name, 0L, (long)ripcords, null), (result.Name, result.Liquidations, result.Ripcords, result.Failure));
        Assert.InRange(result.CostBps, 0.1, 100);
    }

    [Fact]
    public async Task Run_VariantsOfTheCrash_AreNeverLiquidatedAndComeToTheRipcord()
    {
        ScenarioOptions options = new() { Only = "sim-crash-variants", Variants = Variants, Tape = SharedFiles.PathOf("market", "polygon") };
        IReadOnlyList<ScenarioResult> results = await ScenarioRun.RunAsync(options, default);
        Assert.Equal(["sim-crash-variants", "sim-crash-variants-polling-10s", "sim-crash-variants-unattended"], results.Select(result => result.Name));
        Assert.All(results, result => Assert.Null(result.Failure));
        Assert.Equal(0, results[0].Liquidations);
        Assert.True(results[0].Ripcords > 0);
        // The control: the same world takes a desk apart whose orders never arrive.
        Assert.True(results[2].Liquidations > 0);
        Assert.Equal(0, results[2].CostBps);
    }

    [Fact]
    public void Of_TheRecordedDay_PassesThroughItsExtremes()
    {
        IReadOnlyList<TapeMinute> minutes = CrashTape.Read(SharedFiles.PathOf("market", "polygon"));
        WorldBlock[] path = CrashPath.Of(minutes, CrashVariant.Recorded);
        Assert.Equal(5 * minutes.Count, path.Length);
        Assert.Equal(1_590.2, path.Min(block => block.Price), 0.1);
        Assert.Equal(CrashTape.PriceOf(minutes[^1].CloseTick), path[^1].Price, 1e-6);
        Assert.True(path.Max(block => block.GasUsd) > 100 * path.Min(block => block.GasUsd));
    }

    [Fact]
    public async Task Run_AnUnknownName_ListsTheScenarios()
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => ScenarioRun.RunAsync(new ScenarioOptions { Only = "sim-flood" }, default));
        Assert.Contains("chain-rival-liquidator", refused.Message);
    }
}
