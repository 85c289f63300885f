using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A run on a real chain whose configuration is written anew while it goes on, as a person does it.</summary>
public sealed class ReloadTests(CommandChain chain) : IClassFixture<CommandChain>
{
    private const double Wide = 9_000;
    private const double Narrow = 15;

    [Fact]
    public async Task Run_BandWrittenAnewThenAForbiddenChange_TakesTheOneRefusesTheOtherAndReplaysIdentically()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        string config = await ConfigAsync("followed"), report = chain.PathOf("followed-report.json");
        await using WatchedRun run = await WatchedRun.StartAsync(config, "--report", report);
        JsonElement state = await run.UntilAsync(static s => Heads(s) > 3 && s.GetProperty("valueNumeraire").ValueKind == JsonValueKind.Number, "value");
        Assert.Equal((0, 0u), (state.GetProperty("transactions").GetArrayLength(), Generation(state)));

        Edit(config, static root => root.SetBand(Narrow));

        state = await run.UntilAsync(static s => s.GetProperty("transactions").GetArrayLength() > 0, "order by the narrow band");
        Assert.Equal(1u, Generation(state));
        JsonElement taken = state.GetProperty("reloads")[0];
        Assert.Equal("taken", taken.GetProperty("outcome").GetString());
        Assert.Equal("portfolios[0].triggers[0].absoluteBps", taken.GetProperty("changes")[0].GetProperty("path").GetString());
        await run.Process.UntilAsync(
            () => run.Process.Output.Contains($"absoluteBps: {Wide} → {Narrow}", StringComparison.Ordinal), "line about the change");
        await run.UntilAsync(
            static s => s.GetProperty("assets").EnumerateArray().Any(static a => a.GetProperty("bandHigh") is { ValueKind: JsonValueKind.Number } high
                && Math.Abs(high.GetDouble() - a.GetProperty("target").GetDouble() - (Narrow / 1e4)) < 1e-9), "the narrow band on the page");

        Edit(config, static root =>
        {
            root["chain"]!["id"] = 1;
            root.SetBand(200);
        });

        state = await run.UntilAsync(static s => s.GetProperty("reloads").GetArrayLength() == 2, "refusal");
        JsonElement refused = state.GetProperty("reloads")[1];
        Assert.Equal(("refused", 1u), (refused.GetProperty("outcome").GetString(), Generation(state)));
        await run.Process.UntilAsync(
            () => run.Process.Output.Contains("chain.id: 31337 → 1 (orders, nonces and the journal belong to one chain: stop and start again)", StringComparison.Ordinal),
            "line about the refusal");

        await File.WriteAllTextAsync(config, "{ \"chain\":", TestContext.Current.CancellationToken);
        state = await run.UntilAsync(static s => s.GetProperty("reloads").GetArrayLength() == 3, "complaint about the text");
        Assert.Equal(("broken", 1u, "running"), (
            state.GetProperty("reloads")[2].GetProperty("outcome").GetString(), Generation(state), state.GetProperty("run").GetProperty("state").GetString()));
        long heads = Heads(state);
        await run.UntilAsync(s => Heads(s) > heads + 2, "further heads");

        await run.StopAsync(); // outside so narrow a band or inside it, as the moment has it
        using JsonDocument written = JsonDocument.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
        Assert.Equal(JsonValueKind.Null, written.RootElement.GetProperty("fault").ValueKind);
        Assert.Equal(["taken", "refused", "broken"], written.RootElement.GetProperty("reloads").EnumerateArray().Select(static r => r.GetProperty("outcome").GetString()));
        await AssertReplaysAsync(config, changes: 1);
        await AssertLostOrAlteredIsToldAsync(config);
    }

    [Fact]
    public async Task Run_NoReload_TakesAChangeOnlyWhenAnOperatorAsks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        string config = await ConfigAsync("asked");
        await using WatchedRun run = await WatchedRun.StartAsync(config, "--no-reload");
        await run.UntilAsync(static s => Heads(s) > 2, "heads");

        Edit(config, static root => root.SetBand(Narrow));
        JsonElement state = await run.StateAsync();
        long heads = Heads(state);
        state = await run.UntilAsync(s => Heads(s) > heads + 4, "heads after the change"); // two seconds: eight looks of a run that followed its file
        Assert.Equal((0u, 0), (Generation(state), state.GetProperty("reloads").GetArrayLength()));

        (HttpStatusCode once, JsonElement unsure) = await run.PostAsync("/api/reload", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, once);
        Assert.Contains("say the word twice", unsure.GetProperty("error").GetString());
        (HttpStatusCode status, JsonElement reply) = await run.PostAsync("/api/reload", """{"confirm":"reload"}""");
        Assert.True(status == HttpStatusCode.OK, reply.GetRawText());
        Assert.Contains("configuration 1 holds from event", reply.GetProperty("message").GetString());
        await run.UntilAsync(static s => s.GetProperty("transactions").GetArrayLength() > 0, "order by the narrow band");

        Edit(config, static root => root.SetBand(400));
        await run.Process.SignalAsync("HUP");
        state = await run.UntilAsync(static s => Generation(s) == 2, "the change by signal");
        Assert.Equal("SIGHUP", state.GetProperty("reloads")[1].GetProperty("by").GetString());

        Edit(config, static root => root["numeraire"] = "WETH");
        (status, reply) = await run.ActAsync("reload");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("numeraire: \"USDC\" → \"WETH\"", reply.GetProperty("message").GetString());
        CommandResult end = await run.StopAsync();
        Assert.True(end.ExitCode == 0, end.Error);

        Edit(config, static root => root["numeraire"] = "USDC");
        await AssertReplaysAsync(config, changes: 2);
    }

    // The file says 15 bps now, and before it 9000: the run's own configurations are what counts.
    private static async Task AssertReplaysAsync(string config, int changes)
    {
        string valid = ConfigEdits.Write(ValidOf(config), "replayed.json", static root => root.SetBand(77));
        CommandResult replay = await CommandProcess.RunAsync("replay", "-c", valid, "--journal", JournalFolder(config), "--json");
        Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
        Assert.Equal("identical", replay.Json().GetProperty("result").GetString());
        Assert.Equal(changes, replay.Json().GetProperty("configurationChanges").GetInt32());
        CommandResult explained = await CommandProcess.RunAsync("explain", "-c", valid, "--journal", JournalFolder(config), "--json");
        Assert.True(explained.ExitCode == 0, explained.Error);
        Assert.Equal(changes, explained.Json().GetProperty("generation").GetInt32());
        Assert.Equal(changes + 1, explained.Json().GetProperty("history").GetProperty("configurations").GetInt32());
        Assert.False(explained.Json().GetProperty("history").GetProperty("isByTheLast").GetBoolean());
    }

    private static async Task AssertLostOrAlteredIsToldAsync(string config)
    {
        string valid = ValidOf(config), written = Path.Combine(JournalFolder(config), "configuration-000001.json");
        string text = await File.ReadAllTextAsync(written);
        await File.WriteAllTextAsync(written, text.Replace($"{Narrow}", "16", StringComparison.Ordinal));
        CommandResult altered = await CommandProcess.RunAsync("replay", "-c", valid, "--journal", JournalFolder(config));
        File.Delete(written);
        CommandResult missing = await CommandProcess.RunAsync("replay", "-c", valid, "--journal", JournalFolder(config));

        Assert.NotEqual(0, altered.ExitCode);
        Assert.Contains("is not what the run went by", altered.Error);
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("configuration-000001.json is missing", missing.Error);
        Assert.DoesNotContain("   at ", altered.Error + missing.Error);
    }

    /// <summary>The chain's own configuration, beside the one that the test has spoilt.</summary>
    private static string ValidOf(string config) => Path.Combine(Path.GetDirectoryName(config)!, "config.json");

    private async Task<string> ConfigAsync(string name)
    {
        await chain.StartedAsync();
        return ConfigEdits.Write(chain.Config, name + ".json", root =>
        {
            root.SetBand(Wide);
            root.SetJournal("journal-" + name);
        });
    }

    private static void Edit(string config, Action<JsonObject> edit) => ConfigEdits.Write(config, Path.GetFileName(config), edit);

    private static string JournalFolder(string config) => Directory.EnumerateDirectories(
        Path.Combine(Path.GetDirectoryName(config)!, "journal-" + Path.GetFileNameWithoutExtension(config)), "run-*").Order().Last();

    private static long Heads(JsonElement state) => state.GetProperty("feed").GetProperty("counts").GetProperty("heads").GetInt64();

    private static uint Generation(JsonElement state) => state.GetProperty("generation").GetUInt32();
}
