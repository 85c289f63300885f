using System.Text.Json.Nodes;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Hosting;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A chain that stands still, for reading.</summary>
public sealed class StillChain : IAsyncLifetime
{
    private readonly DevnetFolder _folder = new();

    public LocalChain Chain { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = _folder.Path, Seed = 8 });

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class ConfigOnChainTests(StillChain still) : IClassFixture<StillChain>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DevnetManifest Manifest => still.Chain.Manifest;

    [Fact]
    public async Task PrepareAsync_FileAsTheDevnetWroteIt_KnowsEveryPool()
    {
        await using PreparedRun run = await PrepareAsync("right", _ => { });

        Assert.Equal(Manifest.Account("desk"), run.Account);
        Assert.Equal(Manifest.Pools.Select(p => (p.Address, p.Token0, (uint)p.FeePips)), run.Setup.Pools.Select(p =>
            (Address.Parse(p.Address), Address.Parse(p.Token0), p.FeePips)));
    }

    [Fact]
    public async Task PrepareAsync_SeveralMistakes_ListsAllOfThemWithFoundAndWanted()
    {
        Address codeless = Manifest.Account("spare-1");
        Address token = Manifest.Token("USDC").Address;
        Address link = Manifest.Token("LINK").Address;
        DevnetPool ofLink = Manifest.Pools.First(pool => pool.Token0 == link || pool.Token1 == link);
        DevnetPool right = Manifest.Pools.First(pool => pool.Token0 != link && pool.Token1 != link);

        ConfigException refusal = await Assert.ThrowsAsync<ConfigException>(() => PrepareAsync("mistakes", root =>
        {
            root["contracts"]!["swapRouter02"] = codeless.ToString();
            JsonArray assets = root["assets"]!.AsArray();
            assets.RemoveAll(asset => (string?)asset!["symbol"] == "LINK");
            assets.Single(asset => (string?)asset!["symbol"] == "WBTC")!["decimals"] = 18;
            root["pools"] = new JsonArray(
                Pool(right.Kind, right.Address),
                Pool("uniswap-v3", token),
                Pool("uniswap-v2", codeless),
                Pool(ofLink.Kind, ofLink.Address));
            root["portfolios"]![0]!["target"]!["kind"] = "fixed-wieghts";
        }));

        int wbtc = Manifest.Tokens.TakeWhile(t => t.Symbol != "WBTC").Count(t => t.Symbol != "LINK");
        Assert.Equal(
            ["portfolios[0].target.kind", "contracts.swapRouter02", $"assets[{wbtc}].decimals", "pools[1].address", "pools[2].address", "pools[3].address"],
            refusal.Problems.Select(problem => problem.Path));
        AssertTold(refusal.Problems[0], "fixed-wieghts", "fixed-weights");
        AssertTold(refusal.Problems[1], $"{codeless}, an address without code", "a contract");
        AssertTold(refusal.Problems[2], "18", "8, as the token at");
        AssertTold(refusal.Problems[3], $"{token}, which is no uniswap-v3 pool", "uniswap-v3");
        AssertTold(refusal.Problems[4], "without code", "a contract");
        AssertTold(refusal.Problems[5], $"the token {link}, which is no configured asset", "configured assets alone");
        Assert.All(refusal.Problems, problem => Assert.Contains(problem.Path, refusal.Message));
    }

    [Fact]
    public async Task PrepareAsync_ChainIdOfAnotherChain_NamesBothAndJudgesNoAddress()
    {
        ConfigException refusal = await Assert.ThrowsAsync<ConfigException>(() => PrepareAsync("chain", root =>
        {
            root["chain"]!["id"] = 1;
            root["contracts"]!["swapRouter02"] = Manifest.Account("spare-1").ToString();
        }));

        ConfigProblem problem = Assert.Single(refusal.Problems);
        Assert.Equal("chain.id", problem.Path);
        AssertTold(problem, "is on chain 31337", "31337");
        Assert.StartsWith("1,", problem.Found);
    }

    [Fact]
    public async Task PrepareAsync_NobodyListens_NamesEveryEndpoint()
    {
        RpcTransportException failure = await Assert.ThrowsAsync<RpcTransportException>(() => PrepareAsync("deaf", MakeDeaf));

        foreach (string endpoint in new[] { "nobody.ipc", "ws://127.0.0.1:9", "http://127.0.0.1:9" })
            Assert.Contains(endpoint, failure.Message);
    }

    [Fact]
    public async Task PrepareAsync_NobodyListensAndTheFileIsWrongToo_TellsBoth()
    {
        ConfigException refusal = await Assert.ThrowsAsync<ConfigException>(() => PrepareAsync("deaf-and-wrong", root =>
        {
            MakeDeaf(root);
            root["portfolios"]![0]!["sizing"]!["kind"] = "to-the-moon";
        }));

        Assert.Equal(["portfolios[0].sizing.kind", "chain.endpoints"], refusal.Problems.Select(problem => problem.Path));
        Assert.Contains("ws://127.0.0.1:9", refusal.Problems[1].Found);
    }

    private static void MakeDeaf(JsonObject root) => root.SetEndpoints("ipc:nobody.ipc", "ws://127.0.0.1:9", "http://127.0.0.1:9");

    private static JsonNode Pool(string kind, Address address) => new JsonObject { ["kind"] = kind, ["address"] = address.ToString() };

    private static void AssertTold(ConfigProblem problem, string found, string wanted)
    {
        Assert.Contains(found, problem.Found);
        Assert.Contains(wanted, problem.Wanted);
    }

    private Task<PreparedRun> PrepareAsync(string name, Action<JsonObject> edit) =>
        PreparedRun.PrepareAsync(ConfigReader.Read(ConfigEdits.Write(still.Chain.ConfigPath, name + ".json", edit)), Cancellation);
}
