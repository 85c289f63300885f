using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution;

// What is signed before it is decided. The trigger thread fires; everything else is the loop's.
public sealed partial class OrderExecutor
{
    private readonly ArmedLane? _armed;

    /// <summary>
    /// Where a decision may leave at once, by bytes that are signed and durable already; null where nothing is signed ahead. For the thread that
    /// decides, before it publishes the order: the order still has to come, fired or not.
    /// </summary>
    public FirePath? Fire => _armed?.Fire;

    /// <summary>How pre-signing did so far; null where nothing is signed ahead. Exact once the executor has stopped.</summary>
    public LadderSnapshot? Ladder => _armed?.Metrics.Snapshot();

    /// <summary>What the desk would order at the nearest prices at which a trigger fires; any thread.</summary>
    /// <param name="orders">The nearest first.</param>
    /// <param name="weights">What is held and wanted, by which the watch over pending transactions sees others do the desk's work; null where not known.</param>
    /// <param name="band">The drift below which nothing is traded, as a fraction.</param>
    public void Foresee(IReadOnlyList<ForeseenOrder> orders, PortfolioWeights? weights = null, double band = 0) =>
        _inbox.Writer.TryWrite(new ExecutorInput.Foreseen(orders, weights, band));

    /// <summary>
    /// Another configuration holds. What was foreseen by the one before is forgotten, what was signed for it is taken back, and the last look goes by the
    /// new age; what is out is followed as it was. Any thread.
    /// </summary>
    /// <param name="portfolio">Whose.</param>
    /// <param name="maxHeadAge">With an older head nothing is sent.</param>
    /// <param name="done">Called on the executor's own thread once nothing of before may leave any more; short.</param>
    public void Renew(PortfolioId portfolio, TimeSpan maxHeadAge, Action done) =>
        _inbox.Writer.TryWrite(new ExecutorInput.Renewed(portfolio, maxHeadAge, done));

    private void Renew(ExecutorInput.Renewed renewed, List<AccountAction> actions)
    {
        _lastLook.MaxHeadAge = renewed.MaxHeadAge;
        (_weights, _band) = (null, 0);
        if (_armed?.Drop(renewed.Portfolio) is { } log and not (LogVerdict.None or LogVerdict.Written or LogVerdict.Killed))
            _machine.Halt($"the write-ahead log takes nothing any more: {log}", actions);
        renewed.Done();
    }

    private PortfolioWeights? _weights;
    private double _band;

    /// <summary>Signs anew for the next nonce, where a decision could be taken now.</summary>
    private async Task RearmAsync(List<AccountAction> actions)
    {
        if (_armed is null || _facts is not { } facts)
            return;
        if (_machine.Mode != AccountMode.Run || StopReason is not null || _judging is not null || _machine.Unsettled > 0)
        {
            _armed.Gate.TryClose();
            return;
        }
        ulong nonce = _machine.NextUnreleased;
        if (_machine.Find(nonce) is null && BindLadder(facts, nonce) is var bound and not BindVerdict.Bound)
        {
            _armed.Refuse($"the account does not take it on: {bound}");
            return;
        }
        ArmOutcome outcome = await _armed.ArmAsync(facts, nonce, _stop.Token).ConfigureAwait(false);
        if (outcome.Verdict is ArmVerdict.WrongSignature or ArmVerdict.NotLogged && outcome.Log != LogVerdict.Killed)
            _machine.Halt($"the ladder could not be armed: {outcome.Detail}", actions);
        else if (outcome.IsArmed)
        {
            if (!IsPrivate)
                _armed.Gate.TryOpen();
            AskAboutTheNext();
        }
    }

    // The dearest rung counts: whichever is fired, the account can pay it.
    private BindVerdict BindLadder(HeadFacts facts, ulong nonce)
    {
        (FeeQuote dearest, ulong gas) = _armed!.Dearest(facts);
        SlotOrder order = new(_armed.DecisionOf(nonce), 0, gas, long.MaxValue, ulong.MaxValue);
        FeeGateAnswer fees = _feeGate.Cover(in dearest, gas, facts, _machine.ExposureWei);
        return fees.Verdict == FeeGateVerdict.Go
            ? _machine.TryArm(in order, [new Attempt(AttemptKind.Fill, dearest) { IsArmed = true }], nonce)
            : BindVerdict.TooDear;
    }

    /// <summary>Takes over what the trigger thread has fired; before an order is looked at, so that the same one does not go twice.</summary>
    private void TakeShots(Order? order, List<AccountAction> actions)
    {
        while (_armed is not null && _armed.TryTakeShot(out FireOutcome shot))
        {
            _armed.Gate.TryClose();
            if (!shot.IsFired)
                _machine.Halt($"the write-ahead log did not take a shot: {shot.Log}", actions);
            else if (order is null || shot.OrderId != order.Id)
                _machine.Halt($"a shot of order {shot.OrderId} left, and that order did not come", actions);
            else
                Follow(order, in shot, actions);
        }
    }

    private void Follow(Order order, in FireOutcome shot, List<AccountAction> actions)
    {
        RungKey key = shot.Ladder![shot.Rung].Key;
        ForeseenOrder route = shot.Ladder.Plan.Routes[key.Route];
        // What left is what was signed, which may sell a little less, or by other pools.
        FollowedOrder followed = new(order with { Legs = shot.Ladder.Plan.LegsOf(key.Size, key.Route, key.Limit)! })
        {
            DecidedLegs = order.Legs.Count,
            GasLimit = route.GasLimit,
            Deadline = new OrderDeadline(route.MaxBlock, route.DeadlineUnixSeconds),
            CallData = TransactionDecoder.Decode(shot.Raw, out SignedTransaction signed).IsValid ? signed.Fields.Data.ToArray() : [],
            AccessList = route.AccessList,
            SignedNs = shot.TriggerNs,
            SentNs = shot.FirstByteNs,
            WasArmed = true,
            Weights = _weights,
            Band = _band,
        };
        SlotOrder terms = new(
            shot.Decision, order.Id, route.GasLimit, route.DeadlineUnixSeconds, _setup.Executor.IsZero ? ulong.MaxValue : route.MaxBlock);
        _machine.OnFired(shot.Nonce, in terms, ArmedLane.AttemptsOf(in shot), actions);
        if (_machine.Find(shot.Nonce) is not { } slot)
            return; // the account has halted over it
        Interlocked.Increment(ref _fired);
        followed.Slot = slot;
        _followed.Add(shot.Nonce, followed);
        ShowNew(followed);
        Timings.DueToSigned.Record(0);
        if (shot.FirstByteNs != 0)
            Timings.DueToSent.Record(shot.FirstByteNs - order.DueNs);
        // The same bytes by the ordinary way as well: to every channel that is not fired into, and for an answer from those that are.
        actions.Add(AccountAction.Release(shot.Nonce, 0, "fired"));
    }

    /// <summary>The slot goes another way; a shot that was quicker contradicts the order of things.</summary>
    private void Disarm(ulong nonce, List<AccountAction> actions)
    {
        if (_armed is null)
            return;
        _armed.Gate.TryClose();
        if (!_armed.TakeSlot(nonce, out LogVerdict log))
            _machine.Halt($"nonce {nonce} was fired while it was taken back: the hot table and the account disagree", actions);
        else if (log is not (LogVerdict.None or LogVerdict.Written or LogVerdict.Killed))
            _machine.Halt($"the write-ahead log takes nothing any more: {log}", actions);
    }

    private static readonly TimeSpan FreshnessLook = TimeSpan.FromSeconds(1);

    /// <summary>Closes the gate where heads have stopped coming: a shot asks no node.</summary>
    private async Task WatchFreshnessAsync()
    {
        using PeriodicTimer timer = new(FreshnessLook, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                if (_facts is not { } facts || _clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(facts.Header.TimestampSeconds) > _lastLook.MaxHeadAge)
                    _armed!.Gate.TryClose();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }
}
