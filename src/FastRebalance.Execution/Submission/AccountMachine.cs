using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Submission;

/// <summary>
/// One sending account: its nonces, the decisions that own them, and what may be released. Pure: events go in, actions come out; no clock, no
/// I/O, no thread. Whoever drives it performs the actions in their order and says what came of them.
/// </summary>
/// <remarks>
/// What holds throughout, beside what <see cref="Slot"/> keeps at each nonce:
/// <list type="bullet">
/// <item>Nonces are taken from the bottom: one is released only when every one below it, down to the chain's, has something out.</item>
/// <item>A decision is bound once. Bound anew under another name it is another decision.</item>
/// <item>All that is out together never costs more than the balance and the account's cap.</item>
/// <item>While the account is halted nothing is released; killed hard, cancels only; killed cold, nothing.</item>
/// <item>While something of before a restart is not accounted for, nothing above it is released and no decision is bound.</item>
/// </list>
/// </remarks>
internal sealed class AccountMachine(AccountTerms terms, FeePolicy fees)
{
    // Decisions are remembered long after their nonce is final, so that a late copy of one is still known.
    private const int RememberedDecisions = 4096;

    private readonly SortedList<ulong, Slot> _slots = [];
    private readonly HashSet<DecisionId> _decisions = [];
    private readonly Queue<DecisionId> _oldestDecisions = [];
    private ulong _chainNonce;
    private UInt256 _balanceWei;
    private bool _isOpen;
    private bool _isDraining;
    private bool _lacksCoins;

    /// <summary>The lowest nonce on which nothing was ever released and which no slot holds.</summary>
    public ulong NextNonce { get; private set; }

    /// <summary>The lowest nonce of which nothing was released: armed, or free.</summary>
    public ulong NextUnreleased => LowestUnreleased();

    /// <summary>Slots that are followed, lowest nonce first.</summary>
    public IList<Slot> Slots => _slots.Values;

    /// <summary>Why the account is halted; null while it is not.</summary>
    public string? HaltReason { get; private set; }

    public KillMode KillMode { get; private set; } = KillMode.Off;

    /// <summary>What the account may do now; the hardest word counts.</summary>
    public AccountMode Mode =>
        !_isOpen ? AccountMode.Closed
        : HaltReason is not null ? AccountMode.Halt
        : KillMode != KillMode.Off ? AccountMode.Killed
        : LowestSuspect is not null ? AccountMode.Suspect
        : _isDraining || _lacksCoins ? AccountMode.Drain
        : AccountMode.Run;

    /// <summary>Most that everything out may still cost.</summary>
    public UInt256 ExposureWei
    {
        get
        {
            UInt256 sum = UInt256.Zero;
            foreach (Slot slot in _slots.Values)
                sum = UInt256.TryAdd(sum, slot.ExposureWei, out UInt256 more) ? more : UInt256.MaxValue;
            return sum;
        }
    }

    /// <summary>Decisions whose outcome is open.</summary>
    public int Unsettled
    {
        get
        {
            int count = 0;
            foreach (Slot slot in _slots.Values)
                if (!slot.IsSettled && slot.State != SlotState.Armed)
                    count++;
            return count;
        }
    }

    /// <summary>Times that a pool showed nothing of what was said to be taken.</summary>
    public int AcksWithoutEcho { get; private set; }

    public Slot? Find(ulong nonce) => _slots.GetValueOrDefault(nonce);

    // ---- opening -------------------------------------------------------------------------------------------------------------

    /// <param name="chainNonce">The account's nonce at the latest block.</param>
    /// <param name="balanceWei">What it can pay gas with.</param>
    public void Open(ulong chainNonce, in UInt256 balanceWei)
    {
        _chainNonce = chainNonce;
        _balanceWei = balanceWei;
        NextNonce = _slots.Count > 0 ? Math.Max(chainNonce, _slots.Keys[^1] + 1) : chainNonce;
        _isOpen = true;
    }

    /// <summary>A slot as the log of an earlier run has it; before <see cref="Open"/>.</summary>
    public void Restore(ulong nonce, in SlotOrder order, ReadOnlySpan<Attempt> attempts)
    {
        Slot slot = new(terms, fees, nonce, order);
        slot.Restore(attempts);
        _slots.Add(nonce, slot);
        Remember(order.Decision);
    }

    /// <summary>Decisions of an earlier run that are over: they are never bound again.</summary>
    public void Remember(DecisionId decision)
    {
        if (!_decisions.Add(decision))
            return;
        _oldestDecisions.Enqueue(decision);
        if (_oldestDecisions.Count > RememberedDecisions)
            _decisions.Remove(_oldestDecisions.Dequeue());
    }

    // ---- decisions -----------------------------------------------------------------------------------------------------------

    /// <summary>Binds a decision that nothing is prepared for to the lowest free nonce, and wants its first fill released.</summary>
    public BindVerdict TryOrder(in SlotOrder order, in FeeQuote offer, List<AccountAction> actions)
    {
        BindVerdict verdict = MayBind(in order, offer.MaxFeePerGasWei);
        if (verdict != BindVerdict.Bound)
            return verdict;
        foreach (Slot armed in _slots.Values.Where(static slot => slot.State == SlotState.Armed).ToArray())
            Disarm(armed.Nonce, "an order comes that nothing was armed for", actions);
        Slot slot = Bind(in order);
        slot.Start(in offer, actions);
        return BindVerdict.Bound;
    }

    /// <summary>Binds a decision to the next nonce with rungs that are signed and durable; nothing is released before it fires.</summary>
    /// <param name="order">What the rungs would bring about.</param>
    /// <param name="rungs">Fills by rising fees, then cancels by rising fees.</param>
    /// <param name="nonce">The nonce that they carry.</param>
    public BindVerdict TryArm(in SlotOrder order, ReadOnlySpan<Attempt> rungs, ulong nonce)
    {
        if (nonce != NextNonce)
            return BindVerdict.NotRunning; // signed for a nonce that has gone since
        ulong dearest = 0;
        foreach (Attempt rung in rungs)
            dearest = Math.Max(dearest, rung.Kind == Confirmation.AttemptKind.Fill ? rung.Fees.MaxFeePerGasWei : 0);
        BindVerdict verdict = MayBind(in order, dearest);
        if (verdict == BindVerdict.Bound)
            Bind(in order).Arm(rungs);
        return verdict;
    }

    /// <summary>The rungs of a nonce are withdrawn; none was released.</summary>
    public void Disarm(ulong nonce, string reason, List<AccountAction> actions)
    {
        if (Find(nonce) is not { State: SlotState.Armed } slot || nonce + 1 != NextNonce)
            return;
        _decisions.Remove(slot.Order.Decision); // nothing of it ever left: it may be armed again
        _slots.Remove(nonce);
        NextNonce = nonce;
        actions.Add(AccountAction.Disarm(nonce, reason));
    }

    /// <summary>The trigger has fired a rung: it was armed before, and the log has the word.</summary>
    public void OnFired(ulong nonce, int attempt, ulong orderId, int channels, List<AccountAction> actions)
    {
        if (Find(nonce) is not { State: SlotState.Armed } slot || IsGapBelow(nonce))
        {
            Halt($"a rung of nonce {nonce} fired that was not armed or not the lowest: the hot table and the account disagree", actions);
            return;
        }
        slot.OnFired(attempt, orderId, channels);
        // The kill switch may have come down between the trigger and this word of it.
        if (RuleOf(slot) == ReleaseRule.CancelsOnly)
            slot.Bury("the kill switch is down", ReleaseRule.CancelsOnly, actions);
    }

    /// <summary>As <see cref="OnFired(ulong, int, ulong, int, List{AccountAction})"/>, with the rungs that the trigger chose from: the fired one first.</summary>
    public void OnFired(ulong nonce, in SlotOrder order, ReadOnlySpan<Attempt> rungs, List<AccountAction> actions)
    {
        if (Find(nonce) is { State: SlotState.Armed } slot)
            slot.Rearm(in order, rungs);
        OnFired(nonce, 0, order.OrderId, channels: 1, actions);
    }

    /// <summary>The decision is not wanted any more.</summary>
    public void Void(ulong nonce, string reason, List<AccountAction> actions)
    {
        if (Find(nonce) is not { } slot)
            return;
        if (slot.State == SlotState.Armed)
            Disarm(nonce, reason, actions);
        else
            slot.Bury(reason, RuleOf(slot), actions);
    }

    /// <summary>Offers one step more for what is out.</summary>
    public void SpeedUp(ulong nonce, string reason, List<AccountAction> actions) =>
        Find(nonce)?.SpeedUp(reason, Find(nonce) is { } slot ? RuleOf(slot) : ReleaseRule.Nothing, actions);

    // ---- releases ------------------------------------------------------------------------------------------------------------

    /// <summary>Asked right before the log is told and the bytes go: whether the attempt may still leave.</summary>
    public bool MayRelease(ulong nonce, int attempt) =>
        Find(nonce) is { } slot && !IsGapBelow(nonce) && slot.Wants(attempt, RuleOf(slot));

    /// <summary>The log has the word and the bytes are being written; so many answers will come.</summary>
    public void OnReleased(ulong nonce, int attempt, int answers) => Find(nonce)?.OnReleased(attempt, answers);

    /// <summary>An attempt could not be signed or logged, or was not wanted any more when it was.</summary>
    public void OnUnsigned(ulong nonce, string reason, List<AccountAction> actions)
    {
        if (Find(nonce) is not { } slot)
            return;
        slot.OnUnsigned(reason, IsNewest(slot), actions);
        Tidy(slot);
    }

    /// <summary>The channels' answer to an attempt.</summary>
    public void OnAnswer(ulong nonce, int attempt, in ChannelAnswer answer, List<AccountAction> actions)
    {
        if (Find(nonce) is not { } slot)
            return;
        if (answer.Class == AnswerClass.InsufficientFunds)
            _lacksCoins = true;
        int before = actions.Count;
        slot.OnAnswer(attempt, in answer, RuleOf(slot), IsNewest(slot), actions);
        HoldToHalts(actions, before);
        Tidy(slot);
    }

    /// <summary>The pool has shown an attempt to us.</summary>
    public void OnEcho(ulong nonce, int attempt, List<AccountAction> actions) => Find(nonce)?.OnEcho(attempt, actions);

    // ---- the chain -----------------------------------------------------------------------------------------------------------

    /// <summary>One look at the chain; at every head at least.</summary>
    public void OnLook(AccountView view, List<AccountAction> actions)
    {
        if (!_isOpen)
            return;
        if (view.LostFinalBlock)
            Halt("a block that was final has left the chain", actions);
        _chainNonce = view.AccountNonce;
        _balanceWei = view.BalanceWei;
        int before = actions.Count;
        foreach (Slot slot in _slots.Values.ToArray())
            if (TrySight(view, slot.Nonce, out SlotSight sight))
            {
                int unechoed = slot.AcksWithoutEcho;
                slot.OnLook(in sight, view, RuleOf(slot), actions);
                AcksWithoutEcho += slot.AcksWithoutEcho - unechoed;
            }
        HoldToHalts(actions, before);
        foreach (Slot closed in _slots.Values.Where(static slot => slot.IsClosed).ToArray())
            Tidy(closed);
        _lacksCoins &= ExposureWei > _balanceWei || _balanceWei.IsZero;
        Audit(actions);
    }

    /// <summary>A transaction of this account that the log does not know was seen, in a pool, a stream or a block.</summary>
    public void OnForeign(in Hash32 hash, List<AccountAction> actions) =>
        Halt($"transaction {hash} of this account was not sent from here: another program uses the key", actions);

    /// <summary>Heads or pending transactions were missed: what was out may be anywhere.</summary>
    public void OnGap()
    {
        foreach (Slot slot in _slots.Values)
            slot.Doubt();
    }

    // ---- words from outside --------------------------------------------------------------------------------------------------

    /// <summary>The kill switch, which the log already has. It only grows harder.</summary>
    public void Kill(KillMode mode, List<AccountAction> actions)
    {
        if (mode <= KillMode)
            return;
        KillMode = mode;
        foreach (Slot slot in _slots.Values.ToArray())
            if (slot.State == SlotState.Armed)
                Disarm(slot.Nonce, "the kill switch is down", actions);
            else if (mode == KillMode.Hard)
                slot.Bury("the kill switch is down", RuleOf(slot), actions);
    }

    /// <summary>No new decision from now on, or new ones again.</summary>
    public void Drain(bool isDraining) => _isDraining = isDraining;

    /// <summary>Stops the account until a human has looked: nothing more is released in this run.</summary>
    public void Halt(string reason, List<AccountAction> actions)
    {
        if (HaltReason is not null)
            return;
        HaltReason = reason;
        foreach (Slot slot in _slots.Values.Where(static slot => slot.State == SlotState.Armed).Reverse().ToArray())
            Disarm(slot.Nonce, reason, actions);
        actions.Add(AccountAction.Halt(reason));
    }

    // ---- workings ------------------------------------------------------------------------------------------------------------

    private ulong? LowestSuspect
    {
        get
        {
            foreach (Slot slot in _slots.Values)
                if (slot.State == SlotState.Suspect)
                    return slot.Nonce;
            return null;
        }
    }

    private ReleaseRule RuleOf(Slot slot) =>
        HaltReason is not null || KillMode == KillMode.Cold ? ReleaseRule.Nothing
        : LowestSuspect is { } suspect && slot.Nonce > suspect ? ReleaseRule.Nothing
        : KillMode == KillMode.Hard ? ReleaseRule.CancelsOnly
        : ReleaseRule.Everything;

    private BindVerdict MayBind(in SlotOrder order, ulong maxFeePerGasWei) =>
        Mode != AccountMode.Run ? BindVerdict.NotRunning
        : Unsettled >= terms.MaxLive ? BindVerdict.TooManyLive
        : order.Decision.IsNone || _decisions.Contains(order.Decision) ? BindVerdict.DecisionKnown
        : !Covers(maxFeePerGasWei, order.GasLimit) ? BindVerdict.TooDear
        : BindVerdict.Bound;

    private bool Covers(ulong maxFeePerGasWei, ulong gasLimit) =>
        UInt256.TryMultiply(maxFeePerGasWei, gasLimit, out UInt256 cost)
        && UInt256.TryAdd(ExposureWei, cost, out UInt256 all)
        && all <= UInt256.Min(_balanceWei, terms.AccountCapWei);

    private Slot Bind(in SlotOrder order)
    {
        Slot slot = new(terms, fees, NextNonce, order);
        _slots.Add(NextNonce++, slot);
        Remember(order.Decision);
        return slot;
    }

    private bool IsNewest(Slot slot) => slot.Nonce + 1 == NextNonce;

    private bool IsGapBelow(ulong nonce)
    {
        foreach (Slot slot in _slots.Values)
            if (slot.Nonce < nonce && slot.Nonce >= _chainNonce && !slot.IsOut && slot.Mined is null)
                return true;
        return false;
    }

    private static bool TrySight(AccountView view, ulong nonce, out SlotSight sight)
    {
        foreach (SlotSight seen in view.Slots)
            if (seen.Nonce == nonce)
            {
                sight = seen;
                return true;
            }
        sight = default;
        return false;
    }

    /// <summary>Nothing is under way, and the account moved all the same.</summary>
    private void Audit(List<AccountAction> actions)
    {
        if (Unsettled == 0 && _chainNonce > NextUnreleased)
            Halt($"the account's nonce is {_chainNonce} and only those below {NextUnreleased} were used here: another program uses the key", actions);
    }

    private ulong LowestUnreleased()
    {
        ulong next = NextNonce;
        for (int i = _slots.Count - 1; i >= 0 && _slots.Values[i].State == SlotState.Armed; i--)
            next = _slots.Keys[i];
        return next;
    }

    // A slot that ends in a halt must not be followed by another one's bytes.
    private void HoldToHalts(List<AccountAction> actions, int from)
    {
        int halt = actions.FindIndex(from, static action => action.Kind == AccountActionKind.Halt);
        if (halt < 0)
            return;
        string reason = actions[halt].Reason;
        actions.RemoveAt(halt);
        actions.RemoveAll(static action => action.Kind == AccountActionKind.Release);
        Halt(reason, actions);
    }

    private void Tidy(Slot slot)
    {
        if (!slot.IsClosed || !_slots.Remove(slot.Nonce))
            return;
        if (slot.FreesNonce && slot.Nonce + 1 == NextNonce)
            NextNonce = slot.Nonce;
    }
}
