using System.Text.Json.Nodes;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Hosting;
using FastRebalance.Journal;
using FastRebalance.MarketData.Prices;
using FastRebalance.Reports;
using FastRebalance.Tests;

[assembly: AssemblyFixture(typeof(FastRebalance.ReplayTests.RecordedRun))]

namespace FastRebalance.ReplayTests;

/// <summary>
/// One live run against a local chain with moving prices, made once for all tests. The chain is gone afterwards: what is kept is the
/// journal, the report, and what the chain said of the desk's balances at the journal's last head.
/// </summary>
public sealed class RecordedRun : IAsyncLifetime
{
    private const string PriceGroup = "239.255.7.7:17407";

    private readonly TemporaryFolder _folder = new();

    public string ConfigPath { get; private set; } = "";

    public RunReport Report { get; private set; } = null!;

    /// <summary>Of a second, shorter run with the stages on threads of their own.</summary>
    public RunReport StagedReport { get; private set; } = null!;

    /// <summary>Of a staged run whose file was written anew twice while it went on: a narrower band, and then other weights.</summary>
    public RunReport ReloadedReport { get; private set; } = null!;

    /// <summary>Of a third run, whose target is an optimiser's: its weights come as plans.</summary>
    public RunReport PlannedReport { get; private set; } = null!;

    public string PlannedConfigPath { get; private set; } = "";

    /// <summary>Of a fourth run, whose WETH is priced by a recorded exchange stream, a hundred times as fast as it was; null where there is no recording.</summary>
    public RunReport? TickedReport { get; private set; }

    public string TickedConfigPath { get; private set; } = "";

    public long TickerMessages { get; private set; }

    public ResolvedSetup Setup { get; private set; } = null!;

    internal RunRecords Records { get; private set; } = null!;

    /// <summary>By asset, in base units.</summary>
    public UInt256[] BalancesAtLastHead { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await using LocalChain chain = await LocalChain.StartAsync(new DevnetOptions
        {
            OutputDirectory = _folder.Path,
            Seed = 11,
            BlockTime = TimeSpan.FromMilliseconds(500),
            Noise = true,
        });
        // Narrow enough that the noise leaves it now and then: more than the first order is wanted.
        ConfigPath = ConfigEdits.Write(chain.ConfigPath, "narrow.json", root => root.SetBand(30));
        await using PreparedRun run = await PreparedRun.PrepareAsync(ConfigReader.Read(ConfigPath), default);
        Setup = run.Setup;
        RunOptions options = new() { Duration = TimeSpan.FromSeconds(15), Grace = TimeSpan.FromSeconds(5) };
        await using (RebalanceHost host = await RebalanceHost.StartAsync(run, options, default))
            Report = await host.RunAsync(null, default);
        StagedReport = await RunStagedAsync(chain);
        ReloadedReport = await RunReloadedAsync(chain);
        PlannedReport = await RunPlannedAsync(chain);
        TickedReport = await RunTickedAsync(chain);
        Records = RunRecords.Read(Report.Journal);
        BalancesAtLastHead = await BalancesAsync(chain.Node, run, Records.LastHead.BlockNumber);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<RunReport> RunStagedAsync(LocalChain chain)
    {
        string config = ConfigEdits.Write(chain.ConfigPath, "staged.json", root =>
        {
            root.SetBand(10);
            root["engine"]!["topology"] = "staged";
        });
        await using PreparedRun run = await PreparedRun.PrepareAsync(ConfigReader.Read(config), default);
        RunOptions options = new() { Duration = TimeSpan.FromSeconds(6), Grace = TimeSpan.FromSeconds(5) };
        await using RebalanceHost host = await RebalanceHost.StartAsync(run, options, default);
        return await host.RunAsync(null, default);
    }

    private static async Task<RunReport> RunReloadedAsync(LocalChain chain)
    {
        string config = ConfigEdits.Write(chain.ConfigPath, "reloaded.json", root =>
        {
            root.SetBand(30);
            root["engine"]!["topology"] = "staged";
        });
        await using PreparedRun run = await PreparedRun.PrepareAsync(config, default);
        RunOptions options = new() { Duration = TimeSpan.FromSeconds(9), Grace = TimeSpan.FromSeconds(5) };
        await using RebalanceHost host = await RebalanceHost.StartAsync(run, options, default);
        Task<RunReport> running = Task.Run(() => host.RunAsync(null, default));
        await Task.Delay(TimeSpan.FromSeconds(3));
        ConfigEdits.Write(config, "reloaded.json", static root => root.SetBand(10));
        await host.ReloadAsync("the test", default);
        await Task.Delay(TimeSpan.FromSeconds(2));
        ConfigEdits.Write(config, "reloaded.json", static root => root.SetWeights(("WETH", 0.45), ("WBTC", 0.2), ("USDC", 0.35)));
        await host.ReloadAsync("the test", default);
        return await running;
    }

    private async Task<RunReport> RunPlannedAsync(LocalChain chain)
    {
        PlannedConfigPath = ConfigEdits.Write(chain.ConfigPath, "planned.json", root =>
        {
            JsonNode portfolio = root["portfolios"]![0]!;
            portfolio["target"] = JsonNode.Parse("""{ "kind": "inverse-volatility", "cash": 0.3 }""");
            portfolio["planner"] = JsonNode.Parse(
                """{ "every": "00:00:01", "sampleEvery": "00:00:01", "halfLife": "00:01:00", "warmUpSamples": 3 }""");
            root.SetBand(30);
        });
        await using PreparedRun run = await PreparedRun.PrepareAsync(ConfigReader.Read(PlannedConfigPath), default);
        RunOptions options = new() { Duration = TimeSpan.FromSeconds(10), Grace = TimeSpan.FromSeconds(5) };
        await using RebalanceHost host = await RebalanceHost.StartAsync(run, options, default);
        return await host.RunAsync(null, default);
    }

    private async Task<RunReport?> RunTickedAsync(LocalChain chain)
    {
        string tape = Path.GetFullPath(Path.Combine(SharedFiles.Root, "..", "shared", "market", "binance", "spot-ethusdt_20240809.gz"));
        if (!File.Exists(tape))
            return null;
        IReadOnlyList<(TimeSpan Due, string Text)> messages = BookTickerServer.Tape(tape, speed: 100, TimeSpan.FromMinutes(5));
        TickerMessages = messages.Count;
        await using BookTickerServer server = new(messages);
        TickedConfigPath = ConfigEdits.Write(chain.ConfigPath, "ticked.json", root =>
        {
            root.SetBand(30);
            foreach (string feed in (string[])
            [
                $$"""{ "kind": "book-ticker", "url": "{{server.Url}}", "symbols": { "ETHUSDT": "WETH" } }""",
                $$"""{ "kind": "shared-memory", "path": "{{_folder.File("prices")}}", "symbols": { "BTC": "WBTC" } }""",
                $$"""{ "kind": "udp-multicast", "group": "{{PriceGroup}}", "symbols": { "LINK": "LINK" }, "as": "reference" }""",
            ])
                root["feeds"]!.AsArray().Add(JsonNode.Parse(feed));
        });
        using CancellationTokenSource stop = new();
        Task writing = Task.Run(() => WritePrices(_folder.File("prices"), stop.Token));
        await using PreparedRun run = await PreparedRun.PrepareAsync(ConfigReader.Read(TickedConfigPath), default);
        RunOptions options = new() { Duration = TimeSpan.FromSeconds(6), Grace = TimeSpan.Zero };
        await using RebalanceHost host = await RebalanceHost.StartAsync(run, options, default);
        RunReport report = await host.RunAsync(null, default);
        await stop.CancelAsync();
        await writing;
        return report;
    }

    private static void WritePrices(string ring, CancellationToken stop)
    {
        using SharedMemoryWriter memory = SharedMemoryWriter.Create(ring, 64);
        using UdpPriceSender network = new(System.Net.IPEndPoint.Parse(PriceGroup));
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            memory.Write(new PriceRecord("BTC", 60_000 + (i % 100), 60_001 + (i % 100)));
            network.Send(new PriceRecord("LINK", 15 + (i % 10 * 0.01), 15.1));
            stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5));
        }
    }

    private static async Task<UInt256[]> BalancesAsync(EthereumNode node, PreparedRun run, ulong block)
    {
        byte[] call = Erc20.BalanceOf(run.Account);
        EthCallOutcome[] answers = await node.CallManyAsync([.. run.Config.Assets.Select(a => new EthCall(a.Address, call))], BlockRef.At(block));
        return [.. answers.Select(answer => new AbiReader(answer.Data).TryReadUInt256(out UInt256 units)
            ? units
            : throw new InvalidOperationException("a token did not tell a balance"))];
    }
}
