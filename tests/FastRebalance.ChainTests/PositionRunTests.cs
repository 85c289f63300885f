using System.Text.Json;

namespace FastRebalance.ChainTests;

/// <summary>The devnet's ready configuration with Aave, run as a person would: four desks in one process, and what the commands say of them.</summary>
public sealed class PositionRunTests
{
    private static readonly string[] s_desks = ["leverage", "collateral", "delta-neutral"];

    [Fact]
    public async Task Run_TheReadyConfiguration_KeepsItsThreePositionsAndTheCommandsKnowThem()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        using DevnetFolder folder = new();
        await using CommandProcess devnet = CommandProcess.Start("devnet", "--seed", "7", "--with", "aave", "--block-time", "500ms", "--out", folder.Path);
        await devnet.UntilAsync(() => devnet.Output.Contains("ready"), "ready");
        string PathOf(string name) => Path.Combine(folder.Path, name);

        CommandResult run = await CommandProcess.RunAsync("run", "-c", PathOf("config.json"), "--for", "6s", "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        JsonElement[] desks = [.. report.GetProperty("desks").EnumerateArray()];
        Assert.Equal(s_desks, desks.Select(desk => desk.GetProperty("portfolio").GetString()));
        foreach (JsonElement desk in desks)
        {
            Assert.Equal(JsonValueKind.Null, desk.GetProperty("fault").ValueKind);
            JsonElement position = desk.GetProperty("position");
            Assert.True(position.GetProperty("healthFactor").GetDouble() > 1.2, position.GetRawText());
            Assert.True(position.GetProperty("liquidationPrice").GetDouble() > 0, position.GetRawText());
            Assert.True(position.GetProperty("ripcordPrice").GetDouble() > 0, position.GetRawText());
            Assert.True(desk.GetProperty("feed").GetProperty("heads").GetInt64() > 3);
        }
        Assert.Equal(2, desks[0].GetProperty("position").GetProperty("leverage").GetDouble(), 0.31);
        Assert.Equal(1.5, desks[1].GetProperty("position").GetProperty("healthFactor").GetDouble(), 0.3);
        await AssertCommandsKnowAsync(PathOf);

        await devnet.SignalAsync("TERM");
        Assert.Equal(0, (await devnet.EndAsync()).ExitCode);
    }

    private static async Task AssertCommandsKnowAsync(Func<string, string> pathOf)
    {
        CommandResult replay = await CommandProcess.RunAsync("replay", "-c", pathOf("leverage.json"), "--journal", pathOf("leverage-journal/run-000001"));
        Assert.Contains("identical", replay.Output);

        CommandResult explain = await CommandProcess.RunAsync("explain", "-c", pathOf("leverage.json"), "--json");
        JsonElement explained = JsonDocument.Parse(explain.Output).RootElement;
        JsonElement position = explained.GetProperty("position");
        Assert.Equal("constant-leverage", position.GetProperty("kind").GetString());
        double price = position.GetProperty("price").GetDouble(), nextDown = position.GetProperty("nextDown").GetDouble();
        JsonElement down = explained.GetProperty("nextPrices").EnumerateArray().Single(line => line.GetProperty("asset").GetString() == "WETH").GetProperty("down");
        Assert.InRange(nextDown, 0.5 * price, price);
        Assert.Equal(nextDown, down.GetProperty("price").GetDouble(), 1e-6 * price); // found by asking the triggers, and told by the position itself

        CommandResult quote = await CommandProcess.RunAsync("quote", "-c", pathOf("leverage.json"), "--sell", "WETH", "--buy", "USDC", "--amount", "5", "--json");
        JsonElement health = JsonDocument.Parse(quote.Output).RootElement.GetProperty("healthFactor");
        Assert.True(health.GetProperty("after").GetDouble() > health.GetProperty("now").GetDouble(), quote.Output);
        Assert.Equal(1.05, health.GetProperty("floor").GetDouble());
    }
}
