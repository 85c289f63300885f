using System.Net;
using System.Text.Json;
using FastRebalance.Core.Events;
using FastRebalance.Journal;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A run on a real chain, looked at and stopped over HTTP as a person or a supervisor would.</summary>
public sealed class WatchTests(CommandChain chain) : IClassFixture<CommandChain>
{
    private const double BandBps = 400;

    [Fact]
    public async Task Run_WithHttp_TellsWeightsBandsTriggersAndThePricesAtWhichTheyFire()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        await using WatchedRun run = await WatchedRun.StartAsync(await ConfigAsync("seen"));

        // Asked again and again: prices may have moved between the search and a view.
        JsonElement state = await run.UntilAsync(
            static s => s.GetProperty("triggers").GetArrayLength() == 1 && s.GetProperty("triggers")[0].GetProperty("firesAt") is var firesAt
                && firesAt.EnumerateArray().Any(static p => Number(p, "movePercent") != 0) && IsBandReachedAtEach(s.GetProperty("assets"), firesAt),
            "price at which the trigger fires, such that the band is reached there");

        Assert.Equal("running", state.GetProperty("run").GetProperty("state").GetString());
        JsonElement[] assets = [.. state.GetProperty("assets").EnumerateArray()];
        Assert.Equal(1, assets.Sum(static asset => Number(asset, "weight")), 1e-9);
        foreach (JsonElement asset in assets)
        {
            Assert.Equal(Number(asset, "target") + (BandBps / 1e4), Number(asset, "bandHigh"), 1e-12);
            Assert.Equal(Number(asset, "weight") - Number(asset, "target"), Number(asset, "driftBps") / 1e4, 1e-12);
        }
        Assert.Equal("connected", state.GetProperty("feed").GetProperty("connection").GetString());
        Assert.True(state.GetProperty("latency").GetProperty("dueToDecision").GetProperty("count").GetInt64() > 0);
        Assert.NotEmpty(state.GetProperty("lanes").EnumerateArray());
        Assert.Equal((HttpStatusCode.OK, "healthy\n"), await run.GetAsync("/healthz"));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await run.GetAsync("/readyz"));
        Assert.Equal(0, (await run.StopAsync()).ExitCode);
    }

    [Fact]
    public async Task Actions_PauseAndResume_AreJournaledHoldOrdersBackAndReplayIdentically()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        string config = await ConfigAsync("paused", bandBps: 15);
        await using WatchedRun run = await WatchedRun.StartAsync(config);
        await run.UntilAsync(static s => s.GetProperty("transactions").GetArrayLength() > 0, "order");

        var (paused, reply) = await run.ActAsync("pause");
        Assert.True(paused == HttpStatusCode.OK, reply.GetRawText());
        JsonElement state = await run.StateAsync();
        Assert.Equal("paused", state.GetProperty("run").GetProperty("state").GetString());
        Assert.Equal("pause", state.GetProperty("operator")[0].GetProperty("action").GetString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "core: paused\n"), await run.GetAsync("/readyz"));
        Assert.Equal(HttpStatusCode.OK, (await run.GetAsync("/healthz")).Status);
        await run.UntilAsync(static s => s.GetProperty("engine").GetProperty("refusals").TryGetProperty("killSwitch", out _), "order refused while paused");
        Assert.Equal(HttpStatusCode.OK, (await run.ActAsync("resume")).Status);
        int before = (await run.StateAsync()).GetProperty("transactions").GetArrayLength();
        await run.UntilAsync(s => s.GetProperty("transactions").GetArrayLength() > before, "order after resume");
        CommandResult end = await run.StopAsync();
        Assert.True(end.ExitCode == 0, end.Error);

        string journal = JournalFolder(config);
        Assert.Equal([OperatorCommand.Pause, OperatorCommand.Resume, OperatorCommand.Pause], CommandsIn(journal)); // the last is the drain's
        CommandResult replay = await CommandProcess.RunAsync("replay", "-c", config, "--journal", journal);
        Assert.True(replay.ExitCode == 0, replay.Error);
        Assert.Contains("identical", replay.Output);
    }

    [Fact]
    public async Task Actions_Flatten_SellsEverythingStaysThereUntilResumeAndReplaysIdentically()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        string config = await ConfigAsync("flat");
        await using WatchedRun run = await WatchedRun.StartAsync(config);
        await run.UntilAsync(static s => s.GetProperty("valueNumeraire").ValueKind == JsonValueKind.Number, "value");

        var (status, reply) = await run.ActAsync("flatten");
        Assert.True(status == HttpStatusCode.OK, reply.GetRawText());
        Assert.Equal("flattening", (await run.StateAsync()).GetProperty("run").GetProperty("state").GetString());
        await run.UntilAsync(static s => WeightOf(s, "USDC") > 0.9999, "portfolio in USDC alone");
        Assert.Equal(HttpStatusCode.OK, (await run.ActAsync("resume")).Status);
        await run.UntilAsync(static s => Math.Abs(WeightOf(s, "WETH") - 0.5) < BandBps / 1e4, "return to the target");
        CommandResult end = await run.StopAsync();
        Assert.True(end.ExitCode == 0, end.Error);

        CommandResult replay = await CommandProcess.RunAsync("replay", "-c", config, "--journal", JournalFolder(config));
        Assert.True(replay.ExitCode == 0, replay.Error);
        Assert.Contains("identical", replay.Output);
    }

    private static double WeightOf(JsonElement state, string symbol) => state.GetProperty("assets").EnumerateArray()
        .First(asset => asset.GetProperty("symbol").GetString() == symbol).GetProperty("weight") is { ValueKind: JsonValueKind.Number } weight ? weight.GetDouble() : 0;

    [Fact]
    public async Task Actions_KillHard_StandsInTheSendersLogAndHoldsForTheNextRun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        string config = await ConfigAsync("killed");
        await using (WatchedRun run = await WatchedRun.StartAsync(config))
        {
            await run.UntilAsync(static s => s.GetProperty("feed").GetProperty("counts").GetProperty("heads").GetInt64() > 0, "head");
            var (status, reply) = await run.ActAsync("kill-hard");
            Assert.True(status == HttpStatusCode.OK, reply.GetRawText());
            JsonElement state = await run.StateAsync();
            Assert.Equal("killed", state.GetProperty("run").GetProperty("state").GetString());
            Assert.Equal("hard", state.GetProperty("lanes")[0].GetProperty("kill").GetString());
            (status, reply) = await run.ActAsync("resume");
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("kill --lift", reply.GetProperty("message").GetString());
            await run.StopAsync();
        }

        CommandResult status2 = await CommandProcess.RunAsync("status", "-c", config, "--json");
        Assert.Equal("hard", status2.Json().GetProperty("accounts")[0].GetProperty("kill").GetString());
        Assert.Equal(0, (await CommandProcess.RunAsync("kill", "-c", config, "--lift")).ExitCode); // the account is the class's
    }

    [Fact]
    public async Task Watch_FromAnotherProcess_ShowsTheRunAndEndsClearlyWithIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        await using WatchedRun run = await WatchedRun.StartAsync(await ConfigAsync("watched"));
        await run.UntilAsync(static s => s.GetProperty("valueNumeraire").ValueKind == JsonValueKind.Number, "value");
        string address = run.Address.Authority;

        CommandResult picture = await CommandProcess.RunAsync("watch", "--http", address, "--once");
        CommandResult document = await CommandProcess.RunAsync("watch", "--http", address, "--json");
        CommandResult nobody = await CommandProcess.RunAsync("watch", "--http", address, "--desk", "nobody", "--once");

        Assert.Equal((0, 0, 2), (picture.ExitCode, document.ExitCode, nobody.ExitCode));
        foreach (string word in (string[])["core", "running", "WETH", "USDC", "target", "drift"])
            Assert.Contains(word, picture.Output, StringComparison.Ordinal);
        Assert.Equal("core", document.Json().GetProperty("desks")[0].GetProperty("portfolio").GetString());
        Assert.Contains("one of core", nobody.Error, StringComparison.Ordinal);
        await run.StopAsync();
        CommandResult gone = await CommandProcess.RunAsync("watch", "--http", address, "--once");
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains(address, gone.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_InATerminal_PausesAndResumesByKeysThatAreConfirmed()
    {
        await using WatchedRun run = await WatchedRun.StartAsync(await ConfigAsync("keys"));
        await run.UntilAsync(static s => s.GetProperty("valueNumeraire").ValueKind == JsonValueKind.Number, "value");
        await using CommandProcess watch = CommandProcess.StartInTerminal("watch", "--http", run.Address.Authority);
        await watch.UntilAsync(() => watch.Output.Contains("p pause", StringComparison.Ordinal), "line of keys");

        await watch.TypeAsync("p");
        await watch.UntilAsync(() => watch.Output.Contains("pause? y to confirm", StringComparison.Ordinal), "question");
        Assert.Equal("running", StateOf(await run.StateAsync()));
        await watch.TypeAsync("n");
        await watch.TypeAsync("py");
        await run.UntilAsync(static s => StateOf(s) == "paused", "pause");
        await watch.UntilAsync(() => watch.Output.Contains("paused", StringComparison.Ordinal), "paused run on the screen");
        await watch.TypeAsync("ry");
        await run.UntilAsync(static s => StateOf(s) == "running", "resumption");
        await watch.TypeAsync("q");

        Assert.Equal(0, (await watch.EndAsync()).ExitCode);
        Assert.Equal(0, (await run.StopAsync()).ExitCode);
    }

    private static string? StateOf(JsonElement state) => state.GetProperty("run").GetProperty("state").GetString();

    [Theory]
    [InlineData("0.0.0.0:0", null, "without a token")]
    [InlineData("somewhere", null, "an address and port")]
    [InlineData("127.0.0.1:0", "FASTREBALANCE_NO_SUCH_TOKEN", "is not set")]
    public async Task Run_HttpThatMustNotBe_SaysWhatToDoAndStartsNothing(string address, string? variable, string says)
    {
        CommandResult result = await CommandProcess.RunAsync(
            ["run", "-c", "no-such-file.json", "--http", address, .. variable is null ? (string[])[] : ["--http-token", variable]]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(says, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact]
    public async Task Run_TwoDesksOfOneName_IsRefusedBeforeEitherTrades()
    {
        string other = await ConfigAsync("twin");
        string config = ConfigEdits.Write(other, "twins.json", static root =>
        {
            root.SetJournal("journal-twins");
            root["desks"] = new System.Text.Json.Nodes.JsonArray("twin.json");
        });

        CommandResult result = await CommandProcess.RunAsync("run", "-c", config, "--http", "127.0.0.1:0", "--for", "2s");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("2 portfolios called \"core\"", result.Error);
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(config)!, "journal-twins")));
    }

    private async Task<string> ConfigAsync(string name, double bandBps = BandBps)
    {
        await chain.StartedAsync();
        return ConfigEdits.Write(chain.Config, name + ".json", root =>
        {
            root.SetBand(bandBps);
            root.SetJournal("journal-" + name);
        });
    }

    private string JournalFolder(string config) => Directory.EnumerateDirectories(
        Path.Combine(Path.GetDirectoryName(config)!, "journal-" + Path.GetFileNameWithoutExtension(config)), "run-*").Order().Last();

    private static List<OperatorCommand> CommandsIn(string journal)
    {
        List<OperatorCommand> commands = [];
        JournalReader reader = JournalReader.Open(journal, JournalStreams.Inbound);
        while (reader.TryRead(out JournalRecord record))
            if (record.Kind == JournalRecordKind.MarketEvent && record.MarketEvent.Kind == MarketEventKind.Operator)
                commands.Add(record.MarketEvent.Command);
        return commands;
    }

    /// <summary>By hand: with the asset's price moved so far, the largest drift is the band.</summary>
    private static bool IsBandReachedAtEach(JsonElement assets, JsonElement firesAt) => firesAt.EnumerateArray().All(fires =>
    {
        string moved = fires.GetProperty("asset").GetString()!;
        JsonElement[] all = [.. assets.EnumerateArray()];
        double[] values = [.. all.Select(asset => Number(asset, "valueNumeraire")
            * (asset.GetProperty("symbol").GetString() == moved ? 1 + (Number(fires, "movePercent") / 100) : 1))];
        double drift = all.Select((asset, i) => Math.Abs((values[i] / values.Sum()) - Number(asset, "target"))).Max();
        return Math.Abs(drift - (BandBps / 1e4)) < 2e-4;
    });

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
