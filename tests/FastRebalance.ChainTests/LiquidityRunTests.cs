using System.Text.Json.Nodes;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Devnet;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Hosting;
using FastRebalance.Replaying;
using FastRebalance.Reports;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A delta-neutral desk whose position in a pool changes under its hands.</summary>
public sealed class LiquidityRunTests : IAsyncLifetime
{
    private const ulong Gas = 3_000_000;

    private readonly DevnetFolder _folder = new();
    private LocalChain? _chain;

    private LocalChain Chain => _chain!;

    private Address Desk => Chain.Manifest.Account("delta-neutral");

    private Address Manager => Chain.Manifest.Contract("uniswapV3PositionManager");

    private string ConfigPath => Path.Combine(Chain.Directory, "delta-neutral.json");

    public async ValueTask InitializeAsync() => _chain = await LocalChain.StartAsync(
        new DevnetOptions { Seed = 11, OutputDirectory = _folder.Path, WithAave = true, BlockTime = TimeSpan.FromMilliseconds(500) });

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_LiquidityDoubledFromOutside_TradesTheHedgeByTheNewDelta()
    {
        double owedBefore = await OwedAsync();
        await using LiveRun run = await LiveRun.StartAsync(ConfigPath);
        await run.UntilAsync(() => run.Host.Position is { Liquidity.Count: 1 }, "a position that is told");
        LiquidityLine before = Assert.Single(run.Host.Position!.Liquidity);
        Assert.True(before is { IsInRange: true, IsClosed: false }, $"{before}");
        Assert.Empty(run.Host.Orders); // hedged as it was opened

        await DoubleAsync();

        await run.UntilAsync(() => run.Included > 0, "a trade of the hedge");
        await run.UntilAsync(() => run.Host.Position!.Liquidity[0].Delta > 1.9 * before.Delta, "the new delta in the report");
        RunReport report = await run.StopAsync();
        LiquidityLine after = Assert.Single(report.Position!.Liquidity);
        Assert.Equal(2, after.Value / before.Value, 0.02);
        double owed = await OwedAsync(), hedged = await HeldAsync() + after.Delta + after.UncollectedAsset;
        Assert.True(owed > owedBefore + (0.6 * before.Delta), $"{owed} WETH owed after {owedBefore}, for {before.Delta} more in the pool");
        Assert.Equal(1, owed / hedged, 0.051); // within the band, of which 5 % is the most

        MarketEvent[] told = [.. LiveRun.EventsOf(report).Where(e => e.Kind == MarketEventKind.PoolPosition)];
        Assert.Contains(told, e => (double)e.PoolPosition.Liquidity > 1.9 * (double)told[0].PoolPosition.Liquidity);
        ReplayResult replay = JournalReplay.Run(ConfigReader.Read(ConfigPath), report.Journal);
        Assert.True(replay.IsIdentical, $"{replay}");
        Assert.True(replay.Decisions > 0);
    }

    [Fact]
    public async Task Prepare_WhatIsNotThere_IsNamedWithItsFix()
    {
        string theirs = await ForeignPositionAsync();
        (string Path, string Found, string Wanted)[] problems =
        [
            .. await ProblemsAsync("{ \"positionId\": \"1\" }", root => root["contracts"]!.AsObject().Remove("positionManager")),
            .. await ProblemsAsync($"{{ \"positionId\": \"1\", \"positionManager\": \"{Chain.Manifest.Contract("weth9")}\" }}"),
            .. await ProblemsAsync($"{{ \"positionId\": \"{theirs}\" }}"),
            .. await ProblemsAsync($"{{ \"pool\": \"{Desk}\" }}"),
            .. await ProblemsAsync($"{{ \"pool\": \"{PairWithout("WETH")}\" }}"),
        ];

        Assert.Equal(5, problems.Length);
        Assert.All(problems, problem => Assert.StartsWith("portfolios[0].position.liquidity[0].", problem.Path));
        Assert.Contains("contracts.positionManager", problems[0].Wanted);
        Assert.Contains("which is no position manager", problems[1].Found);
        Assert.Contains("a position in WETH and USDC", problems[2].Wanted);
        Assert.Contains("no uniswap-v2 pool of this configuration", problems[3].Found);
        Assert.Contains("a pool of WETH and USDC", problems[4].Wanted);
    }

    // Somebody else's, and one that is no more: said, and the run begins.
    [Fact]
    public async Task Prepare_WhatIsOdd_IsAdviceOnly()
    {
        string config = ConfigEdits.Write(ConfigPath, "odd.json", root => root["portfolios"]![0]!["position"]!["liquidity"] = JsonNode.Parse(
            $"[ {{ \"positionId\": \"{FirstOfDeployer()}\" }}, {{ \"positionId\": \"999999\" }}, {{ \"pool\": \"{PairOf()}\" }} ]"));

        await using PreparedRun run = await PreparedRun.PrepareAsync(ConfigReader.Read(config), default);

        Assert.Equal(3, run.Setup.Liquidity!.Count);
        Assert.Equal(3, run.Advice.Count);
        Assert.Contains("is held by", run.Advice[0].Found);
        Assert.Contains("is not there", run.Advice[1].Found);
        Assert.Contains("holds nothing of the pair", run.Advice[2].Found);
        Assert.All(run.Advice, one => Assert.Equal(Health.Advice, one.Health));
        Assert.Equal(run.Setup.ToJson(), ResolvedSetup.FromJson(run.Setup.ToJson()).ToJson());
    }

    private async Task<(string Path, string Found, string Wanted)[]> ProblemsAsync(string entry, Action<JsonObject>? edit = null)
    {
        string config = ConfigEdits.Write(ConfigPath, "wrong.json", root =>
        {
            root["portfolios"]![0]!["position"]!["liquidity"] = JsonNode.Parse($"[ {entry} ]");
            edit?.Invoke(root);
        });
        ConfigException error = await Assert.ThrowsAsync<ConfigException>(() => PreparedRun.PrepareAsync(ConfigReader.Read(config), default));
        return [.. error.Problems.Select(problem => (problem.Path, problem.Found, problem.Wanted))];
    }

    private string PairOf() => Pools("uniswap-v2").First(pool => IsPair(pool, "WETH", "USDC")).Address.ToString();

    private string PairWithout(string symbol) =>
        Pools("uniswap-v2").First(pool => pool.Token0 != Chain.Manifest.Token(symbol).Address && pool.Token1 != Chain.Manifest.Token(symbol).Address).Address.ToString();

    private IEnumerable<DevnetPool> Pools(string kind) => Chain.Manifest.Pools.Where(pool => pool.Kind == kind);

    private bool IsPair(DevnetPool pool, string one, string other) =>
        (pool.Token0, pool.Token1) is var (a, b) && (Address[])[a, b] is var both && both.Contains(Chain.Manifest.Token(one).Address) && both.Contains(Chain.Manifest.Token(other).Address);

    /// <summary>The deployer's position in WETH and USDC.</summary>
    private string FirstOfDeployer() => Find(isPair: true).GetAwaiter().GetResult();

    private Task<string> ForeignPositionAsync() => Find(isPair: false);

    private async Task<string> Find(bool isPair)
    {
        HashSet<Address> pair = [Chain.Manifest.Token("WETH").Address, Chain.Manifest.Token("USDC").Address];
        for (ulong id = 1; id < 200; id++)
        {
            ulong asked = id;
            byte[] words = await Chain.Node.CallAsync(Manager, CallData.Of("positions(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(asked)), BlockRef.Latest);
            bool isOfPair = pair.SetEquals([new Address(words.AsSpan(76, 20)), new Address(words.AsSpan(108, 20))]);
            if (isOfPair == isPair && asked != await OwnIdAsync())
                return $"{id}";
        }
        throw new InvalidOperationException("no such position");
    }

    private async Task<ulong> OwnIdAsync() => (ulong)UInt256.ReadBigEndian(await Chain.Node.CallAsync(Manager, CallData.Of(
        "tokenOfOwnerByIndex(address,uint256)", 2, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(Desk);
            writer.WriteUInt64(0);
        }), BlockRef.Latest));

    /// <summary>As much again as the desk's opener put in, from the deployer: anybody may.</summary>
    private async Task DoubleAsync()
    {
        ulong id = await OwnIdAsync();
        UInt128 had = await LiquidityAsync(id);
        double price = MarketPlan.Create(11).Token("WETH").StartPrice;
        bool wethFirst = Chain.Manifest.Token("WETH").Address.Span.SequenceCompareTo(Chain.Manifest.Token("USDC").Address.Span) < 0;
        UInt256 weth = PoolMath.BaseUnits(10_000 / price * 1e18), usdc = PoolMath.BaseUnits(10_000 * 1e6);
        byte[] increase = PositionManagerCalls.Increase(id, wethFirst ? weth : usdc, wethFirst ? usdc : weth);
        await Chain.Node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, Chain.Manifest.Account("deployer").ToString());
            writer.WriteString("to"u8, Manager.ToString());
            writer.WriteString("input"u8, Hex.Encode(increase));
            writer.WriteString("gas"u8, Hex.Quantity(Gas));
            writer.WriteEndObject();
        });
        for (int i = 0; i < 200 && await LiquidityAsync(id) == had; i++)
            await Task.Delay(50);
        Assert.Equal(2, (double)await LiquidityAsync(id) / (double)had, 0.02);
    }

    private async Task<UInt128> LiquidityAsync(ulong id)
    {
        byte[] words = await Chain.Node.CallAsync(Manager, CallData.Of("positions(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(id)), BlockRef.Latest);
        return (UInt128)UInt256.ReadBigEndian(words.AsSpan(32 * 7, 32));
    }

    private async Task<double> OwedAsync() => await BalanceAsync(Chain.Manifest.Reserve("WETH").VariableDebtToken);

    private Task<double> HeldAsync() => BalanceAsync(Chain.Manifest.Token("WETH").Address);

    private async Task<double> BalanceAsync(Address token) =>
        (double)UInt256.ReadBigEndian(await Chain.Node.CallAsync(token, Erc20.BalanceOf(Desk), BlockRef.Latest)) / 1e18;
}
