using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;

namespace FastRebalance.UnitTests.Execution;

/// <summary>Drives one lifecycle by hand and tells what it wants in few words: <c>submit 0</c>, <c>report Included 0</c>, <c>look</c>, <c>stop</c>.</summary>
internal sealed class LifecycleBench
{
    public const ulong Nonce = 7;
    public const long Deadline = 1000;
    public const ulong Gwei = 1_000_000_000;
    public static readonly FeeQuote Market = new(30 * Gwei, Gwei);

    private readonly List<LifecycleAction> _actions = [];

    public LifecycleBench(int finalDepth = 3, int releaseDepth = 1, int repriceAfter = 3, int resendAfter = 2, ulong maxFee = 200 * Gwei, FeeOptions? fees = null) =>
        Life = new OrderLifecycle(
            new LifecycleOptions(finalDepth, releaseDepth, repriceAfter, resendAfter), new FeePolicy(fees ?? new FeeOptions(), maxFee), Nonce, Deadline);

    public OrderLifecycle Life { get; }

    public ulong Head { get; set; } = 100;

    public long Time { get; set; } = 500;

    /// <summary>Started, sent and accepted.</summary>
    public static LifecycleBench Live(int finalDepth = 3, int releaseDepth = 1, int repriceAfter = 3, int resendAfter = 2, ulong maxFee = 200 * Gwei)
    {
        LifecycleBench bench = new(finalDepth, releaseDepth, repriceAfter, resendAfter, maxFee);
        Assert.Equal(["submit 0"], bench.Start());
        Assert.Equal(["report Submitted 0"], bench.Answer(0, AnswerClass.Accepted));
        return bench;
    }

    public string[] Start()
    {
        Life.Start(Market, _actions);
        return Take();
    }

    public string[] Answer(int attempt, AnswerClass answer)
    {
        Life.OnAnswer(attempt, new ChannelAnswer(answer, "said"), _actions);
        return Take();
    }

    public string[] Abandon(string reason)
    {
        Life.Abandon(reason, _actions);
        return Take();
    }

    /// <summary>A look at the next head.</summary>
    public string[] NextHead(ulong accountNonce = Nonce, MinedFact? mined = null, bool? pooled = true, bool hasMarket = true, byte fork = 0)
    {
        Head++;
        return Look(accountNonce, mined, pooled, hasMarket, fork);
    }

    /// <summary>Another look at the same head.</summary>
    public string[] Look(ulong accountNonce = Nonce, MinedFact? mined = null, bool? pooled = true, bool hasMarket = true, byte fork = 0)
    {
        Life.OnView(new ChainView
        {
            Head = Head,
            HeadHash = HashOf(Head, fork),
            TimestampSeconds = Time,
            AccountNonce = accountNonce,
            Mined = mined,
            IsPooled = pooled,
            Market = hasMarket ? Market : null,
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
        string[] told = [.. _actions.Select(Describe)];
        _actions.Clear();
        return told;
    }

    private static string Describe(LifecycleAction action) => action.Kind switch
    {
        LifecycleActionKind.Submit => $"submit {action.Attempt}",
        LifecycleActionKind.Report => $"report {action.Status} {action.Attempt}",
        LifecycleActionKind.LookAgain => "look",
        LifecycleActionKind.StopTrading => "stop",
        _ => "nothing",
    };
}
