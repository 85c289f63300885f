using FastRebalance.Core.Assets;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>Drives one account by hand, several nonces at a time, and tells what it wants in few words.</summary>
internal sealed class AccountBench
{
    public const ulong First = 7;
    public const ulong Gwei = 1_000_000_000;
    public const ulong Gas = 200_000;
    public static readonly FeeQuote Market = new(30 * Gwei, Gwei);
    private readonly List<AccountAction> _actions = [];

    public AccountBench(AccountTerms? terms = null, ulong maxFee = 200 * Gwei, bool isOpen = true)
    {
        Account = new AccountMachine(
            terms ?? new AccountTerms { FinalDepth = 3, ReleaseDepth = 1, RepriceAfterHeads = 10, MaxLive = 3 }, new FeePolicy(new FeeOptions(), maxFee));
        if (isOpen)
            Account.Open(First, UInt256.MaxValue);
    }

    public AccountMachine Account { get; }

    public ulong Head { get; set; } = 100;

    public long Time { get; set; } = 500;

    public UInt256 BalanceWei { get; set; } = UInt256.MaxValue;

    public static SlotOrder OrderOf(ulong decision, ulong maxBlock = ulong.MaxValue) => new(new DecisionId(1, decision), decision, Gas, long.MaxValue, maxBlock);

    public static Attempt Rung(AttemptKind kind, ulong gwei, bool isOut = false) => new(kind, new FeeQuote(gwei * Gwei, gwei * Gwei / 30))
    {
        Hash = SlotBench.HashOf(gwei, 9), Raw = new byte[] { 1 }, IsArmed = true, MayBeOut = isOut,
    };

    public BindVerdict TryOrder(ulong decision, ulong maxBlock = ulong.MaxValue) => Account.TryOrder(OrderOf(decision, maxBlock), Market, _actions);

    /// <summary>Bound, signed, let go and taken by a pool.</summary>
    public ulong Live(ulong decision)
    {
        ulong nonce = Account.NextNonce;
        Assert.Equal(BindVerdict.Bound, TryOrder(decision));
        Assert.True(LetGo(nonce, 0));
        Says(nonce, 0, AnswerClass.Accepted);
        return nonce;
    }

    public BindVerdict TryArm(ulong decision, params ReadOnlySpan<ulong> gwei)
    {
        List<Attempt> rungs = [];
        foreach (ulong price in gwei)
            rungs.Add(Rung(AttemptKind.Fill, price));
        return Account.TryArm(OrderOf(decision), rungs.ToArray(), Account.NextNonce);
    }

    /// <summary>What the executor does with signed bytes.</summary>
    public bool LetGo(ulong nonce, int attempt)
    {
        if (!Account.MayRelease(nonce, attempt))
            return false;
        Account.Find(nonce)!.Attempts[attempt].Raw = new byte[] { 1 };
        Account.OnReleased(nonce, attempt, 1);
        return true;
    }

    public string[] Says(ulong nonce, int attempt, AnswerClass answer)
    {
        Account.OnAnswer(nonce, attempt, new ChannelAnswer(answer, ""), _actions);
        return Take();
    }

    public string[] Unsigned(ulong nonce, int attempt)
    {
        Account.OnUnsigned(nonce, "the signer is away", _actions, attempt);
        return Take();
    }

    public string[] Fired(ulong nonce, int rung)
    {
        Account.OnFired(nonce, rung, 99, 1, _actions);
        return Take();
    }

    public string[] Kill(KillMode mode)
    {
        Account.Kill(mode, _actions);
        return Take();
    }

    public string[] Do(Action<AccountMachine, List<AccountAction>> what)
    {
        what(Account, _actions);
        return Take();
    }

    /// <summary>A look at the next head: of what is out, nothing is pooled unless said.</summary>
    public string[] NextHead(ulong accountNonce = First, bool? pooled = null, byte fork = 0, params (ulong Nonce, int Attempt)[] mined)
    {
        Head++;
        List<SlotSight> sights = [];
        foreach (Slot slot in Account.Slots)
            if (slot.IsOut || slot.Mined is not null)
                sights.Add(new SlotSight(
                    slot.Nonce, slot.Attempts.Count,
                    mined.Where(block => block.Nonce == slot.Nonce).Select(block => (MinedFact?)SlotBench.In(101, block.Attempt, fork: fork)).FirstOrDefault(), pooled));
        Account.OnLook(new AccountView
        {
            Head = Head, HeadHash = SlotBench.HashOf(Head, fork), TimestampSeconds = Time, AccountNonce = accountNonce, BalanceWei = BalanceWei, Market = Market,
            Slots = sights,
        }, _actions);
        return Take();
    }

    public string[] Take()
    {
        string[] told = [.. _actions.Select(Describe).Where(static word => word.Length > 0)];
        _actions.Clear();
        return told;
    }

    private static string Describe(AccountAction action) => action.Kind switch
    {
        AccountActionKind.Release => $"release {action.Nonce}.{action.Attempt}",
        AccountActionKind.Report => $"report {action.Nonce} {action.Status}",
        AccountActionKind.Disarm => $"disarm {action.Nonce}",
        AccountActionKind.Halt => "halt",
        AccountActionKind.Close => $"close {action.Nonce}",
        _ => "",
    };
}
