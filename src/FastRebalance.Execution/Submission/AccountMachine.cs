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
    // Rungs that were withdrawn: a shot may have been quicker than the withdrawal, and its word comes after it.
    private readonly SortedList<ulong, Slot> _withdrawn = [];
    private ulong _chainNonce;
    private ulong _head;
    private long _headSeconds;
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

    /// <summary>Most that everything out may still cost, and everything armed once it is fired.</summary>
    public UInt256 ExposureWei => Exposure(countsArmed: true);

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
    /// <param name="firstUnused">
    /// The first nonce above all on which the log says that anything was ever released: a node that is behind must not make it be used anew. 0 for
    /// a new log.
    /// </param>
    public void Open(ulong chainNonce, in UInt256 balanceWei, ulong firstUnused = 0)
    {
        _chainNonce = chainNonce;
        _balanceWei = balanceWei;
        NextNonce = Math.Max(chainNonce, firstUnused);
        if (_slots.Count > 0)
            NextNonce = Math.Max(NextNonce, _slots.Keys[^1] + 1);
        if (MissingNonce() is { } missing)
            HaltReason = $"nonce {missing} is in no log and one above it is out: restore the whole log from one copy, or fill the nonce by hand";
        else if (_slots.Count > 0 && chainNonce > Math.Max(firstUnused, _slots.Keys[^1] + 1))
            HaltReason = $"the account's nonce is {chainNonce} and the log's last one is {_slots.Keys[^1]}: another program uses the key, or the log is an older copy";
        _isOpen = true;
    }

    /// <summary>A slot as the log of an earlier run has it; before <see cref="Open"/>.</summary>
    public void Restore(ulong nonce, in SlotOrder order, ReadOnlySpan<Attempt> attempts)
    {
        Slot slot = new(terms, fees, nonce, order);
        slot.Restore(attempts);
        _slots.Add(nonce, slot);
        if (slot.State != SlotState.Armed)
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
        // What is armed makes room for it, so that it counts for nothing here. Only the hot table knows whether a shot was quicker: where it was, the
        // account is halted before the release is performed.
        BindVerdict verdict = MayBind(in order, offer.MaxFeePerGasWei, countsArmed: false);
        if (verdict != BindVerdict.Bound)
            return verdict;
        DisarmAll("an order comes that nothing was armed for", actions);
        Slot slot = Bind(in order);
        Remember(order.Decision);
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
        BindVerdict verdict = MayBind(in order, dearest, countsArmed: true);
        if (verdict == BindVerdict.Bound)
            Bind(in order).Arm(rungs);
        return verdict;
    }

    /// <summary>
    /// The rungs of a nonce are withdrawn, and with them all that are armed above it, which would lie over a gap. Where the hot table then says that a
    /// shot was quicker, <c>OnFired</c> is called before anything else, lowest nonce first.
    /// </summary>
    public void Disarm(ulong nonce, string reason, List<AccountAction> actions)
    {
        if (Find(nonce) is { State: SlotState.Armed })
            DisarmFrom(nonce, reason, actions);
    }

    /// <summary>All rungs are withdrawn.</summary>
    public void DisarmAll(string reason, List<AccountAction> actions) => DisarmFrom(0, reason, actions);

    /// <summary>
    /// The trigger has fired a rung: it was armed before, and the log has the word. A withdrawal that the shot outran is taken back.
    /// </summary>
    public void OnFired(ulong nonce, int attempt, ulong orderId, int channels, List<AccountAction> actions)
    {
        TakeBack(nonce);
        if (Find(nonce) is not { State: SlotState.Armed } slot)
        {
            Halt($"a rung of nonce {nonce} fired that was not armed: the hot table and the account disagree", actions);
            return;
        }
        // Whatever else is wrong, its bytes are out: it is followed.
        slot.OnFired(attempt, orderId, channels);
        Remember(slot.Order.Decision);
        if (IsUnfilledBelow(nonce))
            Halt($"a rung of nonce {nonce} fired that was not the lowest: the hot table and the account disagree", actions);
        else if (RuleOf(slot) == ReleaseRule.CancelsOnly)
            slot.Bury("the kill switch is down", ReleaseRule.CancelsOnly, actions); // it came down between the trigger and this word of it
    }

    /// <summary>As <see cref="OnFired(ulong, int, ulong, int, List{AccountAction})"/>, with the rungs that the trigger chose from: the fired one first.</summary>
    public void OnFired(ulong nonce, in SlotOrder order, ReadOnlySpan<Attempt> rungs, List<AccountAction> actions)
    {
        TakeBack(nonce);
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
        Find(nonce) is { } slot && !IsGapBelow(nonce) && (slot.IsOut || nonce >= _chainNonce) && slot.Wants(attempt, RuleOf(slot), _head, _headSeconds);

    /// <summary>The log has the word and the bytes are being written; so many answers will come.</summary>
    public void OnReleased(ulong nonce, int attempt, int answers) => Find(nonce)?.OnReleased(attempt, answers);

    /// <summary>A cancel that was laid by is about to leave, whatever the account may do else: with what is known of it the chain's word is understood.</summary>
    public void OnReserveTaken(ulong nonce, Attempt cancel) => Find(nonce)?.Adopt(cancel);

    /// <summary>An attempt could not be signed or logged, or was not wanted any more when it was.</summary>
    /// <param name="nonce">Of which slot.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="actions">What follows from it.</param>
    /// <param name="attempt">Which; -1: the oldest that is waited for, which is right where one signature at most is.</param>
    public void OnUnsigned(ulong nonce, string reason, List<AccountAction> actions, int attempt = -1)
    {
        if (Find(nonce) is not { } slot)
            return;
        slot.OnUnsigned(attempt, reason, MayBeFreed(slot), actions);
        DisarmAboveUnsent(slot, actions);
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
        slot.OnAnswer(attempt, in answer, RuleOf(slot), MayBeFreed(slot), actions);
        HoldToHalts(actions, before);
        DisarmAboveUnsent(slot, actions);
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
        (_chainNonce, _balanceWei) = (view.AccountNonce, view.BalanceWei);
        (_head, _headSeconds) = (view.Head, view.TimestampSeconds);
        int before = actions.Count;
        for (int i = 0; i < _slots.Count; i++)
            Look(_slots.Values[i], view, actions);
        HoldToHalts(actions, before);
        for (int i = _slots.Count - 1; i >= 0; i--)
            Tidy(_slots.Values[i]);
        DisarmExpired(actions);
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
        DisarmAll("the kill switch is down", actions);
        if (mode != KillMode.Hard || !_isOpen)
            return; // what a restart finds is buried at the first look
        foreach (Slot slot in _slots.Values)
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
        DisarmAll(reason, actions);
        actions.Add(AccountAction.Halt(reason));
    }

    // ---- workings ------------------------------------------------------------------------------------------------------------

    private ulong? LowestSuspect
    {
        get
        {
            foreach (Slot slot in _slots.Values)
                if (slot.IsUnaccounted)
                    return slot.Nonce;
            return null;
        }
    }

    // The first byte of a decision is a new decision to everybody outside.
    private ReleaseRule RuleOf(Slot slot) =>
        HaltReason is not null || KillMode == KillMode.Cold ? ReleaseRule.Nothing
        : LowestSuspect is { } suspect && slot.Nonce > suspect ? ReleaseRule.Nothing
        : KillMode == KillMode.Hard || (KillMode == KillMode.Soft && !slot.IsOut) ? ReleaseRule.CancelsOnly
        : ReleaseRule.Everything;

    private BindVerdict MayBind(in SlotOrder order, ulong maxFeePerGasWei, bool countsArmed) =>
        Mode != AccountMode.Run || IsUnsentBelow() || IsUnfollowedBelow() ? BindVerdict.NotRunning
        : Unsettled + (countsArmed ? Armed : 0) >= terms.MaxLive ? BindVerdict.TooManyLive
        : order.Decision.IsNone || IsKnown(order.Decision) ? BindVerdict.DecisionKnown
        : order.IsExpired(_head, _headSeconds) ? BindVerdict.Expired
        : !Covers(maxFeePerGasWei, order.GasLimit, countsArmed) ? BindVerdict.TooDear
        : BindVerdict.Bound;

    private bool Covers(ulong maxFeePerGasWei, ulong gasLimit, bool countsArmed) =>
        UInt256.TryMultiply(maxFeePerGasWei, gasLimit, out UInt256 cost)
        && UInt256.TryAdd(Exposure(countsArmed), cost, out UInt256 all)
        && all <= UInt256.Min(_balanceWei, terms.AccountCapWei);

    private UInt256 Exposure(bool countsArmed)
    {
        UInt256 sum = UInt256.Zero;
        foreach (Slot slot in _slots.Values)
            if (countsArmed || slot.State != SlotState.Armed)
                sum = UInt256.TryAdd(sum, slot.ExposureWei, out UInt256 more) ? more : UInt256.MaxValue;
        return sum;
    }

    // A decision that was only armed is not remembered once it is disarmed: nothing of it ever left, and it may be armed anew.
    private bool IsKnown(DecisionId decision)
    {
        foreach (Slot slot in _slots.Values)
            if (slot.Order.Decision == decision)
                return true;
        return _decisions.Contains(decision);
    }

    private int Armed
    {
        get
        {
            int count = 0;
            foreach (Slot slot in _slots.Values)
                if (slot.State == SlotState.Armed)
                    count++;
            return count;
        }
    }

    private Slot Bind(in SlotOrder order)
    {
        Slot slot = new(terms, fees, NextNonce, order);
        _withdrawn.Remove(NextNonce);
        _slots.Add(NextNonce++, slot);
        return slot;
    }

    // The withdrawal came too late.
    private void TakeBack(ulong nonce)
    {
        if (nonce == NextNonce && _withdrawn.Remove(nonce, out Slot? withdrawn))
            _slots.Add(NextNonce++, withdrawn);
    }

    // From the top: each leaves the next one the newest.
    private void DisarmFrom(ulong lowest, string reason, List<AccountAction> actions)
    {
        for (int i = _slots.Count - 1; i >= 0 && _slots.Values[i] is { State: SlotState.Armed } armed && armed.Nonce >= lowest; i--)
        {
            _slots.RemoveAt(i);
            _withdrawn[armed.Nonce] = armed;
            NextNonce = armed.Nonce;
            actions.Add(AccountAction.Disarm(armed.Nonce, reason));
        }
    }

    // What lies over a nonce that has lost its last byte must not fire before a cancel fills it.
    private void DisarmAboveUnsent(Slot slot, List<AccountAction> actions)
    {
        if (!slot.IsClosed && !slot.IsOut)
            DisarmFrom(slot.Nonce + 1, $"nonce {slot.Nonce} below it has nothing out any more", actions);
    }

    // Halted, nobody knows what lies above: a nonce that the log has seen leave stays in the log, and the next run fills it.
    private bool MayBeFreed(Slot slot) => slot.Nonce + 1 == NextNonce && (HaltReason is null || !slot.WasReleased);

    private bool IsGapBelow(ulong nonce)
    {
        foreach (Slot slot in _slots.Values)
            if (slot.Nonce < nonce && slot.Nonce >= _chainNonce && !slot.IsOut && slot.Mined is null)
                return true;
        return false;
    }

    private bool IsUnfilledBelow(ulong nonce)
    {
        foreach (Slot slot in _slots.Values)
            if (slot.Nonce < nonce && slot.State == SlotState.Armed)
                return true;
        return false;
    }

    /// <summary>A decision waits for its first byte: nothing is bound above it, for it may still come to nothing and leave a gap.</summary>
    private bool IsUnsentBelow()
    {
        foreach (Slot slot in _slots.Values)
            if (slot.State != SlotState.Armed && !slot.IsOut && slot.Mined is null)
                return true;
        return false;
    }

    /// <summary>
    /// The chain has yet to consume a nonce that is closed here: the node is behind, or a block that was final has left. Nothing would fill it.
    /// </summary>
    private bool IsUnfollowedBelow()
    {
        ulong followed = 0;
        foreach (Slot slot in _slots.Values)
            if (slot.Nonce >= _chainNonce)
                followed++;
        return NextNonce > _chainNonce && NextNonce - _chainNonce > followed;
    }

    private ulong? MissingNonce()
    {
        for (int i = 1; i < _slots.Count; i++)
            if (_slots.Keys[i] != _slots.Keys[i - 1] + 1)
                return _slots.Keys[i - 1] + 1;
        return null;
    }

    private void DisarmExpired(List<AccountAction> actions)
    {
        foreach (Slot slot in _slots.Values)
            if (slot.State == SlotState.Armed && slot.Order.IsExpired(_head, _headSeconds))
            {
                DisarmFrom(slot.Nonce, "its deadline is past", actions);
                return;
            }
    }

    private void Look(Slot slot, AccountView view, List<AccountAction> actions)
    {
        if (TrySight(view, slot.Nonce, out SlotSight sight))
        {
            int unechoed = slot.AcksWithoutEcho;
            slot.OnLook(in sight, view, RuleOf(slot), actions);
            AcksWithoutEcho += slot.AcksWithoutEcho - unechoed;
        }
        else if (!slot.IsOut && slot.State != SlotState.Armed)
        {
            slot.OnHead(view, RuleOf(slot), MayBeFreed(slot), actions);
        }
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

    /// <summary>The account moved past everything that was ever released here.</summary>
    private void Audit(List<AccountAction> actions)
    {
        if (_chainNonce > NextUnreleased)
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
        for (int i = actions.Count - 1; i >= from; i--)
            if (actions[i].Kind == AccountActionKind.Release)
                actions.RemoveAt(i);
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
