using System.Threading.Channels;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Messaging;

namespace FastRebalance.Execution;

/// <summary>
/// From a routed order to a final receipt: one unsettled order at a time, one nonce per order, every outcome reported as an event.
/// A loop on a task of its own owns all of it; the members here may be called from any thread.
/// </summary>
/// <remarks>
/// Start it with <see cref="StartAsync"/> before the order ring's processor, and stop that processor before <see cref="StopAsync"/>.
/// The engine must still take reports until the stop has returned.
/// </remarks>
public sealed partial class OrderExecutor : IAsyncDisposable
{
    // One order is under way at most: more than this many waiting is an engine out of step.
    private const int MostWaitingOrders = 64;

    private readonly ExecutionSetup _setup;
    private readonly IChain _chain;
    private readonly ISubmissionLog _log;
    private readonly RecoveredLog? _recovered;
    private readonly TimeProvider _clock;
    private readonly IOrderEncoder _encoder;
    private readonly AttemptSigner _signer;
    private readonly FeePolicy _fees;
    private readonly LastLook _lastLook;
    private readonly FeeGate _feeGate;
    private readonly AccountMachine _machine;
    private readonly ChainLook _look;
    private readonly ChannelSet _channels;
    private readonly ReportPublisher _reports;
    private readonly Channel<ExecutorInput> _inbox;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<OrderOutcome> _outcomes = [];
    private readonly SortedList<ulong, FollowedOrder> _followed = [];
    private readonly Queue<Order> _held = [];
    private HeadStream? _heads;
    private Task _loop = Task.CompletedTask;
    private Task _pump = Task.CompletedTask;
    private long _acksWithoutEcho;
    private int _state;
    private int _drainAsked;
    private int _waitingOrders;
    private long _fired;
    private long _replacements;
    private long _cancels;
    private long _resends;
    private long _waits;
    private ulong _headNumber;
    private string? _stopReason;

    /// <param name="setup">What is traded, where, and within which bounds.</param>
    /// <param name="node">Asked about heads, fees, nonces and receipts; not owned.</param>
    /// <param name="signer">Signs for the desk's account, here or elsewhere; not owned.</param>
    /// <param name="channels">Where transactions go, all at once; replaced by the dry run where the setup says so.</param>
    /// <param name="log">Takes every transaction before it leaves, and what becomes of it; not owned.</param>
    /// <param name="reports">The inbound ring, of several producers.</param>
    /// <param name="recovered">What the log held when it was opened; null where it was empty.</param>
    /// <param name="pending">Watches pending transactions; fed by somebody else; null where nobody does.</param>
    /// <param name="presign">What is signed ahead; null for nothing. It wants a log that takes shots, and a channel that can be fired into.</param>
    /// <exception cref="ArgumentException">The setup makes no sense, or the signer is another account's or chain's.</exception>
    public OrderExecutor(
        ExecutionSetup setup,
        EthereumNode node,
        IAccountSigner signer,
        IReadOnlyList<ISubmitChannel> channels,
        ISubmissionLog log,
        RingBuffer<MarketEvent> reports,
        RecoveredLog? recovered = null,
        PresignOptions? presign = null,
        MempoolWatch? pending = null)
        : this(setup, new NodeChain(node), signer, channels, log, reports, TimeProvider.System, recovered, presign, pending)
    {
    }

    internal OrderExecutor(
        ExecutionSetup setup,
        IChain chain,
        IAccountSigner signer,
        IReadOnlyList<ISubmitChannel> channels,
        ISubmissionLog log,
        RingBuffer<MarketEvent> reports,
        TimeProvider clock,
        RecoveredLog? recovered = null,
        PresignOptions? presign = null,
        MempoolWatch? pending = null)
    {
        setup.Validate();
        if (signer.Address != setup.Account)
            throw new ArgumentException($"the signer is {signer.Address} and the configured account {setup.Account}: use the key of that account");
        if (signer.ChainId != setup.ChainId)
            throw new ArgumentException($"the signer signs for chain {signer.ChainId} and chain {setup.ChainId} is configured");
        if (channels.Count == 0 && !setup.DryRun)
            throw new ArgumentException($"no submit channel is given: name at least one of {string.Join(", ", SubmitChannels.Names)}");
        // What the signer would leave out is not declared: it would sign another transaction than asked for.
        _setup = setup = setup with { DeclaresAccess = setup.DeclaresAccess && signer.SignsAccessLists };
        _chain = chain;
        _log = log;
        _recovered = recovered;
        _pending = pending;
        _clock = clock;
        _encoder = OrderEncoders.For(setup);
        IFillReader fills = setup.Executor.IsZero ? new FillReader(setup.Assets, setup.Pools) : new ExecutorFillReader(setup.Executor, setup.DecisionSpace);
        _signer = new AttemptSigner(signer, setup.Target);
        _fees = new FeePolicy(setup.Fees, setup.MaxFeePerGasWei);
        _machine = new AccountMachine(TermsOf(setup), _fees);
        _look = new ChainLook(setup, chain, _fees, fills);
        _feeGate = new FeeGate(setup.Fees, _fees, new BurnBudget(setup.Fees.Limits, recovered?.State.Burnt ?? default));
        _lastLook = new LastLook(setup, chain, _fees, clock);
        _channels = new ChannelSet(setup.DryRun ? [new DryRunChannel()] : channels, setup.SubmitTimeout, setup.MaxPerChannel);
        IReadOnlyList<ReadyPlace> places = setup.DryRun ? [] : [.. channels.OfType<IReadyRequests>().SelectMany(static channel => channel.Places)];
        if (presign is not null && log is SubmitterLog shots && places.Any(ArmedLane.CanFireInto))
            _armed = new ArmedLane(setup, presign, signer, _encoder, shots, _fees, places, pending);
        _reports = new ReportPublisher(reports);
        _inbox = Channel.CreateUnbounded<ExecutorInput>(new UnboundedChannelOptions { SingleReader = true });
        Intake = new OrderIntake(Offer);
    }

    private static AccountTerms TermsOf(ExecutionSetup setup) => new()
    {
        FinalDepth = setup.FinalDepth,
        ReleaseDepth = setup.ReleaseDepth,
        RepriceAfterHeads = setup.RepriceAfterHeads,
        ResendAfterHeads = setup.ResendAfterHeads,
        AccountCapWei = setup.Fees.Limits.MaxAccountWei,
    };

    /// <summary>Reads the order ring; give it to the ring's processor.</summary>
    public OrderIntake Intake { get; }

    /// <summary>Whose nonces it spends.</summary>
    public Address Account => _setup.Account;

    public ExecutorState State => (ExecutorState)Volatile.Read(ref _state);

    /// <summary>Why no order is taken any more; null while orders are taken.</summary>
    public string? StopReason => Volatile.Read(ref _stopReason);

    /// <summary>Told once, on the loop's task, when trading stops by a fault. It must not throw.</summary>
    public Action<string>? OnFault { get; init; }

    public ExecutionTimings Timings { get; } = new();

    /// <summary>Every channel and how it does; the figures are live.</summary>
    public IReadOnlyList<Lane> Lanes => _channels.Lanes;

    /// <summary>Times that a pool showed nothing of a transaction that was said to be taken.</summary>
    public long AcksWithoutEcho => Interlocked.Read(ref _acksWithoutEcho);

    /// <summary>How far the kill switch is down, as the log has it.</summary>
    public KillMode KillMode => _machine.KillMode;

    /// <summary>How submitting goes; a glance from another thread, exact once the executor has stopped.</summary>
    public SubmissionFigures Figures() => new()
    {
        Mode = _machine.Mode,
        HeadNumber = Volatile.Read(ref _headNumber),
        NextNonce = _machine.NextUnreleased,
        Fired = Interlocked.Read(ref _fired),
        Replacements = Interlocked.Read(ref _replacements),
        Cancels = Interlocked.Read(ref _cancels),
        Resends = Interlocked.Read(ref _resends),
        Waits = Interlocked.Read(ref _waits),
        Ladder = Ladder,
        LadderTrouble = _armed?.Trouble ?? "",
        Mempool = _pending?.Published.Figures,
    };

    /// <summary>Every order so far, oldest first; a snapshot.</summary>
    public IReadOnlyList<OrderOutcome> Outcomes()
    {
        lock (_gate)
            return [.. _outcomes];
    }

    /// <summary>
    /// Checks the account, waits for what an earlier run left in the pool, subscribes to heads and starts the loop. Problems that
    /// only some orders would meet, such as a missing allowance, come back in the answer.
    /// </summary>
    /// <exception cref="InvalidOperationException">The account cannot trade; the message says why and what to do.</exception>
    /// <exception cref="RpcTransportException">The node does not answer.</exception>
    public async Task<AccountCheck> StartAsync(CancellationToken cancellation = default)
    {
        if (State != ExecutorState.Idle)
            throw new InvalidOperationException($"the executor is {State}: it is started once");
        if (_recovered is not null)
            Restore(_recovered);
        AccountCheck check = await new DeskAccount(_setup, _chain).SettleAsync(_clock, KnownPending(), cancellation).ConfigureAwait(false);
        foreach (AccountProblem problem in check.Problems)
            if (problem.IsFatal)
                throw new InvalidOperationException(problem.Message);
        if (_recovered is not null)
            RequireWholeLog(_recovered, check.LatestNonce);
        _machine.Open(check.LatestNonce, check.BalanceWei, _recovered?.State.HighestReleased + 1 ?? 0);
        if (_machine.HaltReason is { } halted)
            throw new InvalidOperationException(halted);
        _armed?.WarmUp();
        FollowPending();
        _armed?.Open(_machine.NextNonce);
        _heads = await _chain.SubscribeHeadsAsync(cancellation).ConfigureAwait(false);
        await OnLookedAsync(await _look.LookAsync(Questions(), cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        Volatile.Write(ref _state, (int)ExecutorState.Running);
        _pump = Task.Run(PumpHeadsAsync, CancellationToken.None);
        _loop = Task.Run(RunAsync, CancellationToken.None);
        if (_armed is not null)
            _ = WatchFreshnessAsync();
        return check;
    }

    /// <summary>Nonces below this one are accounted for, mined or not.</summary>
    private ulong KnownPending() => _machine.Slots.Count > 0 ? _machine.Slots[^1].Nonce + 1 : 0;

    /// <summary>
    /// The kill switch: on the disk before it acts, and down for later runs too until it is taken back by hand. Soft takes no new order; hard
    /// also cancels what is out, as far as that can be; cold sends nothing more at all.
    /// </summary>
    public void Kill(KillMode mode, string reason) => _inbox.Writer.TryWrite(new ExecutorInput.Killed(mode, reason));

    /// <summary>No new order for the rest of this run; those under way are followed to their end.</summary>
    public void Kill(string reason)
    {
        _armed?.Gate.Stop(AccountGateState.Draining);
        Interlocked.CompareExchange(ref _stopReason, reason, null);
    }

    /// <summary>Takes no new order, follows the one under way until it is settled or the time is up, then ends.</summary>
    public async Task<DrainOutcome> StopAsync(TimeSpan drainTimeout)
    {
        Kill("the run is ending");
        _armed?.Gate.Stop(AccountGateState.Draining);
        Interlocked.CompareExchange(ref _state, (int)ExecutorState.Draining, (int)ExecutorState.Running);
        Volatile.Write(ref _drainAsked, 1);
        _inbox.Writer.TryWrite(new ExecutorInput.Wake());
        await Task.WhenAny(_loop, Task.Delay(drainTimeout)).ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
        return Drained();
    }

    public async ValueTask DisposeAsync()
    {
        Kill("the executor is disposed");
        await EndAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _heads, null) is { } heads)
            await heads.Subscription.DisposeAsync().ConfigureAwait(false);
        _armed?.Dispose();
        _inbox.Writer.TryComplete();
        if (State != ExecutorState.Faulted)
            Volatile.Write(ref _state, (int)ExecutorState.Stopped);
    }

    private DrainOutcome Drained()
    {
        // The loop has ended: what it owned is ours to read.
        List<OrderOutcome> inFlight = [];
        List<OrderOutcome> notFinal = [];
        foreach (FollowedOrder order in _followed.Values)
            if (!order.IsSettled)
                inFlight.Add(order.Outcome());
            else if (!order.IsClosed)
                notFinal.Add(order.Outcome());
        return new DrainOutcome(inFlight.Count == 0, inFlight, notFinal);
    }

    /// <summary>Called by an intake on the ring's consumer thread.</summary>
    internal void Offer(Order order)
    {
        if (Interlocked.Increment(ref _waitingOrders) > MostWaitingOrders && !_stop.IsCancellationRequested)
            throw new InvalidOperationException($"{MostWaitingOrders} orders wait already and another came: the engine is out of step");
        _inbox.Writer.TryWrite(new ExecutorInput.Ordered(order));
    }

    private async Task RunAsync()
    {
        try
        {
            ChannelReader<ExecutorInput> inbox = _inbox.Reader;
            while (!IsDrained() && await inbox.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
                while (inbox.TryRead(out ExecutorInput? input))
                    await TakeAsync(input).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end: whoever asked reads what is left.
        }
        catch (Exception broken)
        {
            await FaultAsync($"execution broke: {broken.GetType().Name}: {broken.Message}").ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(ExecutorInput input)
    {
        List<AccountAction> actions = [];
        switch (input)
        {
            case ExecutorInput.Ordered ordered:
                Interlocked.Decrement(ref _waitingOrders);
                TakeShots(ordered.Order, actions);
                if (_followed.Values.Any(followed => followed.WasArmed && followed.Order.Id == ordered.Order.Id))
                    break; // it has left already
                if (_isLooking)
                    _held.Enqueue(ordered.Order); // a head has come: the order is judged by what it brought
                else
                    await TakeOrderAsync(ordered.Order).ConfigureAwait(false);
                break;
            case ExecutorInput.Foreseen foreseen:
                _armed?.Foresee(foreseen.Orders);
                (_weights, _band) = (foreseen.Weights, foreseen.Band);
                await RearmAsync(actions).ConfigureAwait(false);
                break;
            case ExecutorInput.Renewed renewed:
                Renew(renewed, actions);
                break;
            case ExecutorInput.Judged judged:
                await OnJudgedAsync(judged).ConfigureAwait(false);
                break;
            case ExecutorInput.Signed signed:
                OnSigned(signed.Order, signed.Attempt, signed.Outcome, signed.StartedNs, actions);
                break;
            case ExecutorInput.SignerBroke broke:
                Unsigned(broke.Order, broke.Attempt, $"the transaction could not be signed: {broke.Reason}", stopsTrading: true, actions);
                break;
            case ExecutorInput.Answered answered:
                OnAnswered(answered, actions);
                break;
            case ExecutorInput.Head:
                Volatile.Write(ref _headWaits, 0);
                BeginLook();
                break;
            case ExecutorInput.Lost:
                _armed?.Gate.TryClose();
                _facts = null;
                break;
            case ExecutorInput.Looked looked:
                await OnLookedAsync(looked.Result).ConfigureAwait(false);
                if (Interlocked.Exchange(ref _waiting, null) is { } waiting)
                    await TakeOrderAsync(waiting).ConfigureAwait(false);
                while (!_isLooking && _held.TryDequeue(out Order? held))
                    await TakeOrderAsync(held).ConfigureAwait(false);
                break;
            case ExecutorInput.Preempted preempted:
                await OnPreemptedAsync(preempted.Reason, actions).ConfigureAwait(false);
                break;
            case ExecutorInput.Pending pending:
                OnPending(pending.View, actions);
                break;
            case ExecutorInput.Killed killed:
                OnKilled(killed, actions);
                break;
            case ExecutorInput.Broke broke:
                await FaultAsync($"execution broke: {broke.Reason}").ConfigureAwait(false);
                break;
            default:
                break;
        }
        await PerformAsync(actions).ConfigureAwait(false);
    }

    /// <summary>The log first: a kill that a crash could take back is none.</summary>
    private void OnKilled(ExecutorInput.Killed killed, List<AccountAction> actions)
    {
        _armed?.Gate.Stop(killed.Mode switch
        {
            KillMode.Soft => AccountGateState.KilledSoft,
            KillMode.Hard => AccountGateState.KilledHard,
            _ => AccountGateState.KilledCold,
        });
        Kill(killed.Reason);
        if (_log.Kill(killed.Mode) != LogVerdict.Written)
            _machine.Halt("the kill switch could not be written down, so that everything stops", actions);
        else
            _machine.Kill(killed.Mode, actions);
    }

    private bool IsDrained() => Volatile.Read(ref _drainAsked) != 0 && _judging is null && _waiting is null && !HasUnsettled();

    private bool HasUnsettled()
    {
        foreach (FollowedOrder order in _followed.Values)
            if (!order.IsSettled)
                return true;
        return false;
    }

    /// <summary>Trading stops, and the engine and the host are told. What is out is followed on; nothing more is sent.</summary>
    private async Task FaultAsync(string reason)
    {
        if (State == ExecutorState.Faulted)
            return;
        _armed?.Gate.Stop(AccountGateState.Draining);
        _machine.Halt(reason, []);
        if (_log.Tend() == LogVerdict.Faulted)
            CancelFromReserve();
        Volatile.Write(ref _stopReason, reason);
        Volatile.Write(ref _state, (int)ExecutorState.Faulted);
        OnFault?.Invoke(reason);
        try
        {
            await _reports.KillAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run ends: there is no engine left to tell.
        }
    }
}
