using FastRebalance.Bench.Scenarios;
using FastRebalance.Bench.Scenarios.Simulated;
using FastRebalance.Engine.Positions;
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
        Assert.Equal(["sim-crash-variants", "sim-crash-variants-polling-10s"], results.Select(result => result.Name));
        Assert.All(results, result => Assert.Null(result.Failure)); // a position that nobody tends being lost in none of them is one
        Assert.Equal(0, results[0].Liquidations);
        Assert.True(results[0].Ripcords > 0);
    }

    // The control: the same world takes a desk apart whose orders never arrive.
    [Fact]
    public void Play_ADeskWhoseOrdersNeverArrive_IsLiquidatedInSomeVariant()
    {
        IReadOnlyList<TapeMinute> minutes =
            [.. CrashTape.Read(SharedFiles.PathOf("market", "polygon")).Where(minute => DateTimeOffset.FromUnixTimeSeconds(minute.UnixSeconds).Hour is 21 or 22)];
        long liquidations = 0;
        for (int i = 0; i < Variants; i++)
        {
            CrashVariant variant = CrashVariant.Of(1, i);
            WorldBlock[] path = CrashPath.Of(minutes, variant);
            SimulatedDesk desk = new(new LeveragePosition.Options { Collateral = "WETH", Debt = "USDC" }, in path[0], variant, Reaction.Never, 100_000, 2);
            foreach (WorldBlock block in path)
                if (!desk.Play(in block))
                    break;
            Assert.Equal(0, desk.Trades);
            liquidations += desk.Liquidations;
        }
        Assert.True(liquidations > 0);
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
