using System.Text.Json;
using System.Text.Json.Nodes;
using FastRebalance.Configuration;
using FastRebalance.Devnet;

namespace FastRebalance.ChainTests;

/// <summary><c>init</c> against a real node: what it writes is what the chain holds, is read, and becomes a desk that decides.</summary>
public sealed class InitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Init_OnALocalChain_WritesWhatIsThereAndADeskDecidesByIt()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartAsync(new DevnetOptions { OutputDirectory = folder.Path, Seed = 5, BlockTime = TimeSpan.FromSeconds(1) }, Cancellation);
        string file = Path.Combine(folder.Path, "mine.json");

        CommandResult init = await CommandProcess.RunAsync("init", "--rpc", chain.Manifest.Http, "--out", file, "--yes", "--keystore", "desk.json", "--password-file", "desk.pass", "--executor", chain.Manifest.Contract("rebalanceExecutor").ToString());

        Assert.True(init.ExitCode == 0, init.Output + init.Error);
        Assert.Contains("next: fastrebalance run", init.Output, StringComparison.Ordinal); // nothing is left to do
        ConfigFile config = ConfigReader.Read(file);
        Assert.Equal(LocalChain.ChainId, config.Chain.Id);
        Assert.Equal("USDC", config.Assets[config.Numeraire.Index].Symbol);
        Assert.Equal("WETH", config.Assets[config.Native.Index].Symbol);
        Assert.Equal(
            chain.Manifest.Tokens.Select(token => $"{token.Symbol} {token.Address} {token.Decimals}").Order(StringComparer.Ordinal),
            config.Assets.Select(asset => $"{asset.Symbol} {asset.Address} {asset.Decimals}").Order(StringComparer.Ordinal));
        Assert.Equal(chain.Manifest.Pools.Select(pool => $"{pool.Kind} {pool.Address}").Order(StringComparer.Ordinal), config.Pools.Select(pool => $"{pool.Kind} {pool.Address}").Order(StringComparer.Ordinal));
        CommandResult run = await CommandProcess.RunAsync("run", "-c", file, "--dry-run", "--for", "3s", "--json");
        Assert.Equal(0, run.ExitCode); // off target as it is: a dry run is about deciding
        Assert.True(run.Json().GetProperty("decisions").GetInt64() > 0, run.Output + run.Error);
    }

    [Fact]
    public async Task Init_WithoutAKey_SaysWhatIsLeftToDo()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        string file = Path.Combine(folder.Path, "mine.json");
        string tokens = $"{chain.Manifest.Token("WETH").Address},{chain.Manifest.Token("USDC").Address}";

        CommandResult init = await CommandProcess.RunAsync("init", "--rpc", chain.Manifest.Http, "--out", file, "--assets", tokens, "--target", "WETH=0.6,USDC=0.4", "--json");

        JsonElement told = init.Json();
        Assert.Equal(0, init.ExitCode);
        Assert.Equal(["USDC", "WETH"], told.GetProperty("assets").EnumerateArray().Select(asset => asset.GetString()));
        string[] toDo = [.. told.GetProperty("toDo").EnumerateArray().Select(one => one.GetProperty("subject").GetString()!)];
        Assert.Contains("account.privateKeyEnv", toDo);
        Assert.Contains("contracts.rebalanceExecutor", toDo);
        JsonNode written = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancellation), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        Assert.Equal(0.6, written["portfolios"]![0]!["target"]!["weights"]!["WETH"]!.GetValue<double>());
    }

    [Fact]
    public async Task Init_InATerminal_AsksForWhatNoFlagSays()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        string file = Path.Combine(folder.Path, "mine.json");
        string tokens = $"{chain.Manifest.Token("WETH").Address},{chain.Manifest.Token("USDC").Address}";
        await using CommandProcess init = CommandProcess.StartInTerminal("init", "--rpc", chain.Manifest.Http, "--out", file, "--assets", tokens);

        await AskedAsync("Which tokens", "WETH,GOLD\r");
        await AskedAsync("wanted: some of", "\r"); // all of them
        await AskedAsync("In which shares? [USDC=0.5,WETH=0.5]", "WETH=0.7,USDC=0.3\r");
        await AskedAsync("What are values told in", "\r");
        await AskedAsync("keystore file", "mine-key.json\r");
        await AskedAsync("its password", "mine.pass\r");
        CommandResult end = await init.EndAsync();

        Assert.True(end.ExitCode == 0, end.Output + end.Error);
        JsonNode written = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancellation), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        Assert.Equal(0.7, written["portfolios"]![0]!["target"]!["weights"]!["WETH"]!.GetValue<double>());
        Assert.Equal(("mine-key.json", "mine.pass"), (written["account"]!["keystore"]!.GetValue<string>(), written["account"]!["passwordFile"]!.GetValue<string>()));

        async Task AskedAsync(string question, string keys)
        {
            await init.UntilAsync(() => init.Output.Contains(question, StringComparison.Ordinal), question);
            await init.TypeAsync(keys);
        }
    }

    [Fact]
    public async Task Init_WhatCannotBe_IsToldAndNothingIsWritten()
    {
        using DevnetFolder folder = new();
        await using LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        string file = Path.Combine(folder.Path, "mine.json"), http = chain.Manifest.Http;

        async Task RefusedAsync(string words, params string[] flags)
        {
            CommandResult result = await CommandProcess.RunAsync(["init", "--out", file, "--yes", .. flags]);
            Assert.True(result.ExitCode is 1 or 2, result.Output);
            Assert.Contains(words, result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(file));
        }

        await RefusedAsync("--rpc", "--rpc", "gopher://x");
        await RefusedAsync("add up to", "--rpc", http, "--target", "WETH=0.6,USDC=0.6");
        await RefusedAsync("which is none of", "--rpc", http, "--target", "GOLD=1");
        await RefusedAsync("--assets", "--rpc", http, "--assets", "WETH");
        await RefusedAsync("no two tokens", "--rpc", http, "--assets", chain.Manifest.Token("WETH").Address.ToString());
        await RefusedAsync("--password-file", "--rpc", http, "--keystore", "desk.json");
        await File.WriteAllTextAsync(file, "{}", Cancellation);
        CommandResult there = await CommandProcess.RunAsync("init", "--rpc", http, "--out", file, "--yes");
        Assert.Equal(2, there.ExitCode);
        Assert.Equal("{}", await File.ReadAllTextAsync(file, Cancellation));
    }
}
