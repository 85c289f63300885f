using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Execution.Submission;
using FastRebalance.Metrics;
using FastRebalance.Reloading;
using FastRebalance.Reports;
using FastRebalance.Watching;

namespace FastRebalance.Hosting;

// What the host shows and takes from those who watch. Nothing here runs on the engine's thread.
public sealed partial class RebalanceHost
{
    private static readonly TimeSpan ActionPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ActionPause = TimeSpan.FromMilliseconds(5);

    private readonly Lock _operatorGate = new();
    private readonly List<OperatorLine> _operator = [];
    private readonly OrderLives _lives = new();
    private readonly OrderTraces _traces = new();
    private string _stateTold = "running";
    private volatile bool _isDraining;
    private volatile string? _watchFault;

    /// <summary>How it all stands. Without <see cref="RunOptions.IsWatched"/> nothing is told of assets and triggers.</summary>
    public DeskState State() => DeskStateBuilder.Build(_run, new DeskFacts(
        Elapsed, _options.DryRun, RunState(), _watch?.Latest, Monitor.Summary(), _lives.All(), Senders, _pipeline.Timings, SendersTogether.Timings(Senders),
        FeedReports.Sum(_feeds), _run.Node.State, _pipeline.Market.IsConsistent, _pipeline.RefusedEvents, AllocatedBytesPerDecision, _search,
        _run.Config.Engine.Topology, _journal.Directory, Position, OperatorLines(), _book, Reloads));

    /// <inheritdoc/>
    public async Task<ActionReply> ActAsync(OperatorAction action, string by, CancellationToken cancellation)
    {
        string word = OperatorActions.WordOf(action);
        (bool done, string message) = await (action switch
        {
            OperatorAction.Pause => CommandAsync(OperatorCommand.Pause, "paused: no new order until resume", cancellation),
            OperatorAction.Resume => GoOnAsync("resumed", OperatorCommand.Resume, "resumed: orders are taken", cancellation),
            OperatorAction.Flatten when _pipeline.Market.Lending is not null => Task.FromResult(
                (false, "not flattened: the portfolio has debt, which selling does not pay back; pause it, or change its configuration and start anew")),
            OperatorAction.Flatten => GoOnAsync(
                "flattened", OperatorCommand.Flatten, $"flattening: everything into {_run.Setup.Numeraire}, and there it stays until resume", cancellation),
            OperatorAction.Reload => ReloadByAsync(by, cancellation),
            _ => KillAsync(OperatorActions.KillOf(action), by, cancellation),
        }).ConfigureAwait(false);
        lock (_operatorGate)
            _operator.Add(new OperatorLine(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), word, by, message));
        HostLog.OperatorActed(_options.Log, Name, word, by, done, message);
        return new ActionReply(done, word, Name, message);
    }

    private async Task<(bool, string)> ReloadByAsync(string by, CancellationToken cancellation)
    {
        ReloadLine line = await ReloadAsync(by, cancellation).ConfigureAwait(false);
        return (line.Outcome is ReloadLine.Taken or ReloadLine.Unchanged, line.Text);
    }

    private double AllocatedBytesPerDecision => _engineLoop.CountedDecisions == 0 ? 0 : (double)_engineLoop.AllocatedBytes / _engineLoop.CountedDecisions;

    private IReadOnlyList<OperatorLine> OperatorLines()
    {
        lock (_operatorGate)
            return [.. _operator];
    }

    /// <summary>A glance at the engine's flags from another thread; what stops harder is told before what stops less.</summary>
    private RunStateLine RunState()
    {
        if (_fault is { } fault)
            return new RunStateLine("faulted", fault);
        KillMode kill = Senders.Max(static sender => sender.KillMode);
        if (kill > KillMode.Off)
            return new RunStateLine("killed", $"the kill switch is down ({Explaining.Words.NameOf(kill)}); lift it with `fastrebalance kill --lift` once this run has ended");
        if (_isDraining)
            return new RunStateLine("draining", "the run is ending: no new order, the one under way to its end");
        if (_pipeline.Market.IsKilled)
            return new RunStateLine("killed", StopReason ?? "the engine was told to stop for the rest of this run");
        if (_pipeline.Market.IsPaused)
            return new RunStateLine("paused", "an operator said pause");
        if (_pipeline.Market.IsFlattening)
            return new RunStateLine("flattening", $"an operator said flatten: everything into {_run.Setup.Numeraire}, until resume");
        return new RunStateLine("running", _watchFault is { } unseen ? $"watching has failed, and trading goes on: {unseen}" : "");
    }

    /// <summary>Some times a second, on the host's own loop: when orders reached which status, and what changed since the last look.</summary>
    private void LookAround()
    {
        IReadOnlyList<OrderLife> moved = _lives.Look(
            Senders.SelectMany(static sender => sender.Outcomes().Select(outcome => (sender.Account.ToString(), outcome))),
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        foreach (OrderLife life in moved)
        {
            _traces.Follow(Name, life);
            HostLog.OrderMoved(_options.Log, Name, life);
        }
        RunStateLine state = RunState();
        if (state.State == _stateTold)
            return;
        HostLog.StateChanged(_options.Log, Name, _stateTold, state.State, state.Reason);
        _stateTold = state.State;
    }

    private void FailWatch(Exception e)
    {
        _watchFault = e.Message;
        HostLog.WatchFailed(_options.Log, Name, e.Message);
    }

    /// <summary>A command that lets orders go: only where nothing has stopped them for good.</summary>
    private Task<(bool, string)> GoOnAsync(string what, OperatorCommand command, string done, CancellationToken cancellation)
    {
        RunStateLine state = RunState();
        return state.State is "running" or "paused" or "flattening"
            ? CommandAsync(command, done, cancellation)
            : Task.FromResult((false, $"not {what}, since the desk is {state.State}: {state.Reason}"));
    }

    /// <summary>Puts a command into the inbound ring, and waits until it is in the journal and the engine has it.</summary>
    private async Task<(bool, string)> CommandAsync(OperatorCommand command, string done, CancellationToken cancellation)
    {
        if (Publish(command) is not { } sequence)
            return (false, "the inbound ring takes nothing any more: a consumer has failed, and nothing is decided");
        bool isTaken = await UntilAsync(() => _engine.Sequence.Value >= sequence && _inboundJournaler.Sequence.Value >= sequence, cancellation).ConfigureAwait(false);
        return isTaken
            ? (true, $"{done} (event {sequence} of the journal)")
            : (false, $"given as event {sequence}, and not taken up within {ActionPatience.TotalSeconds:0} s: the engine is behind; if that stays so, kill it");
    }

    private async Task<(bool, string)> KillAsync(KillMode mode, string by, CancellationToken cancellation)
    {
        string name = Explaining.Words.NameOf(mode);
        Kill(mode, $"the kill switch is down ({name}), by {by}");
        return await UntilAsync(() => Senders.All(sender => sender.KillMode >= mode), cancellation).ConfigureAwait(false)
            ? (true, $"killed, {name}: it is in every sender's log and holds for later runs until `fastrebalance kill --lift`")
            : (false, $"not in every sender's log within {ActionPatience.TotalSeconds:0} s: end the process, and pause the executor contract");
    }

    private static async Task<bool> UntilAsync(Func<bool> isSo, CancellationToken cancellation)
    {
        long until = Environment.TickCount64 + (long)ActionPatience.TotalMilliseconds;
        while (!isSo())
        {
            if (Environment.TickCount64 > until)
                return false;
            await Task.Delay(ActionPause, cancellation).ConfigureAwait(false);
        }
        return true;
    }
}
