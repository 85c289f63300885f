using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>A signed transaction as the write-ahead log keeps it: enough to send it again, and to know what it may still do.</summary>
public sealed record ArmedAttempt
{
    public required ulong Nonce { get; init; }

    public required AttemptKind Kind { get; init; }

    /// <summary>What it serves; none for a cancel of the reserve.</summary>
    public required DecisionId Decision { get; init; }

    public required FeeQuote Fees { get; init; }

    public required ulong GasLimit { get; init; }

    /// <summary>The last block in which it may do anything; <see cref="ulong.MaxValue"/> for no bound.</summary>
    public required ulong MaxBlock { get; init; }

    /// <summary>The last second; <see cref="long.MaxValue"/> for no bound.</summary>
    public required long MaxUnixSeconds { get; init; }

    public required Hash32 Hash { get; init; }

    /// <summary>The signed bytes.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }
}
