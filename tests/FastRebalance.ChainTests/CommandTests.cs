using System.Diagnostics;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A local chain started by the command itself, when the first test asks for it.</summary>
public sealed class CommandChain : IAsyncDisposable
{
    private readonly DevnetFolder _folder = new();
    private CommandProcess? _devnet;

    public string Config => Path.Combine(_folder.Path, "config.json");

    public string PathOf(string name) => Path.Combine(_folder.Path, name);

    public async Task StartedAsync()
    {
        if (_devnet is not null)
            return;
        _devnet = CommandProcess.Start("devnet", "--seed", "7", "--noise", "--block-time", "500ms", "--out", _folder.Path);
        await _devnet.UntilAsync(() => _devnet.Output.Contains("ready"), "ready");
    }

    public async ValueTask DisposeAsync()
    {
        if (_devnet is not null)
        {
            await _devnet.SignalAsync("TERM");
            await _devnet.EndAsync();
            await _devnet.DisposeAsync();
        }
        _folder.Dispose();
    }
}

public sealed class CommandTests(CommandChain chain) : IClassFixture<CommandChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Devnet_Started_WritesItsFilesAndTakesTheNodeAlongWhenTerminated()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        using DevnetFolder folder = new();
        await using CommandProcess devnet = CommandProcess.Start("devnet", "--seed", "7", "--noise", "--out", folder.Path);
        await devnet.UntilAsync(() => devnet.Output.Contains("ready"), "ready");
        JsonElement manifest = await ReadAsync(Path.Combine(folder.Path, "manifest.json"));
        JsonElement config = await ReadAsync(Path.Combine(folder.Path, "config.json"));
        int port = new Uri(manifest.GetProperty("http").GetString()!).Port;
        using Process node = NodeUnder(devnet.Id);

        await devnet.SignalAsync("TERM");
        CommandResult end = await devnet.EndAsync();

        Assert.Equal(0, end.ExitCode);
        Assert.Equal("ready", end.Output.TrimEnd().Split('\n')[^1]);
        await node.WaitForExitAsync(Cancellation);
        Assert.Equal(31337, manifest.GetProperty("chainId").GetInt64());
        Assert.Equal($"http://127.0.0.1:{port}", manifest.GetProperty("http").GetString());
        Assert.Equal($"ws://127.0.0.1:{port}", manifest.GetProperty("ws").GetString());
        Assert.EndsWith(".ipc", manifest.GetProperty("ipc").GetString());
        AssertEach(manifest, "tokens", "symbol", "address", "decimals");
        AssertEach(manifest, "pools", "kind", "address", "token0", "token1", "fee");
        AssertEach(manifest, "accounts", "name", "address");
        Assert.Equal(31337, config.GetProperty("chain").GetProperty("id").GetInt64());
        Assert.Equal(manifest.GetProperty("pools").GetArrayLength(), config.GetProperty("pools").GetArrayLength());
    }

    [Fact]
    public async Task Devnet_WithAave_NamesTheLendingMarketAndItsReserves()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        using DevnetFolder folder = new();
        await using CommandProcess devnet = CommandProcess.Start("devnet", "--seed", "7", "--with", "aave", "--out", folder.Path);
        await devnet.UntilAsync(() => devnet.Output.Contains("ready"), "ready");
        JsonElement manifest = await ReadAsync(Path.Combine(folder.Path, "manifest.json"));
        await devnet.SignalAsync("TERM");
        Assert.Equal(0, (await devnet.EndAsync()).ExitCode);

        Assert.StartsWith("0x", manifest.GetProperty("contracts").GetProperty("aavePool").GetString());
        Assert.Contains("USDC", manifest.GetProperty("reserves").EnumerateArray().Select(static reserve => reserve.GetProperty("symbol").GetString()));
    }

    [Fact]
    public async Task Devnet_WithSomethingUnknown_SaysWhatThereIs()
    {
        CommandResult result = await CommandProcess.RunAsync("devnet", "--with", "compound");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("aave", result.Error);
    }

    [Fact]
    public async Task Run_ForSomeSeconds_ReportsInJsonAndReplaysIdentically()
    {
        await chain.StartedAsync();
        string reportFile = chain.PathOf("report.json");
        // Another run may have brought the desk home already: so narrow that the noise alone brings an order.
        string config = ConfigEdits.Write(chain.Config, "narrow.json", root =>
        {
            root.SetBand(15);
            root.SetJournal("journal-narrow"); // else it may tell of an order that another run left on its way, without its legs
        });

        CommandResult run = await CommandProcess.RunAsync("run", "-c", config, "--for", "8s", "--report", reportFile, "--json");

        JsonElement report = run.Json();
        Assert.Equal(JsonValueKind.Null, report.GetProperty("fault").ValueKind);
        bool succeeded = report.GetProperty("insideBand").GetBoolean() || report.GetProperty("inFlight").GetBoolean();
        Assert.Equal(succeeded ? 0 : 1, run.ExitCode);
        Assert.True(report.GetProperty("decisions").GetInt64() > 5);
        Assert.InRange(report.GetProperty("startToDecisionMs").GetDouble(), 1, (report.GetProperty("seconds").GetDouble() * 1e3) + 60_000);
        Assert.Equal(0, report.GetProperty("allocatedBytesPerDecision").GetDouble());
        JsonElement drift = report.GetProperty("drift");
        Assert.True(drift.GetProperty("worstBps").GetDouble() >= drift.GetProperty("startBps").GetDouble());
        Assert.True(drift.GetProperty("worstBps").GetDouble() >= drift.GetProperty("endBps").GetDouble());
        AssertLatency(report.GetProperty("latency"));
        JsonElement[] transactions = [.. report.GetProperty("transactions").EnumerateArray()];
        Assert.Contains(transactions, t => t.GetProperty("status").GetString() is "included" or "final");
        Assert.All(transactions, AssertTransaction);
        Assert.True(JsonElement.DeepEquals(report, await ReadAsync(reportFile)));

        string journal = report.GetProperty("journal").GetString()!;
        CommandResult replay = await CommandProcess.RunAsync("replay", "-c", config, "--journal", journal);
        CommandResult replayJson = await CommandProcess.RunAsync("replay", "-c", config, "--journal", journal, "--json");
        Assert.Equal(0, replay.ExitCode);
        Assert.StartsWith("identical", replay.Output);
        Assert.Equal(0, replayJson.ExitCode);
        Assert.Equal("identical", replayJson.Json().GetProperty("result").GetString());
        Assert.Equal(report.GetProperty("decisions").GetInt64(), replayJson.Json().GetProperty("decisions").GetInt64());
    }

    [Fact]
    public async Task LedgerAndStore_OfARun_TellItsDay()
    {
        await chain.StartedAsync();
        string config = ConfigEdits.Write(chain.Config, "ledger.json", root =>
        {
            root.SetBand(15);
            root.SetJournal("journal-ledger");
        });
        string page = chain.PathOf("run.html"), db = chain.PathOf("store.db"), csv = chain.PathOf("ledger.csv"), html = chain.PathOf("ledger.html");
        CommandResult run = await CommandProcess.RunAsync("run", "-c", config, "--for", "6s", "--html", page, "--json");
        int sent = run.Json().GetProperty("transactions").GetArrayLength();
        string journal = Path.GetDirectoryName(run.Json().GetProperty("journal").GetString()!)!;

        CommandResult store = await CommandProcess.RunAsync("store", "rebuild", "--journal", journal, "--db", db, "--json");
        CommandResult ledger = await CommandProcess.RunAsync("ledger", "--day", "today", "-c", config, "--json", "--csv", csv, "--html", html);
        CommandResult stored = await CommandProcess.RunAsync("ledger", "--day", $"{DateTime.UtcNow:yyyy-MM-dd}", "--db", db, "--json");

        Assert.Equal((0, 0, 0), (store.ExitCode, ledger.ExitCode, stored.ExitCode));
        Assert.True(sent > 0);
        Assert.Equal(sent, store.Json().GetProperty("orders").GetInt32());
        Assert.Equal(sent, ledger.Json().GetProperty("orders").GetArrayLength());
        Assert.True(JsonElement.DeepEquals(ledger.Json().GetProperty("orders"), stored.Json().GetProperty("orders")));
        Assert.True(ledger.Json().GetProperty("gasNumeraire").GetDouble() > 0);
        Assert.Equal(1 + sent, (await File.ReadAllLinesAsync(csv, Cancellation)).Length);
        Assert.Contains("</html>", await File.ReadAllTextAsync(html, Cancellation));
        Assert.Contains("</html>", await File.ReadAllTextAsync(page, Cancellation));
    }

    [Theory]
    [InlineData(2, "--day", "ledger", "--day", "31.1.2026", "--db", "x.db")]
    [InlineData(1, "store rebuild", "ledger", "--day", "today", "--db", "/nowhere/x.db")]
    [InlineData(1, "engine.journal", "ledger", "--day", "today", "--journal", "/nowhere")]
    [InlineData(2, "one: they name", "ledger", "--day", "today", "--journal", "/nowhere", "--db", "x.db")]
    [InlineData(1, "engine.journal", "store", "rebuild", "--journal", "/nowhere", "--db", "x.db")]
    public async Task LedgerAndStore_BadInput_SayTheFixAndNothingElse(int exitCode, string said, params string[] arguments)
    {
        CommandResult result = await CommandProcess.RunAsync([.. arguments, "--json"]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(said, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.True(result.Json().TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Run_Interrupted_DrainsAndEndsAsTheBandSays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stop is a POSIX signal");
        await chain.StartedAsync();
        await using CommandProcess run = CommandProcess.Start("run", "-c", chain.Config, "--json");
        await run.UntilAsync(() => run.Error.Contains(" decisions, "), "first line of progress");

        await run.SignalAsync("INT");
        CommandResult end = await run.EndAsync();

        JsonElement report = end.Json();
        Assert.Equal(JsonValueKind.Null, report.GetProperty("fault").ValueKind);
        bool succeeded = report.GetProperty("insideBand").GetBoolean() || report.GetProperty("inFlight").GetBoolean();
        Assert.Equal(succeeded ? 0 : 1, end.ExitCode);
        Assert.All(report.GetProperty("transactions").EnumerateArray(), t => Assert.NotEqual("submitted", t.GetProperty("status").GetString()));
        CommandResult replay = await CommandProcess.RunAsync(
            "replay", "-c", chain.Config, "--journal", report.GetProperty("journal").GetString()!, "--json");
        Assert.Equal(0, replay.ExitCode);
        Assert.False(replay.Json().GetProperty("torn").GetBoolean());
    }

    [Fact]
    public async Task Quote_OneEther_GivesAmountsInBaseUnitsRouteAndGas()
    {
        await chain.StartedAsync();

        CommandResult quote = await CommandProcess.RunAsync("quote", "-c", chain.Config, "--sell", "WETH", "--buy", "USDC", "--amount", "1.5", "--json");

        Assert.Equal(0, quote.ExitCode);
        JsonElement answer = quote.Json();
        Assert.Equal("found", answer.GetProperty("status").GetString());
        Assert.Equal("1500000000000000000", answer.GetProperty("amountIn").GetString());
        Assert.True(UInt256.Parse(answer.GetProperty("amountOut").GetString()) > 1_000_000_000);
        Assert.InRange(answer.GetProperty("gas").GetInt64(), 50_000, 1_000_000);
        JsonElement[] route = [.. answer.GetProperty("route").EnumerateArray()];
        Assert.InRange(route.Length, 1, 4);
        Assert.Equal("WETH", route[0].GetProperty("sell").GetString());
        Assert.Equal("USDC", route[^1].GetProperty("buy").GetString());
        Assert.All(route, hop => Assert.True(Address.TryParse(hop.GetProperty("pool").GetString(), out _)));
    }

    [Fact]
    public async Task Quote_OneTrade_CarriesThePlanItsBoundAndItsGap()
    {
        await chain.StartedAsync();

        CommandResult quote = await CommandProcess.RunAsync(
            "quote", "-c", chain.Config, "--sell", "WETH", "--buy", "USDC", "--amount", "20", "--explain", "--json");

        Assert.Equal(0, quote.ExitCode);
        JsonElement answer = quote.Json();
        JsonElement plan = answer.GetProperty("plan");
        Assert.Equal(("planned", "verified"), (plan.GetProperty("status").GetString(), plan.GetProperty("verified").GetString()));
        JsonElement[] legs = [.. plan.GetProperty("legs").EnumerateArray()];
        Assert.NotEmpty(legs);
        Assert.Equal(UInt256.Parse("20000000000000000000"), legs.Where(leg => leg.GetProperty("sell").GetString() == "WETH")
            .Aggregate(UInt256.Zero, (sum, leg) => sum + UInt256.Parse(leg.GetProperty("amountIn").GetString())));
        Assert.True(answer.GetProperty("gap").GetDouble() is >= -1e-12 and < 1e-3);
        Assert.True(answer.GetProperty("bound").GetDouble() >= answer.GetProperty("value").GetDouble());
        Assert.Equal(1, answer.GetProperty("prices").GetProperty("USDC").GetDouble(), 1e-12);
        Assert.Contains(answer.GetProperty("rates").EnumerateArray(), rate => rate.GetProperty("used").GetBoolean());
    }

    [Fact]
    public async Task Quote_Basket_PlansTheWholeChangeWithEitherSearch()
    {
        await chain.StartedAsync();
        string holdings = Path.Combine(Path.GetDirectoryName(chain.Config)!, "held.json");
        await File.WriteAllTextAsync(holdings, """{ "WETH": "40", "USDC": "100000" } // whole tokens""", TestContext.Current.CancellationToken);
        string[] basket = ["quote", "-c", chain.Config, "--basket", "WETH=0.5,USDC=0.3,WBTC=0.2", "--holdings", holdings, "--json"];

        CommandResult usual = await CommandProcess.RunAsync(basket), managed = await CommandProcess.RunAsync([.. basket, "--managed"]);

        Assert.Equal((0, 0), (usual.ExitCode, managed.ExitCode));
        JsonElement plan = usual.Json().GetProperty("plan");
        Assert.True(UInt256.Parse(plan.GetProperty("final").GetProperty("WBTC").GetString()) > UInt256.Zero);
        Assert.Equal("managed", managed.Json().GetProperty("search").GetString());
        Assert.Equal("verified", managed.Json().GetProperty("plan").GetProperty("verified").GetString());
        // The market moves with every block; of one block the two think the same to the unit.
        if (usual.Json().GetProperty("block").GetUInt64() == managed.Json().GetProperty("block").GetUInt64())
            Assert.Equal(plan.GetProperty("legs").GetRawText(), managed.Json().GetProperty("plan").GetProperty("legs").GetRawText());
    }

    [Fact]
    public async Task Quote_WrongBasket_ExitsTwoAndNamesEveryMistake()
    {
        await chain.StartedAsync();

        CommandResult quote = await CommandProcess.RunAsync(
            "quote", "-c", chain.Config, "--basket", "WETH=0.5,DOGE=0.5", "--holdings", "no-such-file.json", "--sell", "WETH", "--json");

        Assert.Equal(2, quote.ExitCode);
        Assert.Equal(["--basket", "--holdings", "--basket"], ProblemsOf(quote).Select(problem => problem.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Explain_AtTheHead_TellsTriggersChecksAndNextPrices()
    {
        await chain.StartedAsync();

        CommandResult explained = await CommandProcess.RunAsync("explain", "-c", chain.Config, "--json");
        CommandResult shown = await CommandProcess.RunAsync("explain", "-c", chain.Config, "--price", "WETH=1");

        Assert.Equal(0, explained.ExitCode);
        JsonElement told = explained.Json();
        Assert.Equal("chain", told.GetProperty("source").GetString());
        Assert.Equal("drift-band", told.GetProperty("triggers")[0].GetProperty("kind").GetString());
        Assert.NotEmpty(told.GetProperty("checks").EnumerateArray());
        Assert.Equal(told.GetProperty("assets").GetArrayLength() - 1, told.GetProperty("nextPrices").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, told.GetProperty("history").ValueKind);
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("given", shown.Output);
        Assert.Contains("fires now", shown.Output);
    }

    [Fact]
    public async Task Explain_WrongPrices_ExitsTwoAndNamesTheFix()
    {
        await chain.StartedAsync();

        CommandResult explained = await CommandProcess.RunAsync("explain", "-c", chain.Config, "--price", "DOGE=1", "--price", "WETH=dear");

        Assert.Equal(2, explained.ExitCode);
        Assert.Contains("DOGE=1", explained.Error);
        Assert.Contains("WETH=dear", explained.Error);
        Assert.Contains("SYMBOL=NUMBER", explained.Error);
    }

    [Fact]
    public async Task Quote_UnknownAsset_ExitsTwoAndNamesTheKnownOnes()
    {
        await chain.StartedAsync();

        CommandResult quote = await CommandProcess.RunAsync("quote", "-c", chain.Config, "--sell", "DOGE", "--buy", "USDC", "--amount", "-1", "--json");

        Assert.Equal(2, quote.ExitCode);
        Assert.Equal(["--sell", "--amount"], ProblemsOf(quote).Select(problem => problem.GetProperty("path").GetString()));
        Assert.Contains("WETH", ProblemsOf(quote)[0].GetProperty("wanted").GetString());
    }

    [Fact]
    public async Task Run_ConfigurationWrong_ExitsTwoWithEveryProblemInJson()
    {
        await chain.StartedAsync();
        string wrong = ConfigEdits.Write(chain.Config, "wrong.json", root =>
        {
            root["numeraire"] = "EUR";
            root["portfolios"]![0]!["risk"]!["maxSlippageBps"] = -5;
            root["submit"]!["maxFeePerGasGwie"] = 1;
        });

        CommandResult run = await CommandProcess.RunAsync("run", "-c", wrong, "--for", "1s", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("configuration", run.Json().GetProperty("error").GetString());
        string?[] paths = [.. ProblemsOf(run).Select(problem => problem.GetProperty("path").GetString())];
        Assert.Equal(["numeraire", "portfolios[0].risk.maxSlippageBps", "submit.maxFeePerGasGwie"], paths.Order());
        Assert.All(ProblemsOf(run), problem => Assert.NotEqual("", problem.GetProperty("wanted").GetString()));
        Assert.All(paths, path => Assert.Contains(path!, run.Error));
    }

    [Fact]
    public async Task Run_ConfigurationThatTheChainContradicts_ExitsTwoWithTheProblem()
    {
        await chain.StartedAsync();
        string wrong = ConfigEdits.Write(chain.Config, "contradicted.json", root => root["assets"]![1]!["decimals"] = 7);

        CommandResult run = await CommandProcess.RunAsync("run", "-c", wrong, "--for", "1s", "--json");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("assets[1].decimals", Assert.Single(ProblemsOf(run)).GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("dance")]
    [InlineData("run")]
    [InlineData("run", "-c", "x.json", "--for", "soon")]
    [InlineData("run", "-c", "x.json", "--fro", "1s")]
    [InlineData("keys", "new", "-k", "only-a-keystore")]
    public async Task Command_UsageWrong_ExitsTwoAndPointsToHelp(params string[] arguments)
    {
        CommandResult result = await CommandProcess.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("--help", result.Error);
    }

    [Fact]
    public async Task Keys_MadeShownAndChecked_AreOneAccountAndNoSecretIsTold()
    {
        using DevnetFolder folder = new();
        string[] files = ["-k", Path.Combine(folder.Path, "key.json"), "-p", Path.Combine(folder.Path, "key.pass")];

        CommandResult made = await CommandProcess.RunAsync(["keys", "new", .. files, "--light", "--json"]);
        CommandResult shown = await CommandProcess.RunAsync(["keys", "address", .. files, "--json"]);
        CommandResult checkedOne = await CommandProcess.RunAsync(["keys", "check", .. files]);

        string address = made.Json().GetProperty("address").GetString()!;
        Assert.Equal((0, 0, 0), (made.ExitCode, shown.ExitCode, checkedOne.ExitCode));
        Assert.Equal(address, shown.Json().GetProperty("address").GetString());
        Assert.Equal(address, checkedOne.Output.Trim());
        string password = (await File.ReadAllTextAsync(files[3], Cancellation)).Trim();
        Assert.All(new[] { made, shown, checkedOne }, result => Assert.DoesNotContain(password, result.Output + result.Error));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files[1]));
    }

    [Fact]
    public async Task Keys_PasswordOfAnotherKey_FailsWithoutAnAddress()
    {
        using DevnetFolder folder = new();
        string PathOf(string name) => Path.Combine(folder.Path, name);
        await CommandProcess.RunAsync("keys", "new", "-k", PathOf("a.json"), "-p", PathOf("a.pass"), "--light");
        await CommandProcess.RunAsync("keys", "new", "-k", PathOf("b.json"), "-p", PathOf("b.pass"), "--light");

        CommandResult result = await CommandProcess.RunAsync("keys", "check", "-k", PathOf("a.json"), "-p", PathOf("b.pass"));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.DoesNotContain("   at ", result.Error);
    }

    private static JsonElement[] ProblemsOf(CommandResult result) => [.. result.Json().GetProperty("problems").EnumerateArray()];

    private static void AssertLatency(JsonElement latency)
    {
        Assert.NotEmpty(latency.EnumerateObject());
        foreach (string stage in new[] { "sign", "dueToSigned", "sendToIncluded" })
            Assert.True(latency.TryGetProperty(stage, out _), $"no latency of {stage}");
        Assert.All(latency.EnumerateObject(), stage =>
        {
            long[] figures = [.. new[] { "p50Ns", "p99Ns", "p999Ns", "maxNs" }.Select(name => stage.Value.GetProperty(name).GetInt64())];
            Assert.Equal(figures.Order(), figures);
            Assert.True(figures[0] >= 0 && figures[^1] > 0);
        });
    }

    private static void AssertTransaction(JsonElement transaction)
    {
        Assert.NotEqual("", transaction.GetProperty("status").GetString());
        Assert.NotEqual("", transaction.GetProperty("reason").GetString());
        if (transaction.GetProperty("status").GetString() is not ("included" or "final"))
            return;
        Assert.Equal(66, transaction.GetProperty("hash").GetString()!.Length);
        Assert.True(transaction.GetProperty("nonce").GetInt64() >= 0);
        Assert.True(transaction.GetProperty("gasUsed").GetInt64() > 21_000);
        JsonElement[] legs = [.. transaction.GetProperty("legs").EnumerateArray()];
        Assert.NotEmpty(legs);
        Assert.All(legs, leg =>
        {
            Assert.True(Address.TryParse(leg.GetProperty("pool").GetString(), out _));
            Assert.NotEqual(leg.GetProperty("sell").GetString(), leg.GetProperty("buy").GetString());
            foreach (string amount in new[] { "amountIn", "expectedOut", "receivedOut" })
                Assert.True(UInt256.Parse(leg.GetProperty(amount).GetString()) > UInt256.Zero, $"{amount}: {leg}");
        });
    }

    private static void AssertEach(JsonElement manifest, string list, params string[] fields)
    {
        Assert.NotEmpty(manifest.GetProperty(list).EnumerateArray());
        Assert.All(manifest.GetProperty(list).EnumerateArray(), item => Assert.All(fields, field => Assert.True(item.TryGetProperty(field, out _), field)));
    }

    private static async Task<JsonElement> ReadAsync(string path)
    {
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(path, Cancellation));
        return document.RootElement.Clone();
    }

    /// <summary>The node's process among the command's children.</summary>
    private static Process NodeUnder(int parent)
    {
        foreach (Process candidate in Process.GetProcessesByName("anvil"))
            if (ParentOf(candidate.Id) == parent)
                return candidate;
        throw new InvalidOperationException($"process {parent} has no child called anvil");
    }

    private static int ParentOf(int process)
    {
        using Process ps = Process.Start(new ProcessStartInfo("ps", ["-o", "ppid=", "-p", $"{process}"]) { RedirectStandardOutput = true })!;
        return int.TryParse(ps.StandardOutput.ReadToEnd(), out int parent) ? parent : 0;
    }
}
