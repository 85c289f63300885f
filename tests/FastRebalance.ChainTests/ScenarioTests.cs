using System.Text.Json;
using FastRebalance.Bench.Scenarios.OnChain;

namespace FastRebalance.ChainTests;

/// <summary>The short form of <c>./build.sh scenarios</c>, and what tells that it could fail.</summary>
public sealed class ScenarioTests
{
    [Fact]
    public async Task Scenarios_GapThroughTheFloor_IsDeleveredAndTold()
    {
        CommandResult result = await CommandProcess.RunAsync("bench", "scenarios", "--json", "--only", "chain-gap-through-floor");
        JsonElement told = Assert.Single(JsonDocument.Parse(result.Output).RootElement.EnumerateArray());
        Assert.Equal(["name", "liquidations", "ripcords", "finalLeverage", "costBps", "reactionMs"], told.EnumerateObject().Select(field => field.Name));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal((0, 1), (told.GetProperty("liquidations").GetInt32(), told.GetProperty("ripcords").GetInt32()));
        Assert.InRange(told.GetProperty("finalLeverage").GetDouble(), 2.2, 2.35);
    }

    // A fall of 28 % in one block: what leaves was signed before the block came, in safety's own lane, and does not wait for economy.
    [Fact]
    public async Task Fall_ThroughTheRipcord_LeavesAsBytesThatWereSignedBefore()
    {
        await using ChainWorld world = await ChainWorld.StartAsync(default);
        await using ChainDesk desk = await ChainDesk.StartAsync(world, default);
        Assert.True(await desk.UntilAsync(() => desk.Host.Submissions is [_, { Ladder.FullyArmedHeads: > 0 }], default), desk.Shots);

        await world.MoveAsync(world.StartPrice * 0.72, default);
        Assert.True(await desk.UntilAsync(() => desk.Ripcords > 0, default), desk.ToString());

        Assert.Equal((1L, 1L), (desk.Host.Submissions[1].Fired, desk.Host.Submissions[1].Ladder!.Hits));
        Assert.Equal(0, desk.Reverted);
        Assert.True(await world.HealthAsync(default) > 1.2);
    }

    [Fact]
    public async Task Rival_NobodyAtTheDesk_Liquidates()
    {
        await using ChainWorld world = await ChainWorld.StartAsync(default);
        await using Rival rival = await Rival.StartAsync(world, default);
        await world.MoveAsync(world.StartPrice * 0.58, default);
        await world.BlocksAsync(3, default);
        Assert.True(rival.Tries > 0);
        Assert.True(await world.LiquidationsAsync(default) > 0);
    }
}
