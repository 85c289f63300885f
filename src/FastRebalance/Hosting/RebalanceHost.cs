using System.Diagnostics;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Foreseeing;
using FastRebalance.Hosting.Placement;
using FastRebalance.Journal;
using FastRebalance.MarketData;
using FastRebalance.Messaging;
using FastRebalance.Reloading;
using FastRebalance.Reports;
using FastRebalance.Routing.Paths;
using FastRebalance.Watching;

namespace FastRebalance.Hosting;

/// <summary>
/// Wires a live run: feeds and reports into the inbound ring, the engine behind it, its decisions into the order ring, the executor
/// behind that, a journal at both. Starts it, watches it, and takes it down so that nothing is left half-sent.
/// </summary>
/// <remarks>
/// The journal reads the inbound ring beside the engine and gates it. Where the portfolio goes by plans, the planner watches on the
/// journal's thread, which has time, and its worker publishes like a feed. On the order ring it comes before the executor: an order is on the
/// disk before the executor sees it.
/// </remarks>
public sealed partial class RebalanceHost : IDesk, IAsyncDisposable
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RingDrainTimeout = TimeSpan.FromSeconds(15);
    private const int OrderRingSize = 1024;

    private readonly PreparedRun _run;
    private readonly RunOptions _options;
    private readonly RunJournal _journal;
    private readonly RingBuffer<MarketEvent> _inbound;
    private readonly RingBuffer<OrderEvent> _orderRing;
    private readonly IRebalancePipeline _pipeline;
    private readonly StagedPipeline? _staged;
    private readonly EngineLoop _engineLoop;
    private readonly ThreadPlan _threads;
    private readonly MemoryPlan _memory;
    private IReadOnlyList<MemoryResult> _keyGuard = [];
    private readonly SubmitterLog? _log;
    private readonly PendingWatch? _pending;
    private readonly OrderExecutor _executor;
    private readonly SafetySender? _safety;
    private readonly IReadOnlyList<ISubmitChannel> _channels;
    private readonly IReadOnlyList<IFeed> _feeds;
    private readonly PlannerLoop? _planner;
    private readonly ForesightLoop? _foresight;
    private readonly PositionWatch? _position;
    private readonly DeskWatch? _watch;
    private readonly FiringSink _sink;
    private readonly BatchEventProcessor<MarketEvent> _engine;
    private readonly BatchEventProcessor<MarketEvent> _inboundJournaler;
    private readonly BatchEventProcessor<OrderEvent> _orderJournaler;
    private readonly BatchEventProcessor<OrderEvent> _intake;
    private readonly CancellationTokenSource _stopFeeds = new();
    private readonly Stopwatch _clock = new();
    private readonly DeskControl _control;
    private KillMode _killAsked = KillMode.Off;
    private TimeSpan? _toldAt;
    private readonly string _search;
    private Task _feeding = Task.CompletedTask;
    private volatile string? _fault;

    private RebalanceHost(PreparedRun run, RunOptions options)
    {
        _run = run;
        _options = options;
        _control = new DeskControl(run.Config);
        _running = new PolicyBefore(run.Config, run.Policy);
        _judged = run.Config.Text;
        EngineSection engine = run.Config.Engine;
        _threads = new ThreadPlan(engine);
        _memory = new MemoryPlan(engine);
        _threads.Require();
        JournalFolder folder = JournalFolder.Open(run.Config.Resolve(engine.Journal));
        ResolvedSetup setup = run.Setup with { Epoch = folder.Epoch };
        try
        {
            _control.Begin();
            _journal = new RunJournal(folder, setup.ToJson());
            _book = new ConfigurationBook(folder.RunDirectory, run.Config);
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        _inbound = RingBuffer<MarketEvent>.CreateMultiProducer(engine.RingSize, WaitStrategy.ByName(engine.WaitStrategy));
        _orderRing = RingBuffer<OrderEvent>.CreateSingleProducer(OrderRingSize, WaitStrategy.ByName("blocking"));
        EngineSetup engineSetup = setup.ToEngineSetup();
        IPathSearch search = PolicyFactory.Search(engineSetup, out _search);
        EngineWarmUp.Run(run.Config, setup, search);
        RebalancePipeline stages = PolicyFactory.Pipeline(engineSetup, run.Policy, search, _sink = new FiringSink(new OrderRingSink(_orderRing)), _shelf);
        if (engine.Topology == Topology.Staged)
            _staged = new StagedPipeline(stages, WaitStrategy.ByName(engine.WaitStrategy), e => Fail("a stage of the engine", e), _threads.For, _sink.OnIdle);
        _pipeline = _staged is null ? stages : _staged;
        _engineLoop = new EngineLoop(_pipeline);
        _log = options.DryRun ? null : OpenLog(run, setup, run.Account);
        _pending = options.DryRun ? null : PendingWatch.Make(run, setup, [run.Account]);
        // Without an order to send nothing is connected to either.
        _channels = options.DryRun ? [new DryRunChannel()] : run.MakeChannels();
        _executor = new OrderExecutor(
            run.ToExecutionSetup(options.DryRun) with { DecisionSpace = folder.DecisionSpace }, run.Node, run.Signer, _channels,
            _log is null ? new DryRunLog() : _log, _inbound, _log?.Recovered, run.Presign, _pending?.Watch)
        {
            PendingTerms = run.Config.Submit.Mempool.Terms,
        };
        _safety = SafetySender.Create(run, options.DryRun, folder.DecisionSpace, sender => OpenLog(run, setup, sender), _inbound);
        _sink.Fire = _executor.Fire;
        _sink.SafetyFire = (_safety?.Executor ?? _executor).Fire;
        _foresight = _sink.Fire is null && _sink.SafetyFire is null ? null : new ForesightLoop(
            new ForesightEngine(setup, run.Config, run.Config.Chain.Rules.BlockTime, run.Config.Submit.Presign.Foresight, _book),
            _safety is null ? _executor.Foresee : (orders, weights, band) => _safety.Foresee(_executor, orders, weights, band), e => Fail("foresight", e), RenewSenders);
        _feeds = [.. run.Config.Feeds.Select(section => Composition.Feeds.Create(section, run))];

        _engine = new BatchEventProcessor<MarketEvent>("engine", _inbound, _engineLoop)
        {
            OnFault = e => Fail("the engine", e),
            OnThreadStart = _threads.For("engine"),
            OnIdle = _staged is null ? _sink.OnIdle : null,
        };
        _planner = run.Policy.MakePlanner is { } make ? new PlannerLoop(make(), new RingEventSink(_inbound), e => Fail("the planner", e)) : null;
        _position = PolicyFactory.PositionOf(run.Config) is { } position ? new PositionWatch(setup, run.Config, position) : null;
        _watch = options.IsWatched ? new DeskWatch(new MarketViewer(setup, run.Config, _book), e => FailWatch(e)) : null;
        _inboundJournaler = Consumer("journal-inbound", "the journal", _inbound, new Recorded(_journal.Inbound, _planner, _foresight, _position, _watch));
        _inbound.AddGatingSequences(_engine.Sequence, _inboundJournaler.Sequence);
        _orderJournaler = Consumer("journal-orders", "the journal", _orderRing, _journal.Orders);
        _intake = Consumer("orders", "the order intake", _orderRing, new Chained(Monitor, _safety is null ? _executor.Intake : new SenderLanes(_executor, _safety.Executor)), _orderJournaler.Sequence);
        _orderRing.AddGatingSequences(_orderJournaler.Sequence, _intake.Sequence);
    }

    /// <summary>What the engine decided, so far.</summary>
    public DecisionMonitor Monitor { get; } = new();

    public string SearchReason => _search;

    /// <summary>What of the key's protection this machine does not give, and what the chain shows that is odd; each led by its name.</summary>
    public IEnumerable<string> Warnings => KeyGuard.Warnings(_keyGuard).Concat(_run.Advice.Select(static one => $"{one.Subject}: {one.Found}"));

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>What the desk calls its portfolio.</summary>
    public string Name => _run.Config.Portfolio.Name;

    /// <summary>Where its position with debt stands, as of the newest head; null where it has none, or nothing is told yet.</summary>
    public PositionReport? Position => _position?.Latest;

    /// <summary>How the economic account submits, so far.</summary>
    public SubmissionFigures Submission => _executor.Figures();

    /// <summary>How each account submits, so far: the economic one, then safety's where it has its own.</summary>
    public IReadOnlyList<SubmissionFigures> Submissions => [.. Senders.Select(static sender => sender.Figures())];

    /// <summary>Why no order is taken; null while orders are.</summary>
    public string? StopReason => _executor.StopReason;

    /// <summary>Orders and what became of them, so far.</summary>
    public IReadOnlyList<OrderOutcome> Orders => SendersTogether.Outcomes(Senders);

    private IReadOnlyList<OrderExecutor> Senders => _safety is null ? [_executor] : [_executor, _safety.Executor];

    /// <summary>An asset of the configuration by its symbol.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public AssetId AssetOf(string symbol)
    {
        for (int i = 0; i < _run.Config.Assets.Count; i++)
            if (_run.Config.Assets[i].Symbol == symbol)
                return AssetId.FromIndex(i);
        throw new ArgumentException($"{symbol} is no asset of {Name}: it has {string.Join(", ", _run.Config.Assets.Select(static asset => asset.Symbol))}", nameof(symbol));
    }

    /// <summary>Hands the engine a price from inside this process. Any thread; allocates nothing, and waits for nothing.</summary>
    /// <param name="asset">Whose.</param>
    /// <param name="numerairePerToken">What one whole token is worth in whole numeraire; one that cannot be is refused and counted by the engine.</param>
    /// <param name="dueNs">Monotonic time at which it came, from which latency counts; 0 for now.</param>
    /// <returns>False where the ring is full: the next price is as good.</returns>
    public bool TryPublishPrice(AssetId asset, double numerairePerToken, long dueNs = 0)
    {
        if (!_inbound.TryNext(1, out long sequence))
            return false;
        ref MarketEvent e = ref _inbound[sequence];
        e = default;
        e.Kind = MarketEventKind.Price;
        e.Subject = asset.Value;
        e.DueNs = dueNs != 0 ? dueNs : MonotonicClock.NowNs;
        e.UnixNs = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        e.Price.NumerairePerToken = numerairePerToken;
        _inbound.Publish(sequence);
        return true;
    }

    /// <summary>Opens the journal, checks the account and starts every thread.</summary>
    /// <exception cref="ConfigException">
    /// The account cannot trade as it stands, or the machine does not grant the cores, priorities or memory asked for; what to do is told.
    /// </exception>
    /// <exception cref="IOException">The journal cannot be written, or another engine holds it.</exception>
    public static async Task<RebalanceHost> StartAsync(PreparedRun run, RunOptions options, CancellationToken cancellation)
    {
        RebalanceHost host = new(run, options);
        try
        {
            host._memory.UseHugePages("inbound", host._inbound);
            host._memory.LockProcess();
            host._keyGuard = KeyGuard.Protect(run.Signer, run.Config.Account);
            AccountGate.Require(await host._executor.StartAsync(cancellation).ConfigureAwait(false), options.DryRun);
            if (host._safety is not null)
                host._keyGuard = [.. host._keyGuard, .. await host._safety.StartAsync(run, cancellation).ConfigureAwait(false)];
            host.StartThreads();
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs until the time is up, the run is cancelled or something breaks; then drains, and tells what happened.</summary>
    /// <param name="progress">Called a few times a second while it runs.</param>
    /// <param name="cancellation">Ends the run early; the drain still takes place.</param>
    public async Task<RunReport> RunAsync(Action<RebalanceHost>? progress, CancellationToken cancellation)
    {
        while (_fault is null && !cancellation.IsCancellationRequested && !IsDone())
        {
            progress?.Invoke(this);
            _orderRing.SignalProgress(); // decisions that order nothing wake nobody
            Control();
            foreach (OrderExecutor sender in Senders)
                _fault ??= sender.State == ExecutorState.Faulted ? sender.StopReason : null;
            await Task.Delay(WatchInterval, CancellationToken.None).ConfigureAwait(false);
        }
        return await DrainAsync(progress).ConfigureAwait(false);
    }

    /// <summary>The kill switch, for the rest of this run and the next ones; any thread.</summary>
    public void Kill(KillMode mode, string reason)
    {
        foreach (OrderExecutor sender in Senders)
            sender.Kill(mode, reason);
    }

    /// <summary>What other programs want of this engine, and what it tells them; some times a second.</summary>
    private void Control()
    {
        if (_control.Wanted() is var wanted && wanted != KillMode.Off && wanted > _killAsked)
        {
            _killAsked = wanted;
            Kill(wanted, $"the kill switch is down ({wanted.ToString().ToLowerInvariant()}), by the file {DeskControl.KillFile}");
        }
        LookAround();
        if (_killAsked != KillMode.Off && Senders.All(sender => sender.KillMode >= _killAsked))
            _control.Taken();
        if (_clock.Elapsed - _toldAt < StatusInterval) // never told is not lately
            return;
        _toldAt = _clock.Elapsed;
        _control.Tell(Status());
    }

    private DeskStatus Status() => new()
    {
        IsRunning = true,
        Process = Environment.ProcessId,
        UnixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        Accounts = [.. Senders.Select(StatusOf)],
        Position = Position,
    };

    private static AccountStatus StatusOf(OrderExecutor sender) => new()
    {
        Account = sender.Account.ToString(),
        Mode = sender.Figures().Mode.ToString().ToLowerInvariant(),
        Kill = sender.KillMode.ToString().ToLowerInvariant(),
        NextNonce = sender.Figures().NextNonce,
        Open = [.. sender.Outcomes().Where(static order => order.Nonce is not null && order.Status is SubmitStatus.Submitted or SubmitStatus.Replaced or SubmitStatus.Reorged)
            .Select(static order => new SlotStatus(order.Nonce!.Value, order.Status.ToString().ToLowerInvariant(), order.TransactionHash.ToString()))],
        Submission = SubmissionReport.Of(sender.Figures()),
        StopReason = sender.StopReason,
    };

    public async ValueTask DisposeAsync()
    {
        await _stopFeeds.CancelAsync().ConfigureAwait(false);
        await _feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _planner?.Stop();
        _foresight?.Stop();
        await _executor.DisposeAsync().ConfigureAwait(false);
        if (_safety is not null)
            await _safety.DisposeAsync().ConfigureAwait(false);
        await Composition.Channels.DisposeAsync(_channels).ConfigureAwait(false);
        _engine.Halt();
        _staged?.Dispose();
        _inboundJournaler.Halt();
        _orderJournaler.Halt();
        _intake.Halt();
        _planner?.Dispose();
        _foresight?.Dispose();
        _watch?.Dispose();
        _journal.Dispose();
        _log?.Dispose();
        _stopFeeds.Dispose();
    }

    private SubmitterLog OpenLog(PreparedRun run, ResolvedSetup setup, Address sender)
    {
        try
        {
            return AccountLog.Open(run, sender, setup.ToJson());
        }
        catch (LogRefusedException refused)
        {
            _journal.Dispose();
            throw new ConfigException([new ConfigProblem("engine.journal", refused.Message, "the account's write-ahead log as its last run left it")]);
        }
    }

    private void StartThreads()
    {
        _intake.Start();
        _orderJournaler.Start();
        _inboundJournaler.Start();
        _staged?.Start();
        _engine.Start();
        _planner?.Start();
        _foresight?.Start();
        _watch?.Start();
        _clock.Start();
        HostLog.Started(_options.Log, Name, _run.Config.Chain.Id, _run.Account.ToString(), _journal.Directory, _options.DryRun);
        RingEventSink sink = new(_inbound);
        _feeding = Task.WhenAll([.. _feeds.Select(feed => Task.Run(() => FeedAsync(feed, sink))), WatchPendingAsync(), WatchFileAsync()]);
    }

    private async Task WatchPendingAsync()
    {
        if (_pending is null)
            return;
        try
        {
            await Task.Run(() => _pending.RunAsync(_stopFeeds.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopFeeds.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (Exception e)
        {
            Fail("the watch over pending transactions", e);
        }
    }

    private async Task FeedAsync(IFeed feed, IEventSink sink)
    {
        try
        {
            await feed.RunAsync(sink, _stopFeeds.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopFeeds.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (Exception e)
        {
            Fail($"the feed {feed.Name}", e);
        }
    }

    /// <summary>True once the time is up and the portfolio is inside its band, or the grace is used up as well.</summary>
    private bool IsDone()
    {
        if (_options.Duration is not { } duration || _clock.Elapsed < duration)
            return false;
        return _options.DryRun || IsInsideBand || _clock.Elapsed >= duration + _options.Grace;
    }

    /// <summary>
    /// The newest pass found the portfolio inside its band, and the feed follows the chain: while it is lost nobody knows. A glance from
    /// another thread than the engine's; exact once that has stopped.
    /// </summary>
    private bool IsInsideBand => Monitor.Summary().Last.Verdict == DecisionVerdict.InsideBand && _pipeline.Market.IsConsistent;

    /// <summary>No new order, the one under way to its end, then everything published through to the disk.</summary>
    private async Task<RunReport> DrainAsync(Action<RebalanceHost>? progress)
    {
        _isDraining = true;
        Publish(OperatorCommand.Pause);
        Task<DrainOutcome> stopping = SendersTogether.StopAsync(Senders, _options.DrainTimeout);
        while (!stopping.IsCompleted)
        {
            progress?.Invoke(this);
            _orderRing.SignalProgress();
            Control();
            await Task.WhenAny(stopping, Task.Delay(WatchInterval)).ConfigureAwait(false);
        }
        DrainOutcome drained = await stopping.ConfigureAwait(false);
        await _stopFeeds.CancelAsync().ConfigureAwait(false);
        await _feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _planner?.Stop();
        _foresight?.Stop();
        _clock.Stop();
        bool whole = Drained(_inboundJournaler) & Drained(_engine) && (_staged?.DrainAndStop(RingDrainTimeout) ?? true);
        whole = whole && Drained(_orderJournaler) & Drained(_intake);
        if (whole && _fault is null)
        {
            _journal.Complete();
            _log?.Complete();
            _safety?.Complete();
        }
        HostLog.Ended(_options.Log, Name, Elapsed.TotalSeconds, Monitor.Summary().Decisions, Orders.Count, whole);
        return ReportOf(drained);
    }

    /// <summary>True once the consumer has done with everything published; one that cannot is stopped where it stands.</summary>
    private static bool Drained<T>(BatchEventProcessor<T> consumer) where T : unmanaged
    {
        if (consumer.DrainAndStop(RingDrainTimeout))
            return consumer.State == ProcessorState.Stopped;
        consumer.Halt();
        return false;
    }

    /// <returns>The command's place in the inbound ring; null where a consumer has failed, and nothing is decided any more anyway.</returns>
    private long? Publish(OperatorCommand command) => Publish(new MarketEvent { Kind = MarketEventKind.Operator, Command = command });

    /// <returns>The event's place in the inbound ring; null where the ring takes nothing any more.</returns>
    private long? Publish(in MarketEvent e)
    {
        if (!_inbound.TryNext(1, TimeSpan.FromSeconds(1), out long sequence))
            return null;
        _inbound[sequence] = e;
        _inbound.Publish(sequence);
        return sequence;
    }

    private void Fail(string who, Exception e)
    {
        _fault ??= $"{who} has failed: {e.Message}";
        HostLog.Faulted(_options.Log, Name, who, e.Message);
        foreach (OrderExecutor sender in Senders)
            sender.Kill(_fault);
    }

    private RunReport ReportOf(DrainOutcome drained) => RunReportBuilder.Build(
        _run,
        Monitor.Summary(),
        Orders,
        drained,
        LatencyTable.Of(_pipeline.Timings, SendersTogether.Timings(Senders)),
        _feeds,
        new RunFacts(
            _run.Config.Engine.Topology,
            _threads.Results,
            [.. _memory.Results, .. _keyGuard],
            _search,
            _journal.Directory,
            _clock.Elapsed,
            _pipeline.RefusedEvents,
            _engineLoop.CountedDecisions == 0 ? 0 : (double)_engineLoop.AllocatedBytes / _engineLoop.CountedDecisions,
            _options.DryRun,
            IsInsideBand,
            _fault,
            new ChainReport(
                _run.Config.Chain.Id,
                _run.Config.Chain.Profile.Name,
                _run.Config.Chain.Note,
                [.. _run.Node.Endpoints.Select(endpoint => endpoint.ToString())],
                [.. Senders.SelectMany(sender => sender.Lanes).Select(lane => lane.ToString())],
                Senders.Sum(sender => sender.AcksWithoutEcho)),
            Submissions,
            Position,
            _book,
            Reloads));

    private BatchEventProcessor<T> Consumer<T>(
        string thread, string who, RingBuffer<T> ring, IBatchHandler<T> handler, params ReadOnlySpan<Sequence> dependsOn) where T : unmanaged =>
        new(thread, ring, handler, dependsOn)
        {
            OnFault = e => Fail(who, e),
            OnThreadStart = _threads.For(thread),
        };

    /// <summary>Readers of the inbound ring on one thread: what is planned and foreseen on has been recorded.</summary>
    private sealed class Recorded(InboundJournaler journal, PlannerLoop? planner, ForesightLoop? foresight, PositionWatch? position, DeskWatch? watch) : IBatchHandler<MarketEvent>
    {
        public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
        {
            journal.OnBatch(ring, lo, hi);
            planner?.OnBatch(ring, lo, hi);
            foresight?.OnBatch(ring, lo, hi);
            position?.OnBatch(ring, lo, hi);
            watch?.OnBatch(ring, lo, hi);
        }

        public void OnStart() => ((IBatchHandler<MarketEvent>)journal).OnStart();

        public void OnShutdown() => ((IBatchHandler<MarketEvent>)journal).OnShutdown();
    }

    /// <summary>Two readers of the order ring on one thread: neither is hot.</summary>
    private sealed class Chained(DecisionMonitor monitor, IBatchHandler<OrderEvent> intake) : IBatchHandler<OrderEvent>
    {
        public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi)
        {
            intake.OnBatch(ring, lo, hi);
            monitor.OnBatch(ring, lo, hi);
        }
    }
}
