using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution;

/// <summary>How an account's submitting went so far; a snapshot.</summary>
public sealed record SubmissionFigures
{
    public required AccountMode Mode { get; init; }

    /// <summary>The newest head that it has looked at whole: fees are of this block.</summary>
    public required ulong HeadNumber { get; init; }

    /// <summary>The lowest nonce of which nothing was released.</summary>
    public required ulong NextNonce { get; init; }

    /// <summary>Orders that left by bytes signed before they were decided.</summary>
    public required long Fired { get; init; }

    /// <summary>Dearer copies sent in the place of one that was out.</summary>
    public required long Replacements { get; init; }

    /// <summary>Cancels sent.</summary>
    public required long Cancels { get; init; }

    /// <summary>The same bytes sent once more.</summary>
    public required long Resends { get; init; }

    /// <summary>Orders that waited for cheaper gas, or because others were about to do their work.</summary>
    public required long Waits { get; init; }

    /// <summary>Null where nothing is signed ahead.</summary>
    public required LadderSnapshot? Ladder { get; init; }

    /// <summary>Why nothing was armed when it was last tried; empty where something was, or nothing is signed ahead.</summary>
    public required string LadderTrouble { get; init; }

    /// <summary>Null where pending transactions are not watched.</summary>
    public required MempoolFigures? Mempool { get; init; }
}
