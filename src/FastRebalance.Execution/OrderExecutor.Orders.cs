using System.Runtime.InteropServices;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution;

// From an order to bytes on the wire. Runs on the loop; the waiting is done beside it.
public sealed partial class OrderExecutor
{
    private FollowedOrder? _judging;
    private Order? _waiting;
    private int _waitedBlocks;

    private async Task TakeOrderAsync(Order order)
    {
        FollowedOrder followed = new(order) { Weights = _weights, Band = _band };
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
        _judging = followed;
        _ = JudgeBesideAsync(followed, _facts, _machine.NextUnreleased);
    }

    private string? Refusal()
    {
        if (StopReason is { } stopped)
            return $"no order is taken any more: {stopped}";
        if ((_judging?.Order ?? _waiting) is { } other)
            return $"order {other.Id} is still under way, and only one may be";
        foreach (FollowedOrder known in _followed.Values)
            if (!known.IsSettled && known.Slot!.State != SlotState.Armed)
                return $"order {known.Order.Id} is still under way, and only one may be";
        return _machine.Mode is AccountMode.Run ? null : $"the account is in {_machine.Mode}: {_machine.HaltReason ?? "it takes no order now"}";
    }

    private EncodeStatus Encode(FollowedOrder followed)
    {
        long started = MonotonicClock.NowNs;
        OrderLeg[] legs = [.. followed.Order.Legs];
        byte[] data = new byte[_encoder.MaxLength(legs.Length)];
        followed.Deadline = DeadlineOf(followed.Order);
        EncodeStatus status = _encoder.TryEncode(followed.Order.Id, followed.Deadline, legs, data, out int length);
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
        return new OrderDeadline(facts.Header.Number + (ulong)(seconds / _setup.BlockTime.TotalSeconds) + 1, order.DeadlineUnixSeconds);
    }

    private async Task JudgeBesideAsync(FollowedOrder followed, HeadFacts? facts, ulong nextNonce)
    {
        LookVerdict verdict;
        MempoolAdvice? advice = null;
        byte[] behind = [];
        try
        {
            Task<MempoolAdvice?> advising = AdviceAsync(followed); // while the node simulates
            verdict = await _lastLook.JudgeAsync(followed.Order, followed.CallData, facts, nextNonce, _stop.Token).ConfigureAwait(false);
            advice = await advising.ConfigureAwait(false);
            behind = await FollowedBytesAsync(advice).ConfigureAwait(false);
        }
        catch (RpcTransportException broken)
        {
            verdict = LookVerdict.No($"the node did not answer the simulation: {broken.Message}");
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception broken)
        {
            _inbox.Writer.TryWrite(new ExecutorInput.Broke($"{broken.GetType().Name}: {broken.Message}"));
            return;
        }
        _inbox.Writer.TryWrite(new ExecutorInput.Judged(followed, verdict, advice, behind));
    }

    private async Task OnJudgedAsync(ExecutorInput.Judged judged)
    {
        (FollowedOrder followed, LookVerdict verdict, MempoolAdvice? advice, ReadOnlyMemory<byte> behind) = judged;
        _judging = null;
        // The simulation took a round trip, and the operator may have spoken meanwhile.
        string? refusal = StopReason is { } stopped ? $"no order is taken any more: {stopped}"
            : followed.Unwanted ?? verdict.Refusal ?? (_facts is null ? "the connection to the node is lost" : null);
        if (refusal is not null)
        {
            await RefuseAsync(followed, refusal).ConfigureAwait(false);
            return;
        }
        if (!Goes(advice, behind, out string? pending))
        {
            if (pending is null)
                WaitForPending(followed.Order);
            else
                await RefuseAsync(followed, pending).ConfigureAwait(false);
            return;
        }
        _pendingWaits = 0;
        followed.GasLimit = verdict.GasLimit;
        followed.AccessList = verdict.AccessList;
        FeeGateAnswer fees = _feeGate.Judge(
            followed.Order.Tier, followed.Order.TradedWei, verdict.GasLimit, _facts!, _machine.ExposureWei, _waitedBlocks);
        if (fees.Verdict == FeeGateVerdict.Wait)
        {
            WaitForGas(followed.Order);
            return;
        }
        _waitedBlocks = 0;
        if (fees.Verdict != FeeGateVerdict.Go)
        {
            await RefuseAsync(followed, fees.Reason).ConfigureAwait(false);
            return;
        }
        ulong nonce = _machine.NextUnreleased;
        List<AccountAction> actions = [];
        BindVerdict bound = _machine.TryOrder(OrderOf(followed), Above(fees.Offer, advice), actions);
        if (bound != BindVerdict.Bound)
        {
            await RefuseAsync(followed, $"the account does not take it on: {bound}").ConfigureAwait(false);
            return;
        }
        if (!actions.Exists(static action => action.Kind == AccountActionKind.Disarm) && _armed?.TakeSlot(nonce, out _) == false)
            _machine.Halt($"nonce {nonce} was fired while an order took it: the hot table and the account disagree", actions);
        followed.Slot = _machine.Find(nonce);
        _outOfSight.Settle(followed, behind, _facts!.Header.Number);
        _followed.Add(followed.Slot!.Nonce, followed);
        ShowNew(followed);
        await PerformAsync(actions).ConfigureAwait(false);
    }

    /// <summary>An economic order that gains by it is looked at again at the next head.</summary>
    private void WaitForGas(Order order)
    {
        if (_waitedBlocks++ == 0)
            Interlocked.Increment(ref _waits);
        _waiting = order;
    }

    private void WaitForPending(Order order)
    {
        if (_pendingWaits++ == 0)
            Interlocked.Increment(ref _waits);
        _waiting = order;
    }

    private SlotOrder OrderOf(FollowedOrder followed) => new(
        new DecisionId(_setup.DecisionSpace, followed.Order.Id), followed.Order.Id, followed.GasLimit, followed.Deadline.UnixSeconds,
        _setup.Executor.IsZero ? ulong.MaxValue : followed.Deadline.MaxBlock);

    private async Task RefuseAsync(FollowedOrder followed, string reason)
    {
        followed.Note(SubmitStatus.NotSent, reason);
        ShowNew(followed);
        await _reports.ReportAsync(ReportPublisher.NotSent(followed.Order.Id), default, _stop.Token).ConfigureAwait(false);
    }

    /// <summary>Does what the machine wants, and what it wants in answer to that.</summary>
    private async Task PerformAsync(List<AccountAction> actions)
    {
        for (int i = 0; i < actions.Count; i++)
        {
            AccountAction action = actions[i];
            if (action.Kind == AccountActionKind.Halt)
            {
                await FaultAsync(action.Reason).ConfigureAwait(false);
                continue;
            }
            if (action.Kind == AccountActionKind.Disarm)
            {
                Disarm(action.Nonce, actions);
                continue;
            }
            FollowedOrder followed = _followed[action.Nonce];
            switch (action.Kind)
            {
                case AccountActionKind.Release:
                    Release(followed, action.Attempt, actions);
                    break;
                case AccountActionKind.Report:
                    await ReportAsync(followed, action).ConfigureAwait(false);
                    break;
                case AccountActionKind.LookAgain:
                    WakeForHead();
                    break;
                case AccountActionKind.CancelPrivately:
                    _channels.CancelPrivately(followed.Slot!.Attempts, _stop.Token);
                    break;
                case AccountActionKind.Close:
                    Close(followed, actions);
                    break;
                default:
                    throw new InvalidOperationException($"the account asked for {action.Kind}");
            }
            Show(followed);
        }
    }

    // ---- out of the house ------------------------------------------------------------------------------------------------------

    private void Release(FollowedOrder followed, int index, List<AccountAction> actions)
    {
        Attempt attempt = followed.Slot!.Attempts[index];
        if (!attempt.Raw.IsEmpty)
        {
            Write(followed, index, actions);
            return;
        }
        long started = MonotonicClock.NowNs;
        ValueTask<SigningOutcome> signing = _signer.SignAsync(attempt, followed.Slot.Nonce, followed, _stop.Token);
        if (signing.IsCompletedSuccessfully)
            OnSigned(followed, index, signing.Result, started, actions);
        else
            _ = SignBesideAsync(followed, index, signing, started);
    }

    private async Task SignBesideAsync(FollowedOrder followed, int index, ValueTask<SigningOutcome> signing, long startedNs)
    {
        try
        {
            SigningOutcome outcome = await signing.ConfigureAwait(false);
            _inbox.Writer.TryWrite(new ExecutorInput.Signed(followed, index, outcome, startedNs));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
        catch (Exception broken)
        {
            _inbox.Writer.TryWrite(new ExecutorInput.SignerBroke(followed, index, broken.Message));
        }
    }

    private void OnSigned(FollowedOrder followed, int index, in SigningOutcome outcome, long startedNs, List<AccountAction> actions)
    {
        Slot slot = followed.Slot!;
        if (!outcome.IsSigned)
        {
            Unsigned(followed, index, outcome.ToString(), stopsTrading: outcome.IsWrongSignature, actions);
            return;
        }
        long signed = MonotonicClock.NowNs;
        Timings.Sign.Record(signed - startedNs);
        if (followed.SignedNs == 0)
        {
            followed.SignedNs = signed;
            Timings.DueToSigned.Record(signed - followed.Order.DueNs);
        }
        // A signer elsewhere takes a round trip, and the operator may have spoken meanwhile.
        if (StopReason is { } stopped && !slot.IsOut)
        {
            slot.Attempts[index].Raw = default;
            Unsigned(followed, index, $"no order is taken any more: {stopped}", stopsTrading: false, actions);
            return;
        }
        Write(followed, index, actions);
    }

    /// <summary>The attempt is durable, the log has the word that it leaves, and then it leaves.</summary>
    private void Write(FollowedOrder followed, int index, List<AccountAction> actions)
    {
        Slot slot = followed.Slot!;
        Attempt attempt = slot.Attempts[index];
        if (!_machine.MayRelease(slot.Nonce, index))
        {
            Unsigned(followed, index, _machine.HaltReason ?? "it is not wanted any more", stopsTrading: false, actions);
            return;
        }
        if (!_channels.IsDry && Log(followed, attempt) is { } failure)
        {
            // Unlogged bytes must never be sent later: the attempt counts as unsigned.
            attempt.Raw = default;
            Unsigned(followed, index, failure, stopsTrading: true, actions);
            return;
        }
        Count(attempt);
        _pending?.ExpectOwn(attempt.Hash);
        _machine.OnReleased(slot.Nonce, index, answers: 1);
        _ = SendBesideAsync(followed, index, attempt);
    }

    private void Count(Attempt attempt)
    {
        if (attempt.IsReleased)
            Interlocked.Increment(ref _resends);
        else if (attempt.Kind == AttemptKind.Cancel)
            Interlocked.Increment(ref _cancels);
    }

    private string? Log(FollowedOrder followed, Attempt attempt)
    {
        long started = MonotonicClock.NowNs;
        try
        {
            LogVerdict verdict = attempt.IsArmed ? LogVerdict.Written : _log.Arm([ArmedOf(followed, attempt)]);
            if (verdict == LogVerdict.Written)
            {
                attempt.IsArmed = true;
                verdict = _log.Release(followed.Slot!.Nonce, attempt.Hash);
            }
            Timings.Log.Record(MonotonicClock.NowNs - started);
            return verdict == LogVerdict.Written ? null : $"the transaction could not be logged: {verdict}";
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            return $"the transaction could not be logged: {failed.Message}";
        }
    }

    private static ArmedAttempt ArmedOf(FollowedOrder followed, Attempt attempt) => new()
    {
        Nonce = followed.Slot!.Nonce,
        Kind = attempt.Kind,
        Decision = followed.Slot.Order.Decision,
        Fees = attempt.Fees,
        GasLimit = attempt.Kind == AttemptKind.Fill ? followed.GasLimit : AttemptSigner.CancelGas,
        MaxBlock = attempt.Kind == AttemptKind.Fill ? followed.Slot.Order.MaxBlock : ulong.MaxValue,
        MaxUnixSeconds = attempt.Kind == AttemptKind.Fill ? followed.Slot.Order.MaxUnixSeconds : long.MaxValue,
        Hash = attempt.Hash,
        Raw = attempt.Raw,
    };

    private async Task SendBesideAsync(FollowedOrder followed, int index, Attempt attempt)
    {
        try
        {
            FaultPoints.Reach(FaultPoint.BeforeFirstByte);
            Task<(ChannelAnswer, long)> sending = _channels.SubmitAsync(attempt.Raw, attempt.Hash, _stop.Token, OutOfSight.WayOf(followed, attempt.Kind, _facts?.Header.Number ?? ulong.MaxValue));
            FaultPoints.Reach(FaultPoint.AfterLastByte);
            (ChannelAnswer answer, long sentNs) = await sending.ConfigureAwait(false);
            _inbox.Writer.TryWrite(new ExecutorInput.Answered(followed, index, answer, sentNs));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private void OnAnswered(ExecutorInput.Answered input, List<AccountAction> actions)
    {
        FollowedOrder followed = input.Order;
        if (followed.SentNs == 0 && input.Answer.MayBeOut)
        {
            followed.SentNs = input.SentNs;
            Timings.DueToSent.Record(input.SentNs - followed.Order.DueNs);
        }
        if (!input.Answer.IsTaken)
            followed.Reason = input.Answer.ToString();
        else if (!_channels.IsDry && !followed.Slot!.IsClosed && _log.Acknowledged(followed.Slot!.Nonce, followed.Slot.Attempts[input.Attempt].Hash, lane: 0) is var verdict and not LogVerdict.Written)
            _machine.Halt($"the write-ahead log takes nothing any more: {verdict}", actions);
        _machine.OnAnswer(followed.Slot!.Nonce, input.Attempt, input.Answer, actions);
        Show(followed);
    }

    private void Unsigned(FollowedOrder followed, int attempt, string reason, bool stopsTrading, List<AccountAction> actions)
    {
        followed.Reason = reason;
        if (stopsTrading)
            _machine.Halt(reason, actions);
        _machine.OnUnsigned(followed.Slot!.Nonce, reason, actions, attempt);
        Show(followed);
    }

    // ---- what is told ----------------------------------------------------------------------------------------------------------

    private async Task ReportAsync(FollowedOrder followed, AccountAction action)
    {
        Slot slot = followed.Slot!;
        followed.Note(action.Status, action.Reason);
        if (action.Status == SubmitStatus.Replaced)
            Interlocked.Increment(ref _replacements);
        if (action.Status is SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.Dropped && followed.Receipt is { } paid)
        {
            // What an earlier run saw mined and this one sees again is counted twice: on the side of burning less.
            BurnState burnt = _feeGate.Burnt(_reports.HeadUnixSeconds, UInt256.WrappingAdd((UInt256)paid.GasUsed * paid.EffectiveGasPriceWei, paid.DataFeeWei));
            if (!_channels.IsDry)
                await RequireAsync(_log.Burnt(in burnt)).ConfigureAwait(false);
        }
        Receipt? receipt = action.Status is SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.Final or SubmitStatus.Dropped
            ? followed.Receipt
            : null;
        if (!_channels.IsDry)
            await RequireAsync(LogOf(slot, action, receipt)).ConfigureAwait(false);
        if (followed.IsRestored)
            return;
        OrderReport report = new()
        {
            OrderId = followed.Order.Id,
            Nonce = slot.Nonce,
            GasUsed = receipt?.GasUsed ?? 0,
            EffectiveGasPriceWei = FollowedOrder.PriceOf(receipt),
            IncludedBlock = receipt?.BlockNumber ?? 0,
            DataFeeWei = receipt is null ? 0 : receipt.DataFeeWei > ulong.MaxValue ? ulong.MaxValue : (ulong)receipt.DataFeeWei,
            TransactionHash = receipt?.TransactionHash ?? slot.Attempts[action.Attempt].Hash,
            Status = action.Status,
        };
        await _reports.ReportAsync(
            in report, action.Status == SubmitStatus.Included ? followed.MovementsAsDecided() : default(ReadOnlySpan<LegMovement>), _stop.Token).ConfigureAwait(false);
    }

    private LogVerdict LogOf(Slot slot, AccountAction action, Receipt? receipt) => action.Status switch
    {
        SubmitStatus.Included or SubmitStatus.Reverted or SubmitStatus.Dropped when receipt is not null => _log.Included(
            slot.Nonce, new SlotInclusion(receipt.TransactionHash, receipt.BlockHash, receipt.BlockNumber, receipt.Succeeded)),
        SubmitStatus.Reorged => _log.Unincluded(slot.Nonce),
        SubmitStatus.NotSent when slot.FreesNonce && slot.Attempts.Any(static attempt => attempt.IsArmed) => _log.Unsent(slot.Nonce),
        _ => LogVerdict.Written,
    };

    // A note that cannot be written is a log that can no longer be trusted.
    private Task RequireAsync(LogVerdict verdict) =>
        verdict is LogVerdict.Written or LogVerdict.Killed ? Task.CompletedTask : FaultAsync($"the write-ahead log takes nothing any more: {verdict}");

    private void Close(FollowedOrder followed, List<AccountAction> actions)
    {
        Slot slot = followed.Slot!;
        _followed.Remove(slot.Nonce);
        if (slot.FreesNonce)
            _armed?.Open(_machine.NextUnreleased);
        if (slot.FreesNonce || _channels.IsDry)
            return;
        SlotOutcome outcome = OutcomeOf(slot);
        LogVerdict verdict = _log.Final(slot.Nonce, outcome);
        if (verdict == LogVerdict.Written && outcome != SlotOutcome.Filled)
            verdict = _log.Void(slot.Order.Decision, outcome switch
            {
                SlotOutcome.Reverted => DecisionEnd.Reverted,
                SlotOutcome.Foreign => DecisionEnd.Foreign,
                _ => DecisionEnd.Cancelled,
            });
        if (verdict != LogVerdict.Written)
            _machine.Halt($"the write-ahead log takes nothing any more: {verdict}", actions);
    }

    private static SlotOutcome OutcomeOf(Slot slot) => slot.Mined is not { } mined ? SlotOutcome.Foreign
        : slot.Attempts[mined.Attempt].Kind == AttemptKind.Cancel ? SlotOutcome.Cancelled
        : mined.Succeeded ? SlotOutcome.Filled
        : SlotOutcome.Reverted;

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
