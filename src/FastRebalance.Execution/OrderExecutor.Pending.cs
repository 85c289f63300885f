using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution;

// What is pending, and what follows from it. The watch has a task of its own; what it finds is taken in on the loop.
public sealed partial class OrderExecutor
{
    private readonly MempoolWatch? _pending;
    /// <summary>What waiting and failing cost, for weighing what is pending.</summary>
    public PendingTerms PendingTerms
    {
        get => _pendingTerms;
        init => _outOfSight = new OutOfSight(_pendingTerms = value);
    }

    private readonly PendingTerms _pendingTerms = new();
    private readonly OutOfSight _outOfSight = new(new PendingTerms());
    private int _pendingWaits;
    private int _pendingTold;

    private void FollowPending()
    {
        if (_pending is null)
            return;
        if (_recovered is not null)
        {
            foreach (WriteAhead.SlotRecord slot in _recovered.State.Slots.Values)
                foreach (WriteAhead.AttemptRecord record in slot.Attempts)
                    _pending.ExpectOwn(record.Attempt.Hash);
            foreach (WriteAhead.ArmedAttempt cancel in _recovered.Reserve)
                _pending.ExpectOwn(cancel.Hash);
        }
        _pending.OnPublished += view =>
        {
            if (Interlocked.Exchange(ref _pendingTold, 1) == 0)
                _inbox.Writer.TryWrite(new ExecutorInput.Pending(view));
        };
    }

    /// <summary>An advice for an order that is not out yet; null where nothing is watched, or no answer came in time.</summary>
    private Task<MempoolAdvice?> AdviceAsync(Order order) => _pending is null || _pending.Published.IsSuspect
        ? Task.FromResult<MempoolAdvice?>(null)
        : _pending.AdviceForAsync(ViewOf(order), _pendingTerms.Patience, _stop.Token);

    private OrderView ViewOf(Order order) => ViewOf(order.Legs, order.Tier);

    private OrderView ViewOf(IReadOnlyList<OrderLeg> legs, PolicyTier tier) => new()
    {
        Legs = legs,
        TakesPartialFill = !_setup.Executor.IsZero,
        DelayBpsPerBlock = _pendingTerms.DelayBpsPerBlock,
        RevertBps = _pendingTerms.RevertBps,
        SpeedUpBps = _pendingTerms.SpeedUpBps,
        TradeCostBps = _pendingTerms.TradeCostBps,
        IsUrgent = tier == PolicyTier.Safety,
        Weights = _weights,
        Band = _band,
    };

    /// <summary>What the advice makes of an order that is about to go.</summary>
    /// <returns>True where it goes; otherwise it waits, or is refused with this reason.</returns>
    private bool Goes(MempoolAdvice? advice, ReadOnlyMemory<byte> behind, out string? refusal)
    {
        refusal = null;
        switch (advice?.Action)
        {
            case MempoolAction.FireBehind when !behind.IsEmpty:
                return true;
            case MempoolAction.Wait or MempoolAction.Hold or MempoolAction.FireBehind when _pendingWaits < _pendingTerms.MaxWaitBlocks:
                // Behind a swap that favours us means in a later block where no lane takes bundles of ours with another's.
                return false;
            case MempoolAction.Reroute:
                refusal = $"its route is about to change: {advice.Reason} by {advice.Behind}";
                return false;
            case MempoolAction.Halt:
                refusal = $"transaction {advice.Behind} of this account was not sent from here";
                return false;
            default:
                return true;
        }
    }

    /// <summary>The signed bytes that an order is advised to follow; empty where no channel could have it follow them, or the node does not give them.</summary>
    private async Task<byte[]> FollowedBytesAsync(MempoolAdvice? advice)
    {
        if (advice is not { Action: MempoolAction.FireBehind, Behind.IsZero: false } || !_channels.CanSendBehind)
            return [];
        try
        {
            return await _chain.RawTransactionAsync(advice.Behind, _stop.Token).ConfigureAwait(false);
        }
        catch (RpcTransportException)
        {
            return []; // it waits for the block instead
        }
    }

    /// <summary>
    /// Somebody stands before our order in the pool, to sell it back to us dearer. Where there is another way, orders take it for a while, and this
    /// one is taken back; a safety order stays, for it must be mined.
    /// </summary>
    private void GoPrivate(FollowedOrder live, MempoolAdvice advice, List<AccountAction> actions)
    {
        if (!_channels.HasPrivate || _facts is not { } facts)
            return;
        _outOfSight.Begin(facts.Header.Number);
        _armed?.Gate.TryClose(); // a shot goes into public sockets
        if (live.Order.Tier != PolicyTier.Safety && live.PrivateUntil <= facts.Header.Number)
            _machine.Void(live.Slot!.Nonce, $"{advice.Reason}: {advice.Behind} stands before it", actions);
    }

    private bool IsPrivate => _facts is { } facts && _outOfSight.IsOn(facts.Header.Number);

    /// <summary>At least one step above what stands against us.</summary>
    private FeeQuote Above(in FeeQuote offer, MempoolAdvice? advice)
    {
        if (advice?.Action != MempoolAction.SpeedUp || advice.TipToBeatWei >= _fees.MaxFeePerGasWei)
            return offer;
        ulong tip = Math.Max(offer.TipWei, (ulong)UInt128.Min((UInt128)(ulong)advice.TipToBeatWei + 1, _fees.MaxFeePerGasWei));
        return new FeeQuote(Math.Min(Math.Max(offer.MaxFeePerGasWei, offer.MaxFeePerGasWei - offer.TipWei + tip), _fees.MaxFeePerGasWei), tip);
    }

    private void OnPending(MempoolView view, List<AccountAction> actions)
    {
        Volatile.Write(ref _pendingTold, 0);
        if (view.Advice is not { } advice)
            return;
        if (advice.Action == MempoolAction.Halt)
        {
            if (!IsOurs(advice.Behind))
                _machine.OnForeign(advice.Behind, actions);
            return;
        }
        if (view.Order is { IsLive: true } live)
            Act(live, advice, actions);
        else if (_armed is not null && _machine.Mode == AccountMode.Run && _machine.Unsettled == 0 && _judging is null)
            HoldFire(advice);
    }

    private void Act(OrderView live, MempoolAdvice advice, List<AccountAction> actions)
    {
        if (_followed.Values.FirstOrDefault(followed => followed.Slot!.Attempts.Any(attempt => attempt.Hash == live.Hash)) is not { } followed)
            return;
        if (advice.Action == MempoolAction.SpeedUp && !followed.WasSpedUp)
        {
            followed.WasSpedUp = true; // one step a decision: the heads that follow judge further ones
            _machine.SpeedUp(followed.Slot!.Nonce, $"{advice.Reason}: others clear higher tips", actions);
        }
        else if (advice.Action == MempoolAction.Cancel)
            _machine.Void(followed.Slot!.Nonce, $"{advice.Reason}: it is not wanted any more", actions);
        else if (advice.Action == MempoolAction.GoPrivate)
            GoPrivate(followed, advice, actions);
    }

    // A shot asks nobody: while something pending speaks against it, the order goes the longer way, where it is judged.
    private void HoldFire(MempoolAdvice advice)
    {
        if (advice.Action == MempoolAction.FireNow && !IsPrivate)
            _armed!.Reopen();
        else
            _armed!.Gate.TryClose();
    }

    /// <summary>What is out, or would be fired next, is what the watch thinks about.</summary>
    private void AskAboutTheNext()
    {
        if (_pending is null || _judging is not null)
            return;
        foreach (FollowedOrder followed in _followed.Values)
            if (!followed.IsSettled && followed.Slot!.IsOut && followed.Slot.Mined is null && followed.Order.Legs.Count > 0)
            {
                int newest = Newest(followed.Slot);
                Attempt attempt = followed.Slot.Attempts[newest];
                _pending.Ask(ViewOf(followed.Order) with { IsLive = true, Hash = attempt.Hash, TipWei = attempt.Fees.TipWei, MaxFeeWei = attempt.Fees.MaxFeePerGasWei });
                return;
            }
        _pending.Ask(_armed?.Likeliest is { } next ? ViewOf(next.Legs, next.Tier) with { IsForeseen = true } : null);
    }

    private bool IsOurs(Hash32 hash) =>
        _followed.Values.Any(followed => followed.Slot!.Attempts.Any(attempt => attempt.Hash == hash)) || _armed?.Metrics.Ledger.TryGetArmedNs(in hash, out _) == true;
}
