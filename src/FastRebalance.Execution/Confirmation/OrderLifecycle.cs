using FastRebalance.Core.Results;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Confirmation;

/// <summary>
/// Follows one order from its first send to its end. Pure: answers and looks at the chain go in, actions come out; no clock, no I/O.
/// Time is the chain's own. Owned by the executor's loop.
/// </summary>
/// <remarks>
/// What holds throughout:
/// <list type="bullet">
/// <item>The nonce is the lock. All fills of an order carry the same nonce and the same call, so at most one of them is ever mined.</item>
/// <item>An answer is evidence, a receipt in a canonical block is proof. Only the chain's word settles an order.</item>
/// <item>What left once may be mined until its nonce is consumed. After the deadline a fill can still be mined, as a revert that costs
/// gas, and a block that a reorganisation puts in an earlier one's place may lie before the deadline again. So an order
/// is dropped only when our cancel has taken its nonce and lies <see cref="LifecycleOptions.ReleaseDepth"/> blocks deep: no
/// later order can then meet it again. An order that every pool refused is the exception: a cancel would be refused as
/// well, so it is dropped when a block past its deadline lies that deep, and its nonce comes back.</item>
/// <item>Fees at a nonce only rise, by the same step in both fields, over everything ever offered there. On a chain that replaces nothing they
/// stay: one fill and, past its deadline, one cancel, sent again and again as they are.</item>
/// </list>
/// </remarks>
internal sealed class OrderLifecycle(LifecycleOptions options, FeePolicy fees, ulong nonce, long deadlineUnixSeconds)
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
    private FeeQuote? _market;
    private (ulong Number, Core.Assets.Hash32 Hash) _lastHead;
    private ulong? _expiredHead;
    private int _headsSinceSend;
    private int _headsMissing;
    private int _headsForeign;
    private int _stepsThisHead;
    private int _resendsThisHead;
    private bool _isAboveBound;
    private bool _resend;
    private bool _fillReported;
    private bool _settledReported;

    public ulong Nonce { get; } = nonce;

    public OrderPhase Phase { get; private set; }

    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>The block that holds an attempt; null while none does.</summary>
    public MinedFact? Mined => _mined;

    /// <summary>The engine was told an end; only a reorganisation can take it back.</summary>
    public bool IsSettled => _settledReported || Phase == OrderPhase.Closed;

    public bool IsClosed => Phase == OrderPhase.Closed;

    /// <summary>Times that the pool showed nothing of what was said to be taken, and the same bytes went out again.</summary>
    public int AcksWithoutEcho { get; private set; }

    /// <summary>Once closed: the nonce was not consumed and nothing out there can consume it to trade.</summary>
    public bool FreesNonce { get; private set; }

    /// <summary>The first send.</summary>
    public void Start(in FeeQuote offer, List<LifecycleAction> actions)
    {
        if (Phase != OrderPhase.New)
            throw new InvalidOperationException("an order starts once");
        Phase = OrderPhase.Live;
        _market = offer;
        Add(AttemptKind.Fill, in offer, "first send", actions);
    }

    /// <summary>Nothing was sent and nothing will be: the signer, the log or the channels failed before the first byte.</summary>
    public void Abandon(string reason, List<LifecycleAction> actions)
    {
        if (IsOut)
            throw new InvalidOperationException("an order that may be out cannot be abandoned");
        Close(freesNonce: true);
        actions.Add(LifecycleAction.Report(SubmitStatus.NotSent, 0, reason));
    }

    /// <summary>Somebody else may know an attempt's bytes.</summary>
    public bool IsOut => _attempts.Exists(static attempt => attempt.MayBeOut);

    /// <summary>An attempt has no bytes: it was not signed, or not logged. What is out stays, and the next head tries again.</summary>
    public void OnUnsigned(string reason, List<LifecycleAction> actions)
    {
        if (IsOut)
            _resend = true;
        else
            Abandon(reason, actions);
    }

    /// <summary>What the channels, taken together, said to an attempt.</summary>
    public void OnAnswer(int index, in ChannelAnswer answer, List<LifecycleAction> actions)
    {
        if (IsClosed)
            return;
        Attempt attempt = _attempts[index];
        bool wasOut = IsOut;
        if (!wasOut && !answer.MayBeOut)
        {
            Abandon(answer.ToString(), actions);
            return;
        }
        if (!wasOut && answer.Class == AnswerClass.ReplacementUnderpriced)
        {
            EndForeign($"another transaction waits in the pool at nonce {Nonce}, and none was sent from here: another program uses the key", actions);
            return;
        }
        if (answer.MayBeOut)
            Release(index, attempt, actions);
        Judge(attempt, wasOut, in answer, actions);
    }

    /// <summary>One look at the chain; at every head at least.</summary>
    public void OnView(in ChainView view, List<LifecycleAction> actions)
    {
        if (IsClosed)
            return;
        bool isNewHead = _lastHead != (view.Head, view.HeadHash);
        _lastHead = (view.Head, view.HeadHash);
        _market = view.Market ?? _market;
        _isAboveBound = view.Market is null;
        if (isNewHead)
        {
            _headsSinceSend++;
            _stepsThisHead = 0;
            _resendsThisHead = 0;
        }

        if (view.Mined is { } mined)
            OnMined(in mined, in view, actions);
        else if (_mined is not null)
            OnUnmined(in view, actions);
        else if (view.AccountNonce > Nonce)
            OnNonceConsumed(isNewHead, actions);
        else
            OnWaiting(in view, isNewHead, actions);
    }

    // ---- answers -------------------------------------------------------------------------------------------------------------

    private void Release(int index, Attempt attempt, List<LifecycleAction> actions)
    {
        if (attempt.MayBeOut)
            return;
        attempt.MayBeOut = true;
        if (attempt.Kind != AttemptKind.Fill)
            return;
        actions.Add(LifecycleAction.Report(_fillReported ? SubmitStatus.Replaced : SubmitStatus.Submitted, index));
        _fillReported = true;
    }

    private void Judge(Attempt attempt, bool wasOut, in ChannelAnswer answer, List<LifecycleAction> actions)
    {
        switch (answer.Class)
        {
            case AnswerClass.Accepted or AnswerClass.Known or AnswerClass.AcceptedUnmined:
                attempt.WasTaken = true;
                break;
            case AnswerClass.NonceTooLow:
                _resend = true;
                actions.Add(LifecycleAction.LookAgain);
                break;
            case AnswerClass.ReplacementUnderpriced or AnswerClass.Underpriced:
                // Below the base fee the step waits for the market; a full ladder within one block would climb over a single spike.
                // A fill that a reorganisation brought up again may be what was asked about; once a cancel is out, the next step is a cancel.
                if (!TryStep(_attempts[^1].Kind, answer.ToString(), actions))
                    _resend = true;
                break;
            case AnswerClass.InsufficientFunds or AnswerClass.Fatal or AnswerClass.Reserved:
                if (!wasOut)
                    Phase = OrderPhase.Refused;
                if (answer.Class == AnswerClass.Reserved)
                    actions.Add(LifecycleAction.StopTrading($"the pool has set the account aside: {answer.Text}"));
                break;
            default:
                // A full pool, a broken line, a node that is behind: the same bytes again at the next head.
                _resend = true;
                break;
        }
    }

    // ---- looks ---------------------------------------------------------------------------------------------------------------

    private void OnMined(in MinedFact mined, in ChainView view, List<LifecycleAction> actions)
    {
        bool isFill = _attempts[mined.Attempt].Kind == AttemptKind.Fill;
        if (_mined is not { } before || before != mined)
        {
            if (_settledReported)
                actions.Add(LifecycleAction.Report(SubmitStatus.Reorged, mined.Attempt, "it moved to another block"));
            _settledReported = isFill;
            _mined = mined;
            Phase = OrderPhase.Mined;
            _headsForeign = 0;
            if (isFill)
                actions.Add(LifecycleAction.Report(mined.Succeeded ? SubmitStatus.Included : SubmitStatus.Reverted, mined.Attempt));
        }

        ulong depth = view.Head > mined.BlockNumber ? view.Head - mined.BlockNumber : 0;
        if (!isFill && !_settledReported && depth >= (ulong)options.ReleaseDepth)
        {
            _settledReported = true;
            actions.Add(LifecycleAction.Report(SubmitStatus.Dropped, mined.Attempt, "its deadline passed and a cancel took its nonce"));
        }
        if (depth < (ulong)options.FinalDepth || !_settledReported)
            return;
        Close(freesNonce: false);
        if (isFill)
            actions.Add(LifecycleAction.Report(SubmitStatus.Final, mined.Attempt));
    }

    private void OnUnmined(in ChainView view, List<LifecycleAction> actions)
    {
        MinedFact lost = _mined!.Value;
        // A head below the block proves nothing: the node is behind, or the longer branch is still on its way.
        if (view.Head < lost.BlockNumber)
            return;
        if (_settledReported)
            actions.Add(LifecycleAction.Report(SubmitStatus.Reorged, lost.Attempt, $"block {lost.BlockNumber} left the chain"));
        _settledReported = false;
        _mined = null;
        _headsSinceSend = 0;
        _headsMissing = 0;
        Phase = _attempts[lost.Attempt].Kind == AttemptKind.Fill ? OrderPhase.Live : OrderPhase.Burying;
        if (view.AccountNonce <= Nonce)
            actions.Add(LifecycleAction.Submit(lost.Attempt, "its block left the chain"));
    }

    private void OnNonceConsumed(bool isNewHead, List<LifecycleAction> actions)
    {
        if (isNewHead && ++_headsForeign >= HeadsUntilForeign)
            EndForeign($"nonce {Nonce} was consumed by a transaction that was not sent from here: another program uses the key", actions);
    }

    private void OnWaiting(in ChainView view, bool isNewHead, List<LifecycleAction> actions)
    {
        _headsForeign = 0;
        if (view.IsPooled == true)
            _headsMissing = 0;
        else if (view.IsPooled == false && isNewHead)
            _headsMissing++;

        // The next block's time is later than the head's, and the router takes a block at the deadline itself.
        bool isExpired = view.TimestampSeconds >= deadlineUnixSeconds;
        _expiredHead = !isExpired ? null : _expiredHead is { } first && first <= view.Head ? first : view.Head;

        if (Phase == OrderPhase.Refused)
            WaitOut(in view, actions);
        else if (isExpired && _attempts[^1].Kind != AttemptKind.Cancel)
            Bury(actions);
        else if ((_resend || _headsMissing >= options.ResendAfterHeads) && _resendsThisHead < MaxResendsPerHead)
            SendAgain(actions);
        else if (isNewHead && _headsSinceSend >= options.RepriceAfterHeads)
            TryStep(_attempts[^1].Kind, $"not mined in {_headsSinceSend} blocks", actions);
    }

    private void WaitOut(in ChainView view, List<LifecycleAction> actions)
    {
        if (_expiredHead is not { } expired || view.Head - expired < (ulong)options.ReleaseDepth)
            return;
        Close(freesNonce: true);
        actions.Add(LifecycleAction.Report(SubmitStatus.Dropped, _attempts.Count - 1, "it was refused everywhere and its deadline is past"));
    }

    private void Bury(List<LifecycleAction> actions)
    {
        Phase = OrderPhase.Burying;
        TryStep(AttemptKind.Cancel, "the deadline is past", actions);
    }

    private void SendAgain(List<LifecycleAction> actions)
    {
        if (!_resend && _attempts[^1].WasTaken)
            AcksWithoutEcho++;
        string reason = _resend ? "the last send is in doubt" : $"not in the pool for {_headsMissing} blocks";
        _resend = false;
        _headsMissing = 0;
        _resendsThisHead++;
        actions.Add(LifecycleAction.Submit(_attempts.Count - 1, reason));
    }

    // ---- workings ------------------------------------------------------------------------------------------------------------

    /// <summary>Offers more at the same nonce; false where the bound or the number of steps says no, and what is out stays.</summary>
    private bool TryStep(AttemptKind kind, string reason, List<LifecycleAction> actions)
    {
        // While the base fee is above the bound no fill can be mined: a step now would only be missing later.
        if (_stepsThisHead >= MaxStepsPerHead || (_isAboveBound && kind == AttemptKind.Fill))
            return false;
        if (!fees.CanReplace && _attempts[^1].Kind == kind)
            return false;
        FeeQuote market = _market ?? _highest;
        if (fees.Replace(in _highest, in market, kind == AttemptKind.Cancel, out FeeQuote offer) != FeeVerdict.Quoted)
            return false;
        _stepsThisHead++;
        Add(kind, in offer, reason, actions);
        return true;
    }

    private void Add(AttemptKind kind, in FeeQuote offer, string reason, List<LifecycleAction> actions)
    {
        _attempts.Add(new Attempt(kind, offer));
        _highest = new FeeQuote(Math.Max(_highest.MaxFeePerGasWei, offer.MaxFeePerGasWei), Math.Max(_highest.TipWei, offer.TipWei));
        _headsSinceSend = 0;
        _headsMissing = 0;
        _resend = false;
        actions.Add(LifecycleAction.Submit(_attempts.Count - 1, reason));
    }

    private void EndForeign(string reason, List<LifecycleAction> actions)
    {
        Close(freesNonce: false);
        actions.Add(LifecycleAction.Report(SubmitStatus.Foreign, _attempts.Count - 1, reason));
        actions.Add(LifecycleAction.StopTrading(reason));
    }

    private void Close(bool freesNonce)
    {
        Phase = OrderPhase.Closed;
        FreesNonce = freesNonce;
    }
}
