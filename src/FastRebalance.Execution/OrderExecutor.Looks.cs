using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution;

// Looking at the chain, at every head and after every reconnect: asked beside the loop, taken in on it.
public sealed partial class OrderExecutor
{
    private HeadFacts? _facts;
    private int _headWaits;
    private bool _isLooking;
    private bool _lookWanted;

    /// <summary>Hands heads to the loop, folded: however many came while it was busy, it looks once.</summary>
    private async Task PumpHeadsAsync()
    {
        try
        {
            await foreach (SubscriptionItem<BlockHeader> item in _heads!.Items.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                if (item.Signal == SubscriptionSignal.Lost)
                    _inbox.Writer.TryWrite(new ExecutorInput.Lost());
                else
                    WakeForHead();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private void WakeForHead()
    {
        if (Interlocked.Exchange(ref _headWaits, 1) == 0)
            _inbox.Writer.TryWrite(new ExecutorInput.Head());
    }

    /// <summary>One look at a time; what comes meanwhile is looked at next.</summary>
    private void BeginLook()
    {
        _lookWanted = _isLooking;
        if (_isLooking)
            return;
        _isLooking = true;
        _ = LookBesideAsync(Questions());
    }

    /// <summary>A look that the node does not answer is made up for by the one after the next head or connection.</summary>
    private async Task LookBesideAsync(List<SlotQuestion> questions)
    {
        try
        {
            LookResult result = await _look.LookAsync(questions, _stop.Token).ConfigureAwait(false);
            _inbox.Writer.TryWrite(new ExecutorInput.Looked(result));
        }
        catch (Exception broken) when (broken is RpcTransportException or RpcErrorException)
        {
            _inbox.Writer.TryWrite(new ExecutorInput.Looked(null));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to end.
        }
        catch (Exception broken)
        {
            _inbox.Writer.TryWrite(new ExecutorInput.Broke($"{broken.GetType().Name}: {broken.Message}"));
        }
    }

    private List<SlotQuestion> Questions()
    {
        List<SlotQuestion> questions = [];
        foreach (Slot slot in _machine.Slots)
            if (slot.State != SlotState.Armed && (slot.IsOut || slot.Mined is not null))
                questions.Add(QuestionOf(slot, _followed[slot.Nonce]));
        return questions;
    }

    private static SlotQuestion QuestionOf(Slot slot, FollowedOrder followed) => new(
        slot.Nonce,
        [.. slot.Attempts.Select(static attempt => new AskedAttempt(attempt.Hash, attempt.Kind == AttemptKind.Fill, attempt.IsReleased))],
        Newest(slot),
        slot.IsSettled,
        TestsRevert: slot.State == SlotState.Live,
        followed.CallData,
        followed.GasLimit,
        slot.Order.Decision.Number,
        followed.Order.Legs,
        followed.Receipt?.BlockHash ?? default);

    private static int Newest(Slot slot)
    {
        for (int i = slot.Attempts.Count - 1; i >= 0; i--)
            if (slot.Attempts[i].IsReleased)
                return i;
        return -1;
    }

    private async Task OnLookedAsync(LookResult? result)
    {
        _isLooking = false;
        if (_lookWanted)
            BeginLook();
        if (result is null)
        {
            _facts = null; // no order on old facts
            return;
        }
        _facts = result.Facts;
        _reports.HeadUnixSeconds = Math.Max(_reports.HeadUnixSeconds, result.Facts.Header.TimestampSeconds);
        _reports.HeadNumber = result.Facts.Header.Number;
        _channels.OnHead(result.Facts.Header.Number, result.Facts.Header.TimestampSeconds);
        foreach (SlotAnswer answer in result.Slots)
            if (_followed.TryGetValue(answer.Sight.Nonce, out FollowedOrder? followed))
                Keep(followed, answer);
        int unechoed = _machine.AcksWithoutEcho;
        List<AccountAction> actions = [];
        if (_armed?.OnHead(result.Facts, result.View.AccountNonce) is { } told and not (LogVerdict.Written or LogVerdict.Killed))
            _machine.Halt($"the write-ahead log takes nothing any more: {told}", actions);
        _machine.OnLook(result.View, actions);
        Interlocked.Add(ref _acksWithoutEcho, _machine.AcksWithoutEcho - unechoed);
        foreach (FollowedOrder followed in _followed.Values)
            if (followed.Slot!.Mined is null)
                ForgetReceipt(followed);
        await PerformAsync(actions).ConfigureAwait(false);
        AskAboutTheNext();
        KeepReserve();
        await RequireAsync(_log.Tend()).ConfigureAwait(false);
        Volatile.Write(ref _headNumber, result.Facts.Header.Number);
    }

    private void Keep(FollowedOrder followed, SlotAnswer answer)
    {
        if (answer.Receipt is null || !answer.IsNew)
            return;
        followed.Receipt = answer.Receipt;
        followed.Movements = answer.Movements ?? [];
        if (answer.Reason.Length > 0)
            followed.Reason = answer.Reason;
        if (followed.IncludedNs == 0)
        {
            followed.IncludedNs = MonotonicClock.NowNs;
            if (followed.SentNs != 0)
                Timings.SendToIncluded.Record(followed.IncludedNs - followed.SentNs);
        }
        Show(followed); // a revert is told to the engine only once it lies deep, and shown to people at once
    }

    private static void ForgetReceipt(FollowedOrder followed)
    {
        followed.Receipt = null;
        followed.Movements = [];
        followed.IncludedNs = 0;
    }
}
