using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

// What the executor does with the machine: sign, ask whether it may still leave, arm, log the word, tell the machine, send; and a restart.
internal sealed partial class AccountWorld
{
    private readonly SortedList<ulong, int> _hot = [];
    private readonly Dictionary<ulong, Slot> _followed = [];
    private readonly HashSet<ulong> _contested = [];

    private void Order(int a, int b)
    {
        bool isOld = a % 8 == 0 && _decisions > 0;
        DecisionId decision = new(1, isOld ? 1 + ((ulong)(a / 8) % _decisions) : ++_decisions);
        SlotOrder order = OrderOf(decision, b);
        ulong before = Account.NextNonce;
        MetAll(MachineInput.Order);
        if (Account.TryOrder(in order, _market ?? UsualMarket, _actions) == BindVerdict.Bound)
            Follow(MachineInput.Order);
        else if (Account.NextNonce != before)
            throw new InvalidOperationException("an order was refused and took a nonce");
    }

    private void Follow(MachineInput input)
    {
        Coverage?.Note(SlotState.Empty, input);
        Slot newest = Account.Slots[^1];
        _followed[newest.Nonce] = newest;
        Watch.OnBound(this);
    }

    private SlotOrder OrderOf(DecisionId decision, int b) => new(
        decision, decision.Number, FillGas,
        b % 3 == 0 ? long.MaxValue : Chain.Head.UnixSeconds + (ModelChain.SecondsPerBlock * (1 + (b % 11))),
        b % 3 == 1 ? ulong.MaxValue : Chain.Head.Number + 1 + ((ulong)b % 7));

    // ---- rungs -----------------------------------------------------------------------------------------------------------------

    private void Arm(int a, int b)
    {
        if (Log.IsBroken || Log.Kill != KillMode.Off)
            return;
        ulong nonce = Account.NextNonce;
        SlotOrder order = OrderOf(new DecisionId(1, ++_decisions), b);
        List<Attempt> rungs = [];
        FeeQuote fees = _market ?? UsualMarket;
        for (int i = 0; i <= a % 3; i++)
        {
            rungs.Add(Rung(AttemptKind.Fill, fees, nonce, in order));
            fees = new FeeQuote((ulong)FeePolicy.Bump(fees.MaxFeePerGasWei), (ulong)FeePolicy.Bump(fees.TipWei));
        }
        if (a / 3 % 2 == 0)
            rungs.Add(Rung(AttemptKind.Cancel, fees, nonce, in order));
        MetAll(MachineInput.Arm);
        if (Account.TryArm(in order, rungs.ToArray(), nonce) != BindVerdict.Bound)
        {
            Log.Retire(nonce);
            return;
        }
        Follow(MachineInput.Arm);
        _hot.Add(nonce, (a % 3) + 1);
    }

    private Attempt Rung(AttemptKind kind, FeeQuote fees, ulong nonce, in SlotOrder order)
    {
        ModelTransaction transaction = Write(kind, fees, nonce, in order);
        Log.Arm(transaction, in order);
        return new Attempt(kind, fees) { Hash = transaction.Hash, Raw = transaction.Raw, IsArmed = true };
    }

    private void Disarm(int a)
    {
        if (AnySlot(a) is not { } slot)
            return;
        Met(MachineInput.Invalidate, slot);
        Account.Disarm(slot.Nonce, "found wrong", _actions);
    }

    /// <summary>On the trigger's thread: the lowest rungs that no shot has taken, and the log's word first.</summary>
    private void Fire(int a, int b)
    {
        if (_hot.Count == 0 || Log.Kill != KillMode.Off || Log.IsBroken)
            return;
        ulong nonce = _setup.Flaw == WorldFlaw.TopRungFired ? _hot.Keys[^1] : _hot.Keys[0];
        if (Account.Find(nonce) is not { State: SlotState.Armed } slot)
            throw new InvalidOperationException($"nonce {nonce} is hot and not armed");
        if (_setup.Flaw == WorldFlaw.TopRungFired && _hot.Count < 2)
            return;
        int rung = a % _hot[nonce];
        _hot.Remove(nonce);
        ModelTransaction transaction = TransactionOf(slot.Attempts[rung])!;
        Log.Release(transaction);
        int channels = 1 + (b % 2);
        transaction.InFlight += channels;
        _pending.Add(new Pending(PendingKind.Shot, slot, rung, transaction, channels));
        Watch.OnReleased(transaction, this);
    }

    /// <summary>The rungs of a nonce leave the hot table, unless a shot was quicker: then the machine is told before anything else is done.</summary>
    private void Withdraw(ulong nonce)
    {
        if (_hot.Remove(nonce))
        {
            Log.Retire(nonce);
            return;
        }
        // An order has the nonce by now, and a shot has left from it: nothing of that order may leave.
        if (_pending.Exists(shot => shot.Kind == PendingKind.Shot && Account.Find(shot.Slot.Nonce) is { } holder && holder != shot.Slot))
        {
            MayHalt = true;
            foreach (Pending shot in _pending)
                if (shot.Kind == PendingKind.Shot)
                {
                    // Nobody follows it in this run: the log knows it, and the next run does.
                    shot.Transaction!.HasLeft = true;
                    _contested.Add(shot.Slot.Nonce);
                }
            _pending.RemoveAll(static pending => pending.Kind == PendingKind.Shot);
            Account.Halt("a nonce was fired while an order took it", _actions);
        }
        else
        {
            HearShots();
        }
    }

    /// <summary>The words of all shots so far, in their order.</summary>
    private void HearShots()
    {
        while (_pending.FindIndex(static pending => pending.Kind == PendingKind.Shot) is >= 0 and var shot)
            ComesAt(shot, 0);
    }

    // ---- what the machine wants --------------------------------------------------------------------------------------------------

    private void Perform()
    {
        for (int i = 0; i < _actions.Count; i++)
        {
            if (i > 1_000)
                Watch.Settled(false, "one event had a thousand consequences");
            AccountAction action = _actions[i];
            Trace?.Invoke($"    {action.Kind} {action.Nonce} {action.Attempt} {action.Status} {action.Reason}");
            switch (action.Kind)
            {
                case AccountActionKind.Release:
                    Release(_followed[action.Nonce], action.Attempt);
                    break;
                case AccountActionKind.Report:
                    Report(in action);
                    break;
                case AccountActionKind.Disarm:
                    Withdraw(action.Nonce);
                    break;
                case AccountActionKind.Close:
                    Close(action.Nonce);
                    break;
                case AccountActionKind.Halt:
                    Watch.I9_HaltHasACause(this, action.Reason);
                    break;
                default:
                    break;
            }
        }
        _actions.Clear();
    }

    private void Release(Slot slot, int index)
    {
        if (!slot.Attempts[index].Raw.IsEmpty)
            Write(slot, index);
        else if (_setup.Flaw == WorldFlaw.SignerNeverAnswers)
            return;
        else if (_setup.SignsHere)
            Signed(slot, index);
        else
            _pending.Add(new Pending(PendingKind.Signature, slot, index));
    }

    private void Signed(Slot slot, int index)
    {
        Attempt attempt = slot.Attempts[index];
        SlotOrder order = slot.Order;
        ulong nonce = slot.Nonce;
        FeeQuote fees = attempt.Fees;
        if (_setup.Flaw == WorldFlaw.OtherDecisionSigned && index > 0)
            order = order with { Decision = new DecisionId(1, 1_000 + slot.Nonce) };
        if (_setup.Flaw == WorldFlaw.NonceSkipped)
            nonce++;
        if (_setup.Flaw == WorldFlaw.FlatFees)
            fees = slot.Attempts[0].Fees;
        ModelTransaction transaction = Write(attempt.Kind, fees, nonce, in order);
        // Not every signer signs the same bytes alike: a second signature makes another transaction.
        (attempt.Hash, attempt.Raw, attempt.IsArmed) = (transaction.Hash, transaction.Raw, attempt.IsArmed);
        Write(slot, index);
    }

    private ModelTransaction Write(AttemptKind kind, FeeQuote fees, ulong nonce, in SlotOrder order)
    {
        bool isFill = kind == AttemptKind.Fill;
        ModelTransaction transaction = new(_transactions.Count)
        {
            Nonce = nonce, Kind = kind, Decision = order.Decision, Fees = fees, Gas = isFill ? order.GasLimit : CancelGas,
            MaxBlock = isFill ? order.MaxBlock : ulong.MaxValue, MaxUnixSeconds = isFill ? order.MaxUnixSeconds : long.MaxValue,
        };
        _transactions.Add(transaction);
        Chain.Add(transaction);
        return transaction;
    }

    private void Write(Slot slot, int index)
    {
        Attempt attempt = slot.Attempts[index];
        Met(MachineInput.MayRelease, slot);
        if (_setup.Flaw != WorldFlaw.NotAsked && !Account.MayRelease(slot.Nonce, index))
        {
            Met(MachineInput.Unsigned, slot);
            Account.OnUnsigned(slot.Nonce, "it is not wanted any more", _actions, index);
            return;
        }
        ModelTransaction transaction = TransactionOf(attempt)!;
        if (_setup.Flaw != WorldFlaw.Unlogged && !Logged(slot, attempt, transaction))
        {
            attempt.Raw = default;
            MetAll(MachineInput.Halt);
            Account.Halt("the transaction could not be logged", _actions);
            Account.OnUnsigned(slot.Nonce, "the transaction could not be logged", _actions, index);
            return;
        }
        Watch.OnReleased(transaction, this);
        Met(MachineInput.Released, slot);
        Account.OnReleased(slot.Nonce, index, answers: 1);
        transaction.InFlight++;
        _pending.Add(new Pending(PendingKind.Answer, slot, index, transaction));
    }

    private bool Logged(Slot slot, Attempt attempt, ModelTransaction transaction)
    {
        if (!attempt.IsArmed && !Log.Arm(transaction, slot.Order))
            return false;
        attempt.IsArmed = true;
        return Log.Release(transaction);
    }

    private void Report(in AccountAction action)
    {
        if (action.Status == SubmitStatus.Included)
            Watch.I8_FilledOnlyFromACanonicalReceipt(_followed[action.Nonce], action.Attempt, this);
    }

    private void Close(ulong nonce)
    {
        _followed.Remove(nonce, out Slot? closed);
        if (closed!.FreesNonce)
        {
            // Halted, nobody can use it; and the log lets go of what it was told to let go of, and of nothing else.
            if (!_contested.Remove(nonce))
                Watch.OnFreed(nonce, this);
            if (closed.Attempts.Any(static attempt => attempt.IsArmed))
                Log.Void(nonce);
            return;
        }
        Log.Final(nonce);
    }

    // ---- what comes ------------------------------------------------------------------------------------------------------------

    private void Comes(int a, int b)
    {
        int which = a % _pending.Count;
        // Words of shots come in their order.
        if (_pending[which].Kind == PendingKind.Shot)
            which = _pending.FindIndex(static pending => pending.Kind == PendingKind.Shot);
        ComesAt(which, b);
    }

    private void ComesAt(int which, int b)
    {
        Pending pending = _pending[which];
        _pending.RemoveAt(which);
        switch (pending.Kind)
        {
            case PendingKind.Signature when b % 8 == 7:
                Met(MachineInput.Unsigned, pending.Slot);
                Account.OnUnsigned(pending.Slot.Nonce, "the signer is away", _actions, pending.Attempt);
                break;
            case PendingKind.Signature:
                Signed(pending.Slot, pending.Attempt);
                break;
            case PendingKind.Shot:
                for (int i = 0; i < pending.Channels; i++)
                    _pending.Add(pending with { Kind = PendingKind.Answer });
                Met(MachineInput.Fired, pending.Slot);
                Account.OnFired(pending.Slot.Nonce, pending.Attempt, pending.Slot.Order.Decision.Number, pending.Channels, _actions);
                break;
            default:
                Answered(pending, b);
                break;
        }
    }

    private void Answered(Pending pending, int b)
    {
        ModelTransaction transaction = pending.Transaction!;
        AnswerClass answer = Answers[b % Answers.Length];
        transaction.InFlight--;
        if (answer is AnswerClass.NotSent or AnswerClass.DryRun)
        {
            if (transaction.HasLeft)
                answer = AnswerClass.Unknown;
        }
        else
        {
            transaction.HasLeft = true;
            // "Taken" and not pooled is a lie that happens; an error may hide that it was taken.
            transaction.IsPooled |= b / Answers.Length % 4 != 3 && answer is AnswerClass.Accepted or AnswerClass.Known or AnswerClass.AcceptedUnmined or AnswerClass.Unknown;
        }
        // "Another's transaction waits there" is the pool's word on the key; the account believes it and halts.
        MayHalt |= answer is AnswerClass.Reserved or AnswerClass.ReplacementUnderpriced;
        Met(InputOf(answer), pending.Slot);
        Account.OnAnswer(pending.Slot.Nonce, pending.Attempt, new ChannelAnswer(answer, ""), _actions);
    }

    private void SaysAgain(int a, int b)
    {
        HearShots(); // no channel answers before the word of the shot is in
        Perform();
        if (AnySlot(a) is not { } slot || AnyOut(a) is not { HasLeft: true })
            return;
        AnswerClass answer = Answers[b % Answers.Length];
        if (answer is AnswerClass.NotSent or AnswerClass.DryRun)
            answer = AnswerClass.Known;
        MayHalt |= answer is AnswerClass.Reserved or AnswerClass.ReplacementUnderpriced;
        Met(InputOf(answer), slot);
        Account.OnAnswer(slot.Nonce, a / 8 % slot.Attempts.Count, new ChannelAnswer(answer, ""), _actions);
    }

    private static MachineInput InputOf(AnswerClass answer) => answer switch
    {
        AnswerClass.Accepted or AnswerClass.Known or AnswerClass.AcceptedUnmined => MachineInput.Acknowledged,
        AnswerClass.NotSent or AnswerClass.DryRun => MachineInput.NotSent,
        _ => MachineInput.Refused,
    };

    // ---- restarts --------------------------------------------------------------------------------------------------------------

    /// <summary>The process is gone at once, between any two records; a new one reads the log, looks, and goes on.</summary>
    private void Restart(int a, bool losesPower)
    {
        MetAll(MachineInput.Restart);
        foreach (ModelTransaction transaction in _transactions)
            (transaction.HasLeft, transaction.InFlight) = (transaction.MayBeMined, 0);
        _pending.Clear();
        _hot.Clear();
        _actions.Clear();
        _followed.Clear();
        _contested.Clear();
        _asked = null;
        _final = default;
        (SeenHead, SeenSeconds) = (0, 0);
        Watch.Run++;
        if (losesPower)
        {
            Log.LosePower();
            foreach (ulong nonce in Log.Nonces)
                foreach (ModelLog.Line line in Log.Lines(nonce))
                    Watch.OnPossiblyOut(line.Transaction);
        }
        if (_setup.Flaw == WorldFlaw.LogLost)
            Log = new ModelLog();
        Reopen(a);
    }

    private void Reopen(int a)
    {
        Account = new AccountMachine(_setup.Terms, _fees);
        foreach (ulong nonce in Log.Nonces.ToArray())
            Restore(nonce);
        if (_setup.Flaw != WorldFlaw.DecisionForgotten)
            foreach (DecisionId over in Log.Over)
                Account.Remember(over);
        int behind = a % 4 == 3 ? 1 : 0;
        if (Log.Kill != KillMode.Off && a % 2 == 0)
            Account.Kill(Log.Kill, _actions);
        Account.Open(Chain.HeadBehind(behind).NonceAfter, BalanceSeen(), _setup.Flaw == WorldFlaw.LogLost ? 0 : Log.FirstUnused);
        if (Log.Kill != KillMode.Off)
            Account.Kill(Log.Kill, _actions);
        // Somebody used the key while nobody looked.
        MayHalt |= Chain.AccountNonce > Log.FirstUnused && HasForeign;
        Look(behind, false);
    }

    private void Restore(ulong nonce)
    {
        IReadOnlyList<ModelLog.Line> lines = Log.Lines(nonce);
        if (!lines.Any(static line => line.IsReleased))
        {
            Log.Retire(nonce);
            return;
        }
        if (_setup.Flaw == WorldFlaw.DecisionForgotten)
            return;
        Attempt[] attempts = [.. lines.Select(static line => new Attempt(line.Transaction.Kind, line.Transaction.Fees)
        {
            Hash = line.Transaction.Hash, Raw = line.Transaction.Raw, IsArmed = true, MayBeOut = line.IsReleased,
        })];
        Account.Restore(nonce, lines[0].Order, attempts);
        _followed[nonce] = Account.Find(nonce)!;
    }
}
