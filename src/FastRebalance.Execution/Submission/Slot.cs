using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Submission;

/// <summary>
/// Follows one decision at its nonce from the first release to its end. Pure: answers and looks at the chain go in, actions come out; no clock,
/// no I/O. Time is the chain's own. Owned by <see cref="AccountMachine"/>, which says what may be released.
/// </summary>
/// <remarks>
/// What holds throughout:
/// <list type="bullet">
/// <item>The nonce is the lock. All fills here serve one decision, so at most one of them is ever mined.</item>
/// <item>An answer is evidence, a receipt in a canonical block is proof. Only the chain's word settles a decision.</item>
/// <item>What left once may be mined until its nonce is consumed. After the deadline a fill can still be mined, as a revert that costs
/// gas, and a block that a reorganisation puts in an earlier one's place may lie before the deadline again. So a decision
/// is dropped only when our cancel has taken its nonce and lies <see cref="AccountTerms.ReleaseDepth"/> blocks deep, and a revert counts only that
/// deep: before, the same bytes may be mined again, and fill. A nonce on which anything was released is never used for another decision.</item>
/// <item>Fees at a nonce only rise, by the same step in both fields, over everything ever offered there. On a chain that replaces nothing they
/// stay: one fill and, past its deadline, one cancel, sent again and again as they are.</item>
/// </list>
/// </remarks>
internal sealed class Slot(AccountTerms terms, FeePolicy fees, ulong nonce, SlotOrder order)
{
    // A pool that keeps saying "more" gets this many steps in one block; then the next head decides.
    private const int MaxStepsPerHead = 4;

    // A node that contradicts itself must not turn sending and looking into a busy loop.
    private const int MaxResendsPerHead = 2;

    // The nonce consumed and none of ours mined: once may be a node between two blocks, twice is a fact.
    private const int HeadsUntilForeign = 2;

    private readonly List<Attempt> _attempts = [];
    private MinedFact? _mined;
    private FeeQuote _highest;
    private FeeQuote _highestReleased;
    private FeeQuote? _market;
    private (ulong Number, Hash32 Hash) _lastHead;
    private int _headsSinceSend;
    private int _headsMissing;
    private int _headsForeign;
    private int _stepsThisHead;
    private int _resendsThisHead;
    private bool _isAboveBound;
    private bool _resend;
    private bool _isGivenUp;
    private string _whyGivenUp = "before the restart";
    private bool _isToldPrivately;
    private bool _fillReported;
    private bool _settledReported;
    private bool _foreignReported;
    private bool _isUnaccounted;

    public ulong Nonce { get; } = nonce;

    public SlotOrder Order { get; private set; } = order;

    public SlotState State { get; private set; }

    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>The block that holds an attempt; null while none does.</summary>
    public MinedFact? Mined => _mined;

    /// <summary>The engine was told an end; only a reorganisation can take it back.</summary>
    public bool IsSettled => _settledReported || _foreignReported || IsClosed;

    /// <summary>Nothing has been seen or sent of it since the restart or gap, even where it is given up by now: what lies above it waits.</summary>
    public bool IsUnaccounted => _isUnaccounted && !IsClosed;

    public bool IsClosed => State == SlotState.Final;

    /// <summary>Somebody else may know an attempt's bytes, or is about to.</summary>
    public bool IsOut => _attempts.Exists(static attempt => attempt.IsReleased);

    /// <summary>The log was told that something of it leaves, whether it did or not.</summary>
    public bool WasReleased => _attempts.Exists(static attempt => attempt.WasReleased);

    /// <summary>Once closed: no byte of it ever left, so the nonce may serve another decision.</summary>
    public bool FreesNonce { get; private set; }

    /// <summary>Times that the pool showed nothing of what was said to be taken, and the same bytes went out again.</summary>
    public int AcksWithoutEcho { get; private set; }

    /// <summary>Most that it can still cost, in wei: nothing once mined.</summary>
    public UInt256 ExposureWei => _mined is not null || IsClosed ? UInt256.Zero : CostOf(State == SlotState.Armed ? DearestFill() : _highest.MaxFeePerGasWei);

    // ---- beginnings ----------------------------------------------------------------------------------------------------------

    /// <summary>A decision comes with nothing prepared: its first fill is to be signed, armed and sent.</summary>
    public void Start(in FeeQuote offer, List<AccountAction> actions)
    {
        State = SlotState.Firing;
        Add(AttemptKind.Fill, in offer, "", actions);
    }

    /// <summary>Rungs that are signed and durable, lowest fees first.</summary>
    public void Arm(ReadOnlySpan<Attempt> rungs)
    {
        _attempts.AddRange(rungs);
        State = SlotState.Armed;
    }

    /// <summary>Other rungs in the place of those that were armed.</summary>
    public void Rearm(in SlotOrder order, ReadOnlySpan<Attempt> rungs)
    {
        Order = order;
        _attempts.Clear();
        _attempts.AddRange(rungs);
    }

    /// <summary>The trigger has taken a rung: it is appended and on its way.</summary>
    public void OnFired(int index, ulong orderId, int channels)
    {
        Order = Order with { OrderId = orderId };
        Attempt attempt = _attempts[index];
        attempt.Sends += channels;
        Raise(attempt.Fees);
        NoteReleased(attempt);
        State = SlotState.Firing;
    }

    /// <summary>What the log says was there before a restart. Released attempts count as out; where none was, the slot is armed and no more.</summary>
    public void Restore(ReadOnlySpan<Attempt> attempts)
    {
        _attempts.AddRange(attempts);
        foreach (Attempt attempt in attempts)
            if (attempt.MayBeOut)
            {
                Raise(attempt.Fees);
                NoteReleased(attempt);
                _isGivenUp |= attempt.Kind == AttemptKind.Cancel;
                _fillReported |= attempt.Kind == AttemptKind.Fill;
            }
        _isUnaccounted = IsOut;
        State = IsOut ? SlotState.Suspect : SlotState.Armed;
    }

    /// <summary>A gap in what is known: what was out may be anywhere.</summary>
    public void Doubt()
    {
        if (IsClosed || !IsOut || _mined is not null)
            return;
        State = SlotState.Suspect;
        _isUnaccounted = true;
        _headsMissing = 0;
    }

    // ---- releases ------------------------------------------------------------------------------------------------------------

    /// <summary>An attempt's bytes are being written to so many channels; each, or all together, will answer.</summary>
    public void OnReleased(int index, int answers)
    {
        Attempt attempt = _attempts[index];
        attempt.Sends += answers;
        NoteReleased(attempt);
        NoteSeen();
    }

    /// <summary>An attempt has no bytes: it was not signed, or not logged. What is out stays, and the next head tries again.</summary>
    public void OnUnsigned(int index, string reason, bool isNewest, List<AccountAction> actions)
    {
        if (index < 0)
            index = _attempts.FindIndex(static attempt => attempt.IsAwaited);
        if (index >= 0)
            _attempts[index].IsAwaited = false;
        if (IsClosed)
            return;
        if (IsOut)
            _resend = true;
        else
            Abandon(reason, isNewest, actions);
    }

    /// <summary>What the channels, taken together, said to an attempt.</summary>
    public void OnAnswer(int index, in ChannelAnswer answer, ReleaseRule rule, bool isNewest, List<AccountAction> actions)
    {
        Attempt attempt = _attempts[index];
        bool wasOut = _attempts.Exists(static known => known.MayBeOut);
        attempt.Sends = Math.Max(0, attempt.Sends - 1);
        if (IsClosed)
            return;
        if (!answer.MayBeOut)
        {
            OnUnsent(attempt, answer.ToString(), isNewest, actions);
            return;
        }
        if (!wasOut && answer.Class == AnswerClass.ReplacementUnderpriced)
        {
            TellForeign(index, $"another transaction waits in the pool at nonce {Nonce}, and none was sent from here: another program uses the key", actions);
            return;
        }
        SetOut(index, attempt, actions);
        Judge(attempt, in answer, rule, actions);
    }

    /// <summary>The pool has shown an attempt to us.</summary>
    public void OnEcho(int index, List<AccountAction> actions)
    {
        if (IsClosed || State == SlotState.Armed)
            return; // armed: the word of the shot is on its way
        SetOut(index, _attempts[index], actions);
        _attempts[index].WasTaken = true;
        OnPooled();
    }

    /// <summary>Gives the decision up: a cancel is to take the nonce.</summary>
    public void Bury(string reason, ReleaseRule rule, List<AccountAction> actions)
    {
        if (IsClosed || _mined is not null || State is SlotState.Armed or SlotState.Empty)
            return;
        if (!_isGivenUp)
            _whyGivenUp = reason;
        _isGivenUp = true;
        if (!_isToldPrivately && rule != ReleaseRule.Nothing)
        {
            _isToldPrivately = true; // while nothing may leave, no word to a private channel leaves either
            actions.Add(AccountAction.CancelPrivately(Nonce));
        }
        if (!IsOut)
            return; // its first signature is still on its way, and will find that it is not wanted
        State = SlotState.Burying;
        if (rule != ReleaseRule.Nothing && NewestKind != AttemptKind.Cancel)
            TryStep(AttemptKind.Cancel, reason, actions);
    }

    /// <summary>A cancel of the reserve leaves, although nothing else may: it is followed as one of the nonce's own.</summary>
    public void Adopt(Attempt cancel)
    {
        if (IsClosed || _mined is not null)
            return;
        _attempts.Add(cancel);
        Raise(cancel.Fees);
        NoteReleased(cancel);
        if (!_isGivenUp)
            _whyGivenUp = "a cancel of the reserve left";
        _isGivenUp = true;
        State = SlotState.Burying;
    }

    /// <summary>Whether an attempt that is ready now may still leave: wanted, within its bounds, and no step back from what left before.</summary>
    public bool Wants(int index, ReleaseRule rule, ulong head, long headSeconds)
    {
        if (IsClosed || _mined is not null || State == SlotState.Armed || index >= _attempts.Count)
            return false;
        Attempt attempt = _attempts[index];
        if (IsOutbid(attempt))
            return false;
        return attempt.Kind == AttemptKind.Cancel
            ? rule != ReleaseRule.Nothing
            : rule == ReleaseRule.Everything && !_isGivenUp && !Order.IsExpired(head, headSeconds);
    }

    // Signatures from elsewhere come in any order.
    private bool IsOutbid(Attempt attempt) => fees.CanReplace && !attempt.WasReleased
        && (attempt.Fees.MaxFeePerGasWei <= _highestReleased.MaxFeePerGasWei || attempt.Fees.TipWei <= _highestReleased.TipWei);

    /// <summary>Offers one step more, because competitors do.</summary>
    public void SpeedUp(string reason, ReleaseRule rule, List<AccountAction> actions)
    {
        if (State == SlotState.Live && rule == ReleaseRule.Everything && _mined is null)
            TryStep(AttemptKind.Fill, reason, actions);
    }

    // ---- looks ---------------------------------------------------------------------------------------------------------------

    /// <summary>One look at the chain; at every head at least.</summary>
    public void OnLook(in SlotSight sight, AccountView view, ReleaseRule rule, List<AccountAction> actions)
    {
        if (IsClosed || State == SlotState.Empty)
            return;
        bool isNewHead = TakeHead(view);
        if (sight.Mined is { } mined)
            OnMined(in mined, view, actions);
        else if (_mined is not null)
            OnUnmined(view, rule, actions);
        else if (view.AccountNonce > Nonce)
            OnNonceConsumed(isNewHead && sight.Attempts == _attempts.Count, actions);
        else if (State != SlotState.Armed)
            OnWaiting(in sight, view, rule, isNewHead, actions);
    }

    /// <summary>A look at a time when nothing of it is out: a cancel that has to take the nonce is tried again.</summary>
    public void OnHead(AccountView view, ReleaseRule rule, bool isNewest, List<AccountAction> actions)
    {
        if (IsClosed || State == SlotState.Empty)
            return;
        if (TakeHead(view) && State == SlotState.Burying && rule != ReleaseRule.Nothing && view.AccountNonce <= Nonce)
            Abandon("nothing of it is out", isNewest, actions);
    }

    private bool TakeHead(AccountView view)
    {
        bool isNew = _lastHead != (view.Head, view.HeadHash);
        _lastHead = (view.Head, view.HeadHash);
        _market = view.Market ?? _market;
        _isAboveBound = view.Market is null;
        if (!isNew)
            return false;
        _headsSinceSend++;
        _stepsThisHead = 0;
        _resendsThisHead = 0;
        return true;
    }

    private void OnMined(in MinedFact mined, AccountView view, List<AccountAction> actions)
    {
        bool isFill = _attempts[mined.Attempt].Kind == AttemptKind.Fill;
        if (_mined is not { } before || before != mined)
        {
            SetOut(mined.Attempt, _attempts[mined.Attempt], actions);
            _isUnaccounted = false;
            if (_settledReported)
                actions.Add(AccountAction.Report(Nonce, SubmitStatus.Reorged, mined.Attempt, "it moved to another block"));
            _settledReported = isFill && mined.Succeeded;
            _mined = mined;
            State = SlotState.Included;
            _headsForeign = 0;
            if (_settledReported)
                actions.Add(AccountAction.Report(Nonce, SubmitStatus.Included, mined.Attempt));
        }

        ulong depth = view.Head > mined.BlockNumber ? view.Head - mined.BlockNumber : 0;
        if (!_settledReported && depth >= (ulong)terms.ReleaseDepth)
        {
            _settledReported = true;
            actions.Add(isFill
                ? AccountAction.Report(Nonce, SubmitStatus.Reverted, mined.Attempt)
                : AccountAction.Report(Nonce, SubmitStatus.Dropped, mined.Attempt, $"it was given up ({_whyGivenUp}) and a cancel took its nonce"));
        }
        if (depth < (ulong)terms.FinalDepth || !_settledReported)
            return;
        if (isFill)
            actions.Add(AccountAction.Report(Nonce, SubmitStatus.Final, mined.Attempt));
        Close(mined.Attempt, freesNonce: false, actions);
    }

    private void OnUnmined(AccountView view, ReleaseRule rule, List<AccountAction> actions)
    {
        MinedFact lost = _mined!.Value;
        // A head below the block proves nothing: the node is behind, or the longer branch is still on its way.
        if (view.Head < lost.BlockNumber)
            return;
        if (_settledReported)
            actions.Add(AccountAction.Report(Nonce, SubmitStatus.Reorged, lost.Attempt, $"block {lost.BlockNumber} left the chain"));
        _settledReported = false;
        _mined = null;
        _headsSinceSend = 0;
        _headsMissing = 0;
        bool isFill = _attempts[lost.Attempt].Kind == AttemptKind.Fill;
        State = isFill ? SlotState.Live : SlotState.Burying;
        _isGivenUp = !isFill;
        _isToldPrivately &= !isFill;
        // The bytes that were mined, and no others: what the next branch holds of them must be the same decision at the same limits.
        if (view.AccountNonce <= Nonce && (rule == ReleaseRule.Everything || (rule == ReleaseRule.CancelsOnly && !isFill)))
            Ask(lost.Attempt, "its block left the chain", actions);
    }

    private void OnNonceConsumed(bool isEvidence, List<AccountAction> actions)
    {
        if (isEvidence && ++_headsForeign >= HeadsUntilForeign)
            EndForeign($"nonce {Nonce} was consumed by a transaction that was not sent from here: another program uses the key", actions);
    }

    private void OnWaiting(in SlotSight sight, AccountView view, ReleaseRule rule, bool isNewHead, List<AccountAction> actions)
    {
        _headsForeign = 0;
        if (sight.IsPooled == true)
            OnPooled();
        else if (sight.IsPooled == false && isNewHead)
            _headsMissing++;

        if (!IsOut)
            return; // its first signature is still on its way
        if (!_isGivenUp && Order.IsExpired(view.Head, view.TimestampSeconds))
            Bury("the deadline is past", rule, actions);
        else if (!_isGivenUp && sight.WouldRevert == true && sight.IsPooled == false)
            Bury("it would revert on the present head, and no pool has it", rule, actions);
        else if (rule == ReleaseRule.Nothing)
            return;
        else if (_isGivenUp && NewestKind != AttemptKind.Cancel)
            Bury("it is given up", rule, actions);
        else if (rule == ReleaseRule.CancelsOnly && NewestKind != AttemptKind.Cancel)
            Bury("the kill switch is down", rule, actions);
        else if (State == SlotState.Suspect)
            SeekSuspect(actions);
        else if ((_resend || _headsMissing >= terms.ResendAfterHeads) && _resendsThisHead < MaxResendsPerHead)
            SendAgain(actions);
        else if (isNewHead && _headsSinceSend >= terms.RepriceAfterHeads)
            TryStep(NewestKind, $"not mined in {_headsSinceSend} blocks", actions);
    }

    private void OnPooled()
    {
        _headsMissing = 0;
        NoteSeen();
    }

    private void NoteSeen()
    {
        _isUnaccounted = false;
        if (State == SlotState.Suspect)
            State = _isGivenUp ? SlotState.Burying : SlotState.Live;
    }

    // The newest released bytes again: a decision of an earlier run is finished as it was made, or given up once its time is past.
    private void SeekSuspect(List<AccountAction> actions)
    {
        if (_headsMissing < terms.SuspectHeads)
            return;
        _headsMissing = 0;
        // Once it is given up, a cancel that was still to be signed is all that may leave.
        int newest = _isGivenUp ? NewestToSend() : _attempts.FindLastIndex(static attempt => attempt.IsReleased);
        if (!IsSigning(newest))
            Ask(newest, "nothing is known of it since the restart", actions);
    }

    // ---- workings ------------------------------------------------------------------------------------------------------------

    private void OnUnsent(Attempt attempt, string reason, bool isNewest, List<AccountAction> actions)
    {
        if (attempt.IsReleased)
            return; // sent before, or an answer is still owed
        if (IsOut)
            _resend = true;
        else
            Abandon(reason, isNewest, actions);
    }

    // No byte left. Below another slot that would leave a gap, so a cancel fills it.
    private void Abandon(string reason, bool isNewest, List<AccountAction> actions)
    {
        if (!_isGivenUp)
            _whyGivenUp = reason;
        if (!isNewest)
        {
            _isGivenUp = true;
            State = SlotState.Burying;
            _resend = true;
            FillWithCancel(reason, actions);
            return;
        }
        if (_attempts.Exists(static attempt => attempt.IsAwaited))
        {
            // Bytes of this decision are still being made: before they are refused the nonce serves no other.
            _isGivenUp = true;
            return;
        }
        actions.Add(AccountAction.Report(Nonce, SubmitStatus.NotSent, 0, reason));
        Close(0, freesNonce: true, actions);
    }

    // One that could not leave before is tried again as it is; what is refused at once waits for the next head.
    private void FillWithCancel(string reason, List<AccountAction> actions)
    {
        if (_resendsThisHead >= MaxResendsPerHead)
            return;
        _resendsThisHead++;
        // A rung that lies ready above everything asked for so far is a step, and taken as one.
        int cancel = _attempts.FindLastIndex(attempt => attempt.Kind == AttemptKind.Cancel
            && attempt.Fees.MaxFeePerGasWei <= _highest.MaxFeePerGasWei && attempt.Fees.TipWei <= _highest.TipWei);
        if (cancel < 0)
            TryStep(AttemptKind.Cancel, reason, actions);
        else if (!IsSigning(cancel))
            Ask(cancel, reason, actions);
    }

    private void SetOut(int index, Attempt attempt, List<AccountAction> actions)
    {
        if (attempt.MayBeOut)
            return;
        attempt.MayBeOut = true;
        Raise(attempt.Fees);
        if (State is SlotState.Firing or SlotState.Armed)
            State = SlotState.Live;
        if (attempt.Kind != AttemptKind.Fill)
            return;
        actions.Add(AccountAction.Report(Nonce, _fillReported ? SubmitStatus.Replaced : SubmitStatus.Submitted, index));
        _fillReported = true;
    }

    private void Judge(Attempt attempt, in ChannelAnswer answer, ReleaseRule rule, List<AccountAction> actions)
    {
        switch (answer.Class)
        {
            case AnswerClass.Accepted or AnswerClass.Known or AnswerClass.AcceptedUnmined:
                attempt.WasTaken = true;
                break;
            case AnswerClass.NonceTooLow:
                _resend = true;
                actions.Add(AccountAction.LookAgain(Nonce));
                break;
            case AnswerClass.ReplacementUnderpriced or AnswerClass.Underpriced:
                // Below the base fee the step waits for the market; a full ladder within one block would climb over a single spike.
                // A fill that a reorganisation brought up again may be what was asked about; once a cancel is out, the next step is a cancel.
                if (!MayStep(rule) || !TryStep(NewestKind, answer.ToString(), actions))
                    _resend = true;
                break;
            case AnswerClass.Fatal when attempt.Kind == AttemptKind.Fill:
                // These bytes can never be mined, and their nonce must be filled all the same.
                Bury(answer.ToString(), rule, actions);
                break;
            case AnswerClass.Reserved:
                actions.Add(AccountAction.Halt($"the pool has set the account aside: {answer.Text}"));
                break;
            default:
                // No coins for now, a full pool, a broken line, a node that is behind: the same bytes again at the next head.
                _resend = true;
                break;
        }
    }

    private bool MayStep(ReleaseRule rule) =>
        rule == ReleaseRule.Everything || (rule == ReleaseRule.CancelsOnly && NewestKind == AttemptKind.Cancel);

    private void SendAgain(List<AccountAction> actions)
    {
        int newest = NewestToSend();
        if (IsSigning(newest))
            return; // it goes as soon as it is signed
        if (!_resend && _attempts[newest].WasTaken)
            AcksWithoutEcho++;
        string reason = _resend ? "the last send is in doubt" : $"not in the pool for {_headsMissing} blocks";
        _resend = false;
        _headsMissing = 0;
        _resendsThisHead++;
        Ask(newest, reason, actions);
    }

    private AttemptKind NewestKind => NewestToSend() is >= 0 and var newest ? _attempts[newest].Kind : AttemptKind.None;

    // Rungs that lie ready above are no offer yet.
    private int NewestToSend()
    {
        int released = _attempts.FindLastIndex(static attempt => attempt.IsReleased);
        int planned = _attempts.FindLastIndex(static attempt => attempt.Raw.IsEmpty);
        return Math.Max(released, planned);
    }

    /// <summary>Offers more at the same nonce; false where the bound or the number of steps says no, and what is out stays.</summary>
    private bool TryStep(AttemptKind kind, string reason, List<AccountAction> actions)
    {
        // While the base fee is above the bound no fill can be mined: a step now would only be missing later.
        if (_stepsThisHead >= MaxStepsPerHead || (_isAboveBound && kind == AttemptKind.Fill))
            return false;
        if (!fees.CanReplace && NewestKind == kind && IsOut)
            return false;
        FeeQuote market = _market ?? _highest;
        if (fees.Replace(in _highest, in market, kind == AttemptKind.Cancel, out FeeQuote offer) != FeeVerdict.Quoted)
            return false;
        _stepsThisHead++;
        if (ReadyRung(kind, in offer) is { } ready)
            Release(ready, reason, actions);
        else
            Add(kind, in offer, reason, actions);
        return true;
    }

    /// <summary>The lowest rung that lies signed and offers at least as much.</summary>
    private int? ReadyRung(AttemptKind kind, in FeeQuote offer)
    {
        for (int i = 0; i < _attempts.Count; i++)
        {
            Attempt rung = _attempts[i];
            if (rung.Kind == kind && !rung.IsReleased && !rung.Raw.IsEmpty
                && rung.Fees.MaxFeePerGasWei >= offer.MaxFeePerGasWei && rung.Fees.TipWei >= offer.TipWei)
                return i;
        }
        return null;
    }

    private void Add(AttemptKind kind, in FeeQuote offer, string reason, List<AccountAction> actions)
    {
        _attempts.Add(new Attempt(kind, offer));
        Release(_attempts.Count - 1, reason, actions);
    }

    private void Release(int index, string reason, List<AccountAction> actions)
    {
        Raise(_attempts[index].Fees);
        _headsSinceSend = 0;
        _headsMissing = 0;
        _resend = false;
        Ask(index, reason, actions);
    }

    private void Ask(int index, string reason, List<AccountAction> actions)
    {
        _attempts[index].IsAwaited = true;
        actions.Add(AccountAction.Release(Nonce, index, reason));
    }

    private bool IsSigning(int index) => _attempts[index] is { IsAwaited: true, Raw.IsEmpty: true };

    private void NoteReleased(Attempt attempt)
    {
        attempt.IsAwaited = false;
        attempt.WasReleased = true;
        _highestReleased = Higher(_highestReleased, attempt.Fees);
    }

    private void Raise(in FeeQuote offer) => _highest = Higher(_highest, offer);

    private static FeeQuote Higher(in FeeQuote left, in FeeQuote right) =>
        new(Math.Max(left.MaxFeePerGasWei, right.MaxFeePerGasWei), Math.Max(left.TipWei, right.TipWei));

    private ulong DearestFill()
    {
        ulong dearest = 0;
        foreach (Attempt rung in _attempts)
            if (rung.Kind == AttemptKind.Fill)
                dearest = Math.Max(dearest, rung.Fees.MaxFeePerGasWei);
        return dearest;
    }

    private UInt256 CostOf(ulong maxFeePerGasWei) =>
        UInt256.TryMultiply(maxFeePerGasWei, Order.GasLimit, out UInt256 cost) ? cost : UInt256.MaxValue;

    // A pool's word is no block: the nonce is not consumed, and our bytes may be out. The slot is followed on, and the log keeps it.
    private void TellForeign(int index, string reason, List<AccountAction> actions)
    {
        _attempts[index].MayBeOut = true;
        State = SlotState.Live;
        ReportForeign(index, reason, actions);
        actions.Add(AccountAction.Halt(reason));
    }

    private void EndForeign(string reason, List<AccountAction> actions)
    {
        if (!_foreignReported)
            ReportForeign(Math.Max(0, NewestToSend()), reason, actions);
        Close(0, freesNonce: false, actions);
        actions.Add(AccountAction.Halt(reason));
    }

    private void ReportForeign(int index, string reason, List<AccountAction> actions)
    {
        _foreignReported = true;
        actions.Add(AccountAction.Report(Nonce, SubmitStatus.Foreign, index, reason));
    }

    private void Close(int attempt, bool freesNonce, List<AccountAction> actions)
    {
        State = SlotState.Final;
        FreesNonce = freesNonce;
        actions.Add(AccountAction.Close(Nonce, attempt));
    }
}
