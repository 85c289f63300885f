using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Reports;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A chain with moving prices for the tests of one class; each of them gets a configuration and a journal of its own.</summary>
public sealed class LiveChain : IAsyncLifetime
{
    private readonly DevnetFolder _folder = new();

    public LocalChain Chain { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Chain = await LocalChain.StartAsync(new DevnetOptions
    {
        OutputDirectory = _folder.Path,
        Seed = 5,
        BlockTime = TimeSpan.FromMilliseconds(400),
        Noise = true,
    });

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        _folder.Dispose();
    }

    internal string Config(string name, Action<System.Text.Json.Nodes.JsonObject> edit) =>
        ConfigEdits.Write(Chain.ConfigPath, name + ".json", root =>
        {
            root.SetJournal("journal-" + name);
            edit(root);
        });
}

public sealed class LiveTests(LiveChain live) : IClassFixture<LiveChain>
{
    // So narrow that the noise leaves it within seconds, again and again.
    private const double NarrowBps = 15;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EthereumNode Node => live.Chain.Node;

    [Fact]
    public async Task TryPublishPrice_ADeskThatTrades_AllocatesNothingAndTheEngineTakesIt()
    {
        await using LiveRun run = await LiveRun.StartAsync(live.Config("published", static _ => { }), dryRun: true);
        await run.UntilAsync(() => run.Host.Monitor.Summary().Decisions > 0, "a first decision");
        AssetId asset = run.Host.AssetOf("WETH");
        Embedding.Desk desk = new();
        desk.Started(run.Host);

        const double Mark = 1.0 / 128; // no other price has this fraction
        long taken = 0;
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 1_000; i++)
                taken += desk.TryPublishPrice(asset, 2_500 + Mark + i) ? 1 : 0;

        Assert.Equal(0, watch.LeastBytes);
        Assert.True(taken > 0);
        List<MarketEvent> events = LiveRun.EventsOf(await run.StopAsync());
        Assert.Equal(taken, events.Count(e => e.Kind == MarketEventKind.Price && e.Subject == asset.Value && e.Price.NumerairePerToken % 1 == Mark));
    }

    [Fact]
    public async Task RunAsync_NodeGoneForAWhile_WaitsReadsAnewAndTradesOn()
    {
        await using LiveRelay relay = new(new Uri(live.Chain.Manifest.Http).Port);
        string config = live.Config("outage", root =>
        {
            root.SetEndpoints(relay.WebSocket);
            root.SetBand(NarrowBps);
        });
        await using LiveRun run = await LiveRun.StartAsync(config);
        await run.UntilAsync(() => run.Included > 0, "a first trade");

        await relay.CutAsync();
        await run.UntilAsync(() => run.Connection == ConnectionState.Lost && run.WasToldOfALoss, "the loss being told");
        ulong lostAt = await Node.BlockNumberAsync(Cancellation);
        while (await Node.BlockNumberAsync(Cancellation) < lostAt + 5)
            await Task.Delay(50, Cancellation);
        relay.Restore();
        await run.UntilAsync(() => run.Connection == ConnectionState.Connected, "the connection coming back");
        int before = run.Host.Orders.Count;
        await run.UntilAsync(() => run.Host.Orders.Count > before && run.Count(SubmitStatus.Submitted, SubmitStatus.Replaced) == 0, "a trade after it");
        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        Assert.True(report.Feed.Losses >= 1);
        Assert.True(report.Feed.Snapshots >= 2);
        Assert.Equal(0, report.Feed.Mismatches);
        Assert.True(run.Connections >= 2);
        Assert.Contains(run.Host.Orders.Skip(before), order => order.Status is SubmitStatus.Included or SubmitStatus.Final);
        List<MarketEvent> events = LiveRun.EventsOf(report);
        int lost = events.FindIndex(e => e.Kind == MarketEventKind.FeedLost);
        int found = events.FindIndex(lost, e => e.Kind == MarketEventKind.Head);
        Assert.True(lost > 0 && found > lost);
        Assert.DoesNotContain(LiveRun.OrderedAt(report), sequence => sequence >= lost && sequence < found);
        Assert.Equal(live.Chain.Manifest.Pools.Count, events[lost..found].Count(e => e.Kind == MarketEventKind.PoolReady));
        Assert.True(events[found].BlockNumber >= lostAt + 5);
    }

    [Fact]
    public async Task RunAsync_CancelledWithAnOrderUnderWay_FollowsItToItsEnd()
    {
        await using LiveRun run = await LiveRun.StartAsync(live.Config("drain", root => root.SetBand(NarrowBps)));
        await run.UntilAsync(() => run.Count(SubmitStatus.Submitted) > 0, "an order on its way");

        RunReport report = await run.StopAsync();

        ulong mined = await Node.NonceAsync(run.Account, BlockRef.Latest, Cancellation);
        ulong pending = await Node.NonceAsync(run.Account, BlockRef.Pending, Cancellation);
        Assert.Null(report.Fault);
        Assert.Equal(pending > mined, report.InFlight);
        Assert.Equal(0, run.Count(SubmitStatus.Submitted));
        Assert.True(run.Included > 0);
        List<MarketEvent> events = LiveRun.EventsOf(report);
        int paused = events.FindIndex(e => e.Kind == MarketEventKind.Operator && e.Command == OperatorCommand.Pause);
        Assert.True(paused >= 0);
        Assert.DoesNotContain(LiveRun.OrderedAt(report), sequence => sequence >= paused);
    }

    [Fact]
    public async Task RunAsync_DryRun_DecidesAndSignsAndSendsNothing()
    {
        // Another target than any other test's: whatever those have left, this is an order.
        await using LiveRun run = await LiveRun.StartAsync(
            live.Config("dry", root => root.SetWeights(("WETH", 0.1), ("WBTC", 0.1), ("USDC", 0.8))), dryRun: true);
        ulong nonce = await Node.NonceAsync(run.Account, BlockRef.Latest, Cancellation);
        await run.UntilAsync(() => run.Host.Orders.Count > 0 && run.Host.Monitor.Summary().Decisions > 10, "decisions and an order");

        RunReport report = await run.StopAsync();

        Assert.Null(report.Fault);
        Assert.NotEmpty(report.Transactions);
        Assert.All(report.Transactions, transaction => Assert.Equal("notSent", transaction.Status));
        Assert.True(run.Host.Orders[0].DueToSignedNs > 0, "it was not signed");
        Assert.Equal(nonce, await Node.NonceAsync(run.Account, BlockRef.Pending, Cancellation));
        foreach (TransactionReport transaction in report.Transactions)
            Assert.Null(await Node.TransactionAsync(Hash32.Parse(transaction.Hash), Cancellation));
    }
}
