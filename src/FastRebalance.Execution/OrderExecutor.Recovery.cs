using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution;

// What an earlier run left, and what is laid by for the time when nothing can be written any more.
public sealed partial class OrderExecutor
{
    private const int ReservedNonces = 2;

    private (ulong From, FeeQuote Highest) _reserve;

    /// <summary>
    /// Slots as the log has them: what is out is looked for, finished or given up before anything new is decided; what was armed and never
    /// left is taken back.
    /// </summary>
    private void Restore(RecoveredLog recovered)
    {
        foreach (SlotRecord slot in recovered.State.Slots.Values)
        {
            if (slot.Outcome != SlotOutcome.None)
                continue;
            if (slot.MayBeOut)
                Restore(slot);
            else if (slot.Attempts.Count > 0)
                _log.Retire(slot.Nonce, [.. slot.Attempts.Select(static record => record.Attempt.Hash)]);
        }
        if (recovered.State.Kill != KillMode.Off)
        {
            _machine.Kill(recovered.State.Kill, []);
            Kill($"the kill switch is down ({recovered.State.Kill}): lift it with 'fastrebalance kill --lift' once its cause is gone");
        }
        foreach (DecisionId ended in recovered.State.Ended.Keys)
            _machine.Remember(ended);
    }

    /// <summary>
    /// Between two runs that ended cleanly the desk may have used its key by hand; after a crash nobody can tell that from a log that lacks what
    /// it let go.
    /// </summary>
    private void RequireWholeLog(RecoveredLog recovered, ulong chainNonce)
    {
        bool isBehind = recovered.State.HighestReleased is { } highest && highest + 1 < chainNonce;
        if (isBehind && (recovered.Start != EpochStart.Clean || _machine.Slots.Count > 0))
            throw new InvalidOperationException(
                $"the chain has mined {chainNonce} transactions of {_setup.Account} and its write-ahead log let go those below {recovered.State.HighestReleased + 1}: "
                + "another program uses the key, or the log is an older copy; restore the newest copy of its folder, or trade with another key");
    }

    private void Restore(SlotRecord slot)
    {
        // Rungs that never left are not wanted any more, whatever the plan was; cancels stay good.
        AttemptRecord[] kept = [.. slot.Attempts.Where(static record => record.Released != ReleaseEvidence.None || record.Attempt.Kind == AttemptKind.Cancel)
            .OrderBy(static record => record.Attempt.Fees.MaxFeePerGasWei)];
        ArmedAttempt first = Array.Find(kept, static record => record.Attempt.Kind == AttemptKind.Fill)?.Attempt ?? kept[0].Attempt;
        SlotOrder order = new(first.Decision, first.Decision.Number, first.GasLimit, first.MaxUnixSeconds, first.MaxBlock);
        _machine.Restore(slot.Nonce, order, [.. kept.Select(static record => new Attempt(record.Attempt.Kind, record.Attempt.Fees)
        {
            Hash = record.Attempt.Hash,
            Raw = record.Attempt.Raw,
            IsArmed = true,
            MayBeOut = record.Released != ReleaseEvidence.None,
            WasTaken = record.AcknowledgedLanes != 0 || record.WasEchoed,
        })]);
        FollowedOrder followed = new(new Order(first.Decision.Number, default, 0, first.MaxUnixSeconds, PolicyTier.None, UInt256.Zero, []))
        {
            IsRestored = true,
            Slot = _machine.Find(slot.Nonce),
            GasLimit = first.GasLimit,
            CallData = TransactionDecoder.Decode(first.Raw, out SignedTransaction signed).IsValid ? signed.Fields.Data.ToArray() : [],
        };
        followed.Note(SubmitStatus.Submitted, "an earlier run sent it");
        _followed.Add(slot.Nonce, followed);
        ShowNew(followed);
    }

    /// <summary>
    /// Cancels of the nonces in use and the next ones, signed and durable ahead of time: one step above what is offered, and one above anything
    /// that could be. With a key that is elsewhere there is none: it could not be had in time.
    /// </summary>
    private void KeepReserve()
    {
        ulong from = _machine.Slots.Count > 0 ? _machine.Slots[0].Nonce : _machine.NextNonce;
        FeeQuote highest = _facts is { } facts && _fees.Quote(facts.NextBaseFeeWei, facts.TipsWei, out FeeQuote market) == FeeVerdict.Quoted ? market : default;
        if (_channels.IsDry || !_signer.IsLocal || highest == default || (_reserve.From == from && highest.MaxFeePerGasWei <= 2 * _reserve.Highest.MaxFeePerGasWei))
            return;
        FeeQuote dearest = new(_fees.MaxCancelFeePerGasWei, (ulong)UInt128.Min(FeePolicy.Bump(_fees.MaxFeePerGasWei), _fees.MaxCancelFeePerGasWei));
        List<ArmedAttempt> cancels = [];
        for (ulong nonce = from; nonce < _machine.NextNonce + ReservedNonces; nonce++)
            foreach (FeeQuote offer in (ReadOnlySpan<FeeQuote>)[Above(highest), dearest])
                if (_signer.TrySignCancel(nonce, offer) is { } cancel)
                    cancels.Add(cancel);
        foreach (ArmedAttempt cancel in cancels)
            _pending?.ExpectOwn(cancel.Hash);
        if (_log.SetReserve(cancels.ToArray()) == LogVerdict.Written)
            _reserve = (from, highest);
    }

    private FeeQuote Above(FeeQuote offer) => new(
        (ulong)UInt128.Min(2 * FeePolicy.Bump(offer.MaxFeePerGasWei), _fees.MaxCancelFeePerGasWei),
        (ulong)UInt128.Min(2 * FeePolicy.Bump(offer.TipWei), _fees.MaxCancelFeePerGasWei));

    /// <summary>The log takes nothing any more: what is out is cancelled with what was laid by, and nothing else is sent.</summary>
    private void CancelFromReserve()
    {
        foreach (FollowedOrder followed in _followed.Values)
        {
            Slot slot = followed.Slot!;
            if (slot.Mined is not null || !slot.IsOut || !_log.TryTakeCancel(slot.Nonce, out ArmedAttempt cancel))
                continue;
            _machine.OnReserveTaken(slot.Nonce, new Attempt(cancel.Kind, cancel.Fees) { Hash = cancel.Hash, Raw = cancel.Raw, IsArmed = true, MayBeOut = true });
            _ = SendReservedAsync(cancel);
        }
    }

    private async Task SendReservedAsync(ArmedAttempt cancel)
    {
        try
        {
            await _channels.SubmitAsync(cancel.Raw, cancel.Hash, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }
}
