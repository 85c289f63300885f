using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution;

/// <summary>Drives one lifecycle by hand and tells what it wants in few words: <c>submit 0</c>, <c>report Included 0</c>, <c>look</c>, <c>stop</c>.</summary>
internal sealed class SlotBench
{
    public const ulong Nonce = 7;
    public const long Deadline = 1000;
    public const ulong Gwei = 1_000_000_000;
    public static readonly FeeQuote Market = new(30 * Gwei, Gwei);

    private readonly List<AccountAction> _actions = [];
    private Slot? _slot;

    public SlotBench(int finalDepth = 3, int releaseDepth = 1, int repriceAfter = 3, int resendAfter = 2, ulong maxFee = 200 * Gwei, FeeOptions? fees = null)
    {
        Account = new AccountMachine(
            new AccountTerms { FinalDepth = finalDepth, ReleaseDepth = releaseDepth, RepriceAfterHeads = repriceAfter, ResendAfterHeads = resendAfter },
            new FeePolicy(fees ?? new FeeOptions(), maxFee));
        Account.Open(Nonce, UInt256.MaxValue);
    }

    public AccountMachine Account { get; }

    /// <summary>The slot under test, also after the account has let go of it.</summary>
    public Slot Life => _slot ??= Account.Find(Nonce)!;

    public ulong Head { get; set; } = 100;

    public long Time { get; set; } = 500;

    /// <summary>Started, sent and accepted.</summary>
    public static SlotBench Live(int finalDepth = 3, int releaseDepth = 1, int repriceAfter = 3, int resendAfter = 2, ulong maxFee = 200 * Gwei)
    {
        SlotBench bench = new(finalDepth, releaseDepth, repriceAfter, resendAfter, maxFee);
        Assert.Equal(["submit 0"], bench.Start());
        Assert.Equal(["report Submitted 0"], bench.Answer(0, AnswerClass.Accepted));
        return bench;
    }

    public string[] Start()
    {
        Assert.Equal(BindVerdict.Bound, Account.TryOrder(new SlotOrder(new DecisionId(1, 1), 1, 200_000, Deadline, ulong.MaxValue), Market, _actions));
        Assert.NotNull(Life);
        return Take();
    }

    public string[] Answer(int attempt, AnswerClass answer)
    {
        Account.OnReleased(Nonce, attempt, 1);
        Account.OnAnswer(Nonce, attempt, new ChannelAnswer(answer, "said"), _actions);
        return Take();
    }

    public string[] Unsigned(string reason)
    {
        Account.OnUnsigned(Nonce, reason, _actions);
        return Take();
    }

    /// <summary>A look at the next head.</summary>
    public string[] NextHead(ulong accountNonce = Nonce, MinedFact? mined = null, bool? pooled = true, bool hasMarket = true, byte fork = 0)
    {
        Head++;
        return Look(accountNonce, mined, pooled, hasMarket, fork);
    }

    /// <summary>Another look at the same head.</summary>
    public string[] Look(ulong accountNonce = Nonce, MinedFact? mined = null, bool? pooled = true, bool hasMarket = true, byte fork = 0, bool? reverts = null)
    {
        Account.OnLook(new AccountView
        {
            Head = Head,
            HeadHash = HashOf(Head, fork),
            TimestampSeconds = Time,
            AccountNonce = accountNonce,
            BalanceWei = UInt256.MaxValue,
            Market = hasMarket ? Market : null,
            Slots = [new SlotSight(Nonce, Life.Attempts.Count, mined, pooled, reverts)],
        }, _actions);
        return Take();
    }

    public static MinedFact In(ulong block, int attempt = 0, bool succeeded = true, byte fork = 0) => new(attempt, HashOf(block, fork), block, succeeded);

    public static Hash32 HashOf(ulong block, byte fork)
    {
        byte[] bytes = new byte[Hash32.Length];
        BitConverter.TryWriteBytes(bytes, block);
        bytes[31] = fork;
        return new Hash32(bytes);
    }

    private string[] Take()
    {
        string[] told = [.. _actions.Where(action => action.Kind is not (AccountActionKind.Close or AccountActionKind.CancelPrivately)).Select(Describe)];
        _actions.Clear();
        return told;
    }

    private static string Describe(AccountAction action) => action.Kind switch
    {
        AccountActionKind.Release => $"submit {action.Attempt}",
        AccountActionKind.Report => $"report {action.Status} {action.Attempt}",
        AccountActionKind.LookAgain => "look",
        AccountActionKind.Halt => "stop",
        _ => "nothing",
    };
}
