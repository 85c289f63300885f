using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>
/// One account in a small world that may do to it whatever a real one may: pools that take, drop, refuse and lie, blocks that leave, a signer that is
/// slow, another program on the key, crashes. The same events give the same run. What the executor does with the machine's actions is in the
/// other part.
/// </summary>
/// <remarks>An honest limit of it: a channel that says "no byte left" says the truth, and each send is answered "no byte left" once at most.</remarks>
internal sealed partial class AccountWorld
{
    public const ulong Gwei = 1_000_000_000;
    public const ulong FillGas = 200_000;
    public const ulong CancelGas = 21_000;
    private static readonly FeeQuote UsualMarket = new(30 * Gwei, Gwei);
    private static readonly AnswerClass[] Answers = [.. Enum.GetValues<AnswerClass>().Where(static answer => answer != AnswerClass.None)];

    private readonly WorldSetup _setup;
    private readonly FeePolicy _fees;
    private readonly List<ModelTransaction> _transactions = [];
    private readonly List<Pending> _pending = [];
    private readonly List<AccountAction> _actions = [];
    private List<SlotQuestionOf>? _asked;
    private FeeQuote? _market = UsualMarket;
    private (ulong Number, Hash32 Hash) _final;
    private ulong _decisions;

    /// <summary>What a look began with.</summary>
    private readonly record struct SlotQuestionOf(Slot Slot, int Attempts, uint Released, int Newest);

    public AccountWorld(WorldSetup setup)
    {
        _setup = setup;
        _fees = new FeePolicy(setup.Fees, setup.MaxFeePerGasWei);
        Watch = new AccountWatch(_fees, setup.Terms) { Only = setup.Only };
        Chain.OnFilled = transaction => Watch.OnFilled(transaction, Chain);
        Account = new AccountMachine(setup.Terms, _fees);
        Account.Open(Chain.AccountNonce, BalanceSeen());
        Look(0, false);
    }

    public AccountMachine Account { get; private set; }

    public AccountWatch Watch { get; }

    public ModelChain Chain { get; } = new();

    public ModelLog Log { get; private set; } = new();

    public UInt256 BalanceWei { get; private set; } = (UInt256)(1_000 * Gwei) * Gwei;

    /// <summary>Another program has used the key.</summary>
    public bool HasForeign { get; private set; }

    /// <summary>A block that counted as final has left the chain.</summary>
    public bool HasLostFinality { get; private set; }

    /// <summary>Something has happened that an account may halt for.</summary>
    public bool MayHalt { get; private set; }

    /// <summary>The newest head that the machine was shown in this run of the process.</summary>
    public ulong SeenHead { get; private set; }

    public long SeenSeconds { get; private set; }

    /// <summary>What the account had at that head, in truth.</summary>
    public UInt256 SeenBalanceWei { get; private set; }

    /// <summary>Told which inputs met which states.</summary>
    public InputCoverage? Coverage { get; set; }

    /// <summary>Told what was done, for people.</summary>
    public Action<string>? Trace { get; set; }

    public IReadOnlyList<Pending> Waiting => _pending;

    /// <summary>Orders that were bound and are not told as over.</summary>
    public bool IsQuiet => Account.Slots.Count == 0 && _pending.Count == 0;

    public ModelTransaction? TransactionOf(Attempt attempt) => attempt.Raw.IsEmpty ? null : _transactions[BitConverter.ToInt32(attempt.Raw.Span)];

    public void Apply(in WorldEvent happening)
    {
        (int a, int b) = (happening.A, happening.B);
        switch (happening.Kind)
        {
            case WorldEventKind.Order: Order(a, b); break;
            case WorldEventKind.Arm: Arm(a, b); break;
            case WorldEventKind.Disarm: Disarm(a); break;
            case WorldEventKind.Fire: Fire(a, b); break;
            case WorldEventKind.Void: Void(a); break;
            case WorldEventKind.SpeedUp: SpeedUp(a); break;
            case WorldEventKind.Comes: if (_pending.Count > 0) Comes(a, b); break;
            case WorldEventKind.SaysAgain: SaysAgain(a, b); break;
            case WorldEventKind.Echo: Echo(a); break;
            case WorldEventKind.Blocks: Blocks(1 + (a % 3), b); break;
            case WorldEventKind.Reorg: Reorg(a, b); break;
            case WorldEventKind.BeginLook: _asked = Questions(); break;
            case WorldEventKind.Look: Look(a % 4 == 3 ? 1 : 0, b % 4 == 3); break;
            case WorldEventKind.Gap: MetAll(MachineInput.Gap); Account.OnGap(); break;
            case WorldEventKind.ForeignSeen: ForeignSeen(); break;
            case WorldEventKind.ForeignMined: ForeignMined(); break;
            case WorldEventKind.Kill: Kill((KillMode)((int)KillMode.Soft + (a % 3))); break;
            case WorldEventKind.Drain: MetAll(MachineInput.Drain); Account.Drain(a % 2 == 0); break;
            case WorldEventKind.Balance: BalanceWei = (UInt256)((ulong)(a % 4) * 8_000_000) * Gwei; break;
            case WorldEventKind.Market: _market = a % 5 == 0 ? null : new FeeQuote((20 + ((ulong)(a % 7) * 10)) * Gwei, (1 + ((ulong)a % 3)) * Gwei); break;
            case WorldEventKind.Drop: if (AnyOut(a) is { } dropped) dropped.IsPooled = false; break;
            case WorldEventKind.LogFails: Log.IsBroken = MayHalt = true; break;
            case WorldEventKind.Crash: Restart(a, losesPower: false); break;
            case WorldEventKind.PowerLoss: Restart(a, losesPower: true); break;
            default: break;
        }
        Perform();
        Trace?.Invoke($"{happening.Kind} {a} {b}: {this}");
    }

    /// <summary>From here on everybody is honest and nothing breaks: every decision must come to its end, within so many heads.</summary>
    public void Settle()
    {
        (_market, BalanceWei) = (UsualMarket, (UInt256)(1_000 * Gwei) * Gwei);
        _asked = null;
        // What another program has left behind, a log that is broken and a chain that takes back what was final are a human's to put right.
        if (Log.IsBroken || HasForeign || HasLostFinality)
            return;
        Account.Drain(true);
        int heads = 60 + _setup.Terms.FinalDepth + (8 * Account.Slots.Count);
        for (int i = 0; i < heads && !IsQuiet; i++)
        {
            for (int k = 0; k < 64 && _pending.Count > 0; k++)
                Apply(new WorldEvent(WorldEventKind.Comes, 0, 0));
            Chain.Extend();
            IncludePooled(hasLuck: true);
            Apply(new WorldEvent(WorldEventKind.Look));
            if (Account.Mode is AccountMode.Halt || Log.Kill == KillMode.Cold)
                return;
            DisarmAll();
        }
        Watch.Settled(IsQuiet, $"after {heads} honest heads there are still {Account.Slots.Count} slots and {_pending.Count} answers: {Account.Mode}");
    }

    public override string ToString() =>
        $"{Account.Mode}, chain {Chain.AccountNonce} at {Chain.Head.Number}, next {Account.NextNonce}: "
        + string.Join(", ", Account.Slots.Select(slot => $"{slot.Nonce} {slot.State} [{string.Join(' ', slot.Attempts.Select(DescribeAttempt))}]"));

    private string DescribeAttempt(Attempt attempt) =>
        $"{(attempt.Kind == AttemptKind.Fill ? "F" : "C")}{(attempt.IsReleased ? "out" : attempt.Raw.IsEmpty ? "unsigned" : "ready")}"
        + (TransactionOf(attempt) is { } transaction ? $":{(transaction.IsPooled ? "pooled" : "")}{(transaction.Block is { } block ? $"in {block.Number}" : "")}" : "");

    private void DisarmAll()
    {
        for (int i = Account.Slots.Count - 1; i >= 0; i--)
            if (i < Account.Slots.Count && Account.Slots[i].State == SlotState.Armed)
                Account.Disarm(Account.Slots[i].Nonce, "the run ends", _actions);
        Perform();
    }

    // ---- the chain -------------------------------------------------------------------------------------------------------------

    private void Blocks(int count, int content)
    {
        for (int i = 0; i < count; i++)
        {
            Chain.Extend();
            if (content % 4 == 1)
                IncludePooled(hasLuck: content % 3 != 0);
            else if (content % 4 == 2)
                IncludeAny(content / 4, hasLuck: content % 3 != 0);
            else if (content % 4 == 3)
                IncludePooled(hasLuck: true);
        }
    }

    /// <summary>What a builder takes that reads the pool: at each nonce the dearest.</summary>
    private void IncludePooled(bool hasLuck)
    {
        while (Best(static transaction => transaction.IsPooled && transaction.HasLeft) is { } next)
            Chain.Include(next, hasLuck);
    }

    private ModelTransaction? Best(Func<ModelTransaction, bool> takes)
    {
        ModelTransaction? best = null;
        foreach (ModelTransaction transaction in Chain.OfNonce(Chain.AccountNonce))
            if (takes(transaction) && (best is null || transaction.Fees.MaxFeePerGasWei > best.Fees.MaxFeePerGasWei))
                best = transaction;
        return best;
    }

    /// <summary>Anything whose bytes somebody may have, whatever a pool says.</summary>
    private void IncludeAny(int which, bool hasLuck)
    {
        IReadOnlyList<ModelTransaction> there = Chain.OfNonce(Chain.AccountNonce);
        int possible = 0;
        foreach (ModelTransaction transaction in there)
            possible += transaction.MayBeMined ? 1 : 0;
        if (possible == 0)
            return;
        which %= possible;
        foreach (ModelTransaction transaction in there)
            if (transaction.MayBeMined && which-- == 0)
            {
                Chain.Include(transaction, hasLuck);
                return;
            }
    }

    private void Reorg(int a, int b)
    {
        // Most are shallow, as in life; none is deeper than 64.
        int depth = a % 8 == 7 ? 1 + (a / 8 % 64) : 1 + (a % 3);
        depth = Math.Min(depth, Chain.Length - 1);
        MayHalt |= depth > _setup.Terms.FinalDepth;
        HasLostFinality |= depth > _setup.Terms.FinalDepth;
        Chain.Leave(depth, returnsToPool: b % 2 == 0);
        Blocks(Math.Max(1, depth + (b % 3) - 1), b / 4);
    }

    // ---- looks -----------------------------------------------------------------------------------------------------------------

    private List<SlotQuestionOf> Questions()
    {
        List<SlotQuestionOf> questions = [];
        foreach (Slot slot in Account.Slots)
        {
            if (!slot.IsOut && slot.Mined is null)
                continue;
            uint released = 0;
            int newest = -1;
            for (int i = 0; i < slot.Attempts.Count; i++)
                if (slot.Attempts[i].IsReleased)
                {
                    released |= 1u << i;
                    newest = i;
                }
            questions.Add(new SlotQuestionOf(slot, slot.Attempts.Count, released, newest));
        }
        return questions;
    }

    /// <summary>One look: what was asked about may be older than what is answered, and the node may be behind.</summary>
    private void Look(int behind, bool reverts)
    {
        // The word of a shot is in the inbox before its bytes are anywhere.
        HearShots();
        Perform();
        List<SlotQuestionOf> questions = _asked ?? Questions();
        _asked = null;
        ModelBlock head = Chain.HeadBehind(behind);
        List<SlotSight> sights = new(questions.Count);
        foreach (SlotQuestionOf question in questions)
            sights.Add(SightOf(in question, head, reverts));
        foreach (Slot slot in Account.Slots)
            Met(InputOf(slot, sights, head), slot);
        bool lostFinal = IsFinalLost(head);
        MayHalt |= lostFinal;
        (SeenHead, SeenSeconds, SeenBalanceWei) = (head.Number, head.UnixSeconds, BalanceWei);
        Account.OnLook(new AccountView
        {
            Head = head.Number,
            HeadHash = head.Hash,
            TimestampSeconds = head.UnixSeconds,
            AccountNonce = head.NonceAfter,
            BalanceWei = BalanceSeen(),
            Market = _market,
            LostFinalBlock = lostFinal,
            Slots = sights,
        }, _actions);
        Perform();
    }

    private SlotSight SightOf(in SlotQuestionOf question, ModelBlock head, bool reverts)
    {
        Slot slot = question.Slot;
        for (int i = question.Attempts - 1; i >= 0; i--)
            if ((question.Released & (1u << i)) != 0 && TransactionOf(slot.Attempts[i]) is { Block: { } block } mined && block.Number <= head.Number)
                return new SlotSight(slot.Nonce, question.Attempts, new MinedFact(
                    i, block.Hash, block.Number, mined.Succeeded || _setup.Flaw == WorldFlaw.RevertReadAsSuccess));
        if (slot.IsSettled || question.Newest < 0)
            return new SlotSight(slot.Nonce, question.Attempts);
        bool pooled = TransactionOf(slot.Attempts[question.Newest]) is { IsPooled: true };
        return new SlotSight(slot.Nonce, question.Attempts, null, pooled, slot.State == SlotState.Live && !pooled ? reverts : null);
    }

    private static MachineInput InputOf(Slot slot, List<SlotSight> sights, ModelBlock head)
    {
        foreach (SlotSight sight in sights)
            if (sight.Nonce == slot.Nonce && sight.Mined is not null)
                return MachineInput.HeadWithIt;
        return head.NonceAfter > slot.Nonce ? MachineInput.HeadNonceConsumed : MachineInput.HeadWithoutIt;
    }

    private bool IsFinalLost(ModelBlock head)
    {
        if (_final.Number != 0 && Chain.At(_final.Number) is { } same && same.Hash != _final.Hash)
            return true;
        ulong depth = (ulong)_setup.Terms.FinalDepth;
        if (head.Number >= depth && Chain.At(head.Number - depth) is { } final && final.Number > _final.Number)
            _final = (final.Number, final.Hash);
        return false;
    }

    private UInt256 BalanceSeen() => _setup.Flaw == WorldFlaw.BalanceInflated ? BalanceWei * (UInt256)10 : BalanceWei;

    // ---- others ----------------------------------------------------------------------------------------------------------------

    private void ForeignSeen()
    {
        HasForeign = MayHalt = true;
        MetAll(MachineInput.Foreign);
        Account.OnForeign(Foreign(Account.NextNonce).Hash, _actions);
    }

    private void ForeignMined()
    {
        HasForeign = MayHalt = true;
        Chain.Extend();
        Chain.Include(Foreign(Chain.AccountNonce), hasLuck: true);
    }

    private ModelTransaction Foreign(ulong nonce)
    {
        ModelTransaction foreign = new(_transactions.Count)
        {
            Nonce = nonce, Kind = AttemptKind.Fill, Decision = new DecisionId(9, (ulong)_transactions.Count + 1), Fees = UsualMarket, IsForeign = true, HasLeft = true,
        };
        _transactions.Add(foreign);
        Chain.Add(foreign);
        return foreign;
    }

    private void Kill(KillMode mode)
    {
        if (Log.IsBroken)
        {
            Account.Halt("the kill switch could not be written down", _actions);
            return;
        }
        if (mode > Log.Kill)
            Log.Kill = mode;
        MetAll(MachineInput.Kill);
        Account.Kill(mode, _actions);
    }

    private void Void(int which)
    {
        if (AnySlot(which) is not { } slot)
            return;
        Met(MachineInput.Void, slot);
        Account.Void(slot.Nonce, "not wanted", _actions);
    }

    private void SpeedUp(int which)
    {
        if (AnySlot(which) is not { } slot)
            return;
        Met(MachineInput.SpeedUp, slot);
        Account.SpeedUp(slot.Nonce, "others offer more", _actions);
    }

    private void Met(MachineInput input, Slot slot) => Coverage?.Note(slot.State, input);

    private void MetAll(MachineInput input)
    {
        if (Coverage is null)
            return;
        foreach (Slot slot in Account.Slots)
            Met(input, slot);
    }

    private Slot? AnySlot(int which) => Account.Slots.Count == 0 ? null : Account.Slots[which % Account.Slots.Count];

    private ModelTransaction? AnyOut(int which)
    {
        if (AnySlot(which) is not { } slot || slot.Attempts.Count == 0)
            return null;
        return TransactionOf(slot.Attempts[which / 8 % slot.Attempts.Count]) is { MayBeMined: true } transaction ? transaction : null;
    }

    private void Echo(int which)
    {
        if (AnySlot(which) is not { } slot || AnyOut(which) is not { } transaction)
            return;
        (transaction.HasLeft, transaction.IsPooled) = (true, true);
        Met(MachineInput.Echo, slot);
        Account.OnEcho(slot.Nonce, which / 8 % slot.Attempts.Count, _actions);
    }
}
