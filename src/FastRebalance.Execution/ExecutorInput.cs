using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution;

/// <summary>What the executor's loop waits for. Whatever takes time runs beside it and comes back as one of these.</summary>
internal abstract record ExecutorInput
{
    /// <summary>The engine orders.</summary>
    public sealed record Ordered(Order Order) : ExecutorInput;

    /// <summary>Orders that may come soon.</summary>
    public sealed record Foreseen(IReadOnlyList<ForeseenOrder> Orders, PortfolioWeights? Weights, double Band) : ExecutorInput;

    /// <summary>Another configuration holds: what was foreseen and signed by the one before is dropped.</summary>
    public sealed record Renewed(PortfolioId Portfolio, TimeSpan MaxHeadAge, Action Done) : ExecutorInput;

    /// <summary>The last look at an order is done.</summary>
    public sealed record Judged(FollowedOrder Order, LookVerdict Verdict, MempoolAdvice? Advice = null, ReadOnlyMemory<byte> Behind = default) : ExecutorInput;

    /// <summary>A signer has answered.</summary>
    public sealed record Signed(FollowedOrder Order, int Attempt, SigningOutcome Outcome, long StartedNs) : ExecutorInput;

    /// <summary>The signer threw against its promise.</summary>
    public sealed record SignerBroke(FollowedOrder Order, int Attempt, string Reason) : ExecutorInput;

    /// <summary>The channels have answered.</summary>
    public sealed record Answered(FollowedOrder Order, int Attempt, ChannelAnswer Answer, long SentNs) : ExecutorInput;

    /// <summary>A head came, or the connection is there again.</summary>
    public sealed record Head : ExecutorInput;

    /// <summary>The connection broke.</summary>
    public sealed record Lost : ExecutorInput;

    /// <summary>A look at the chain is done; null where the node did not answer.</summary>
    public sealed record Looked(LookResult? Result) : ExecutorInput;

    /// <summary>What is under way is not wanted any more: another sender's order goes before it.</summary>
    public sealed record Preempted(string Reason) : ExecutorInput;

    /// <summary>What is pending has changed in a way that may matter.</summary>
    public sealed record Pending(MempoolView View) : ExecutorInput;

    /// <summary>An operator's or a signal's word.</summary>
    public sealed record Killed(KillMode Mode, string Reason) : ExecutorInput;

    /// <summary>Something beside the loop broke that must not.</summary>
    public sealed record Broke(string Reason) : ExecutorInput;

    /// <summary>Something changed that the loop should look at: a stop was asked for.</summary>
    public sealed record Wake : ExecutorInput;
}
