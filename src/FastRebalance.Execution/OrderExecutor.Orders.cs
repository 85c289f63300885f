using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Nonces;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution;

// From an order to bytes on the wire. Runs on the loop.
public sealed partial class OrderExecutor
{
    private async Task TakeOrderAsync(Order order)
    {
        FollowedOrder followed = new(order);
        if (Refusal() is { } refusal)
        {
            await RefuseAsync(followed, refusal).ConfigureAwait(false);
            return;
        }
        if (Encode(followed) is var encoded and not EncodeStatus.Encoded)
        {
            await RefuseAsync(followed, $"it cannot be written for {_encoder.Target}: {encoded}").ConfigureAwait(false);
            return;
        }
        LookVerdict verdict = await LastLookAsync(followed).ConfigureAwait(false);
        if (verdict.Refusal is { } no)
        {
            await RefuseAsync(followed, no).ConfigureAwait(false);
            return;
        }
        await SendAsync(followed, verdict).ConfigureAwait(false);
    }

    private string? Refusal()
    {
        if (StopReason is { } stopped)
            return $"no order is taken any more: {stopped}";
        foreach (FollowedOrder other in _following)
            if (!other.IsSettled)
                return $"order {other.Order.Id} is still under way, and only one may be";
        return _facts is { } facts && _nonces.Compare(facts.AccountNonce) == NonceVerdict.Foreign
            ? $"the account's nonce is {facts.AccountNonce} and only those below {_nonces.Next} were used here: another program uses the key"
            : null;
    }

    private EncodeStatus Encode(FollowedOrder followed)
    {
        long started = MonotonicClock.NowNs;
        OrderLeg[] legs = [.. followed.Order.Legs];
        byte[] data = new byte[_encoder.MaxLength(legs.Length)];
        EncodeStatus status = _encoder.TryEncode(followed.Order.Id, DeadlineOf(followed.Order), legs, data, out int length);
        followed.CallData = data[..length];
        Timings.Encode.Record(MonotonicClock.NowNs - started);
        return status;
    }

    /// <summary>As many blocks ahead as the time left allows, and one for the block that is under way.</summary>
    private OrderDeadline DeadlineOf(Order order)
    {
        if (_facts is not { } facts)
            return new OrderDeadline(0, order.DeadlineUnixSeconds); // the last look refuses it
        long seconds = Math.Max(0, order.DeadlineUnixSeconds - facts.Header.TimestampSeconds);
        return new OrderDeadline(facts.Header.Number + (ulong)Math.Ceiling(seconds / _setup.BlockTime.TotalSeconds) + 1, order.DeadlineUnixSeconds);
    }

    private async Task<LookVerdict> LastLookAsync(FollowedOrder followed)
    {
        try
        {
            LookVerdict verdict = await _lastLook.JudgeAsync(followed.Order, followed.CallData, _facts, _nonces, _stop.Token).ConfigureAwait(false);
            // The simulation took a round trip, and the operator may have spoken meanwhile.
            return StopReason is { } stopped ? LookVerdict.No($"no order is taken any more: {stopped}") : verdict;
        }
        catch (RpcTransportException broken)
        {
            return LookVerdict.No($"the node did not answer the simulation: {broken.Message}");
        }
    }

    private async Task RefuseAsync(FollowedOrder followed, string reason)
    {
        followed.Note(SubmitStatus.NotSent, reason);
        ShowNew(followed);
        await _reports.ReportAsync(ReportPublisher.NotSent(followed.Order.Id), default, _stop.Token).ConfigureAwait(false);
    }

    private async Task SendAsync(FollowedOrder followed, LookVerdict verdict)
    {
        LifecycleOptions options = new(_setup.FinalDepth, _setup.ReleaseDepth, _setup.RepriceAfterHeads, _setup.ResendAfterHeads);
        ulong nonce = _nonces.Take(followed.Order.Id);
        followed.GasLimit = verdict.GasLimit;
        followed.AccessList = verdict.AccessList;
        followed.Lifecycle = new OrderLifecycle(options, _fees, nonce, followed.Order.DeadlineUnixSeconds);
        _following.Add(followed);
        ShowNew(followed);
        List<LifecycleAction> actions = [];
        followed.Lifecycle.Start(verdict.Fees, actions);
        await PerformAsync(followed, actions).ConfigureAwait(false);
    }

    /// <summary>Does what the lifecycle wants, and what it wants in answer to that.</summary>
    private async Task PerformAsync(FollowedOrder followed, List<LifecycleAction> actions)
    {
        for (int i = 0; i < actions.Count; i++)
        {
            LifecycleAction action = actions[i];
            switch (action.Kind)
            {
                case LifecycleActionKind.Submit:
                    await SubmitAsync(followed, action, actions).ConfigureAwait(false);
                    break;
                case LifecycleActionKind.Report:
                    await ReportAsync(followed, action).ConfigureAwait(false);
                    break;
                case LifecycleActionKind.LookAgain:
                    WakeForHead();
                    break;
                case LifecycleActionKind.StopTrading:
                    await FaultAsync(action.Reason).ConfigureAwait(false);
                    break;
                default:
                    throw new InvalidOperationException($"the lifecycle asked for {action.Kind}");
            }
        }
        if (followed.Lifecycle!.FreesNonce && !followed.HasGivenNonceBack)
        {
            followed.HasGivenNonceBack = true;
            _nonces.GiveBack(followed.Lifecycle.Nonce, followed.Order.Id);
        }
        Show(followed);
    }

    private async Task SubmitAsync(FollowedOrder followed, LifecycleAction action, List<LifecycleAction> actions)
    {
        OrderLifecycle lifecycle = followed.Lifecycle!;
        Attempt attempt = lifecycle.Attempts[action.Attempt];
        if (attempt.Raw.IsEmpty && await SignAndLogAsync(followed, attempt).ConfigureAwait(false) is { } failure)
        {
            followed.Reason = failure.Reason;
            lifecycle.OnUnsigned(failure.Reason, actions);
            if (failure.StopsTrading)
                actions.Add(LifecycleAction.StopTrading(failure.Reason));
            return;
        }
        (ChannelAnswer answer, long sentNs) = await _channels.SubmitAsync(attempt.Raw, attempt.Hash, _stop.Token).ConfigureAwait(false);
        if (followed.SentNs == 0 && answer.MayBeOut)
        {
            followed.SentNs = sentNs;
            Timings.DueToSent.Record(sentNs - followed.Order.DueNs);
        }
        if (!answer.IsTaken)
            followed.Reason = answer.ToString();
        lifecycle.OnAnswer(action.Attempt, in answer, actions);
    }

    /// <summary>The signature, and its durable trace, before any byte can leave.</summary>
    /// <returns>What failed; null when both are done.</returns>
    private async ValueTask<UnsignedReason?> SignAndLogAsync(FollowedOrder followed, Attempt attempt)
    {
        try
        {
            long started = MonotonicClock.NowNs;
            SigningOutcome outcome = await _signer
                .SignAsync(attempt, followed.Lifecycle!.Nonce, followed, _stop.Token).ConfigureAwait(false);
            if (!outcome.IsSigned)
                return new UnsignedReason(outcome.ToString(), StopsTrading: outcome.IsWrongSignature);
            // A signer elsewhere takes a round trip, and the operator may have spoken meanwhile.
            if (StopReason is { } stopped && !followed.Lifecycle.IsOut)
            {
                attempt.Raw = default;
                return new UnsignedReason($"no order is taken any more: {stopped}", StopsTrading: false);
            }
            long signed = MonotonicClock.NowNs;
            Timings.Sign.Record(signed - started);
            if (followed.SignedNs == 0)
            {
                followed.SignedNs = signed;
                Timings.DueToSigned.Record(signed - followed.Order.DueNs);
            }
            if (_channels.IsDry)
                return null;
            _intents.Sent(followed.Order.Id, attempt.Hash, attempt.Raw.Span);
            Timings.Log.Record(MonotonicClock.NowNs - signed);
            return null;
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            // Unlogged bytes must never be sent later: the attempt counts as unsigned.
            attempt.Raw = default;
            return new UnsignedReason($"the transaction could not be signed and logged: {failed.Message}", StopsTrading: true);
        }
    }

    /// <param name="Reason">What failed, in a sentence.</param>
    /// <param name="StopsTrading">False where the signer was only away, late or unwilling: a later order may be signed.</param>
    private readonly record struct UnsignedReason(string Reason, bool StopsTrading);

    private Task ReportAsync(FollowedOrder followed, LifecycleAction action)
    {
        OrderLifecycle lifecycle = followed.Lifecycle!;
        followed.Note(action.Status, action.Reason);
        Receipt? receipt = action.Status is SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.Final or SubmitStatus.Dropped
            ? followed.Receipt
            : null;
        OrderReport report = new()
        {
            OrderId = followed.Order.Id,
            Nonce = lifecycle.Nonce,
            GasUsed = receipt?.GasUsed ?? 0,
            EffectiveGasPriceWei = FollowedOrder.PriceOf(receipt),
            IncludedBlock = receipt?.BlockNumber ?? 0,
            DataFeeWei = receipt is null ? 0 : receipt.DataFeeWei > ulong.MaxValue ? ulong.MaxValue : (ulong)receipt.DataFeeWei,
            TransactionHash = receipt?.TransactionHash ?? lifecycle.Attempts[action.Attempt].Hash,
            Status = action.Status,
        };
        return _reports.ReportAsync(
            in report, action.Status == SubmitStatus.Included ? followed.Movements : default(ReadOnlySpan<LegMovement>), _stop.Token);
    }

    private void ShowNew(FollowedOrder followed)
    {
        lock (_gate)
            _outcomes.Add(followed.Outcome());
    }

    // From the end: an order that still changes is among the newest.
    private void Show(FollowedOrder followed)
    {
        OrderOutcome outcome = followed.Outcome();
        lock (_gate)
        {
            Span<OrderOutcome> all = CollectionsMarshal.AsSpan(_outcomes);
            for (int i = all.Length - 1; i >= 0; i--)
                if (all[i].OrderId == outcome.OrderId)
                {
                    all[i] = outcome;
                    return;
                }
        }
    }
}
