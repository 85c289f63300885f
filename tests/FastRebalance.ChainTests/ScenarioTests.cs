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
