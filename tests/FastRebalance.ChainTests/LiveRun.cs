using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;
using FastRebalance.Hosting;
using FastRebalance.Journal;
using FastRebalance.Reports;

namespace FastRebalance.ChainTests;

/// <summary>The whole engine at work in this process, and the test beside it watching.</summary>
internal sealed class LiveRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly CancellationTokenSource _stop = new();
    private readonly PreparedRun _prepared;
    private readonly Task<RunReport> _running;

    private LiveRun(PreparedRun prepared, RebalanceHost host)
    {
        _prepared = prepared;
        Host = host;
        _running = host.RunAsync(null, _stop.Token);
    }

    public RebalanceHost Host { get; }

    public Address Account => _prepared.Account;

    public ConnectionState Connection => _prepared.Node.State;

    public int Connections => _prepared.Node.Generation;

    public static async Task<LiveRun> StartAsync(string config, bool dryRun = false, TimeSpan? drainTimeout = null)
    {
        RunOptions options = new() { DryRun = dryRun, DrainTimeout = drainTimeout ?? TimeSpan.FromSeconds(30) };
        PreparedRun prepared = await PreparedRun.PrepareAsync(ConfigReader.Read(config), default);
        try
        {
            return new LiveRun(prepared, await RebalanceHost.StartAsync(prepared, options, default));
        }
        catch
        {
            await prepared.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until something is so; a run that ends by itself or never gets there fails the test, with what it was about.</summary>
    public async Task UntilAsync(Func<bool> isSo, string what)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!isSo())
        {
            Assert.False(_running.IsCompleted, $"the run ended before {what}");
            Assert.False(patience.IsCancellationRequested, $"{Patience.TotalSeconds} s went by without {what}; {this}");
            await Task.Delay(20);
        }
    }

    public int Count(params ReadOnlySpan<SubmitStatus> statuses)
    {
        int count = 0;
        foreach (OrderOutcome order in Host.Orders)
            if (statuses.Contains(order.Status))
                count++;
        return count;
    }

    public int Included => Count(SubmitStatus.Included, SubmitStatus.Final);

    /// <summary>Waits until the run has ended by itself.</summary>
    public async Task UntilEndedAsync() => await _running.WaitAsync(Patience);

    /// <summary>What Ctrl-C does.</summary>
    public async Task<RunReport> StopAsync()
    {
        await _stop.CancelAsync();
        return await _running;
    }

    /// <summary>What a failed wait should tell.</summary>
    public override string ToString() => $"{Connection}, {Host.Monitor.Summary().Decisions} decisions, the last {Host.Monitor.Summary().Last.Verdict}; orders: "
        + string.Join("; ", Host.Orders.Select(o => $"nonce {o.Nonce} {string.Join(" ", o.History)} after {o.Attempts} attempts, block {o.IncludedBlock} {o.Reason}"))
        + $"; fired {Host.Submission.Fired}, missed {string.Join(" ", Host.Submission.Ladder?.Misses.Select(miss => $"{miss.Key} {miss.Value}") ?? [])}, {Host.Submission.LadderTrouble}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Host.DisposeAsync();
        await _prepared.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>The engine was told of a loss: it stands in the journal, which is read while it is written.</summary>
    public bool WasToldOfALoss => Events(JournalFolder.Newest(_prepared.Config.Resolve(_prepared.Config.Engine.Journal)), out _)
        .Exists(e => e.Kind == MarketEventKind.FeedLost);

    /// <summary>Market events of a run's journal, in the ring's order: an event's place is its sequence.</summary>
    public static List<MarketEvent> EventsOf(RunReport report)
    {
        List<MarketEvent> events = Events(report.Journal, out bool closed);
        Assert.True(closed, "the journal was not closed");
        return events;
    }

    private static List<MarketEvent> Events(string journal, out bool closed)
    {
        List<MarketEvent> events = [];
        JournalReader reader = JournalReader.Open(journal, JournalStreams.Inbound);
        while (reader.TryRead(out JournalRecord record))
            if (record.Kind == JournalRecordKind.MarketEvent)
                events.Add(record.MarketEvent);
        closed = reader.CleanlyClosed;
        return events;
    }

    /// <summary>Sequences of the last event that each order has seen.</summary>
    public static List<long> OrderedAt(RunReport report)
    {
        List<long> sequences = [];
        JournalReader reader = JournalReader.Open(report.Journal, JournalStreams.Orders);
        while (reader.TryRead(out JournalRecord record))
            if (record.Kind == JournalRecordKind.Order && record.Order.Kind == OrderEventKind.Decision
                && record.Order.Decision.Verdict == DecisionVerdict.Order)
                sequences.Add(record.Order.InputSequence);
        return sequences;
    }
}
