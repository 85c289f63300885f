using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Submission;

/// <summary>One signed form of a decision at its nonce.</summary>
internal sealed class Attempt(AttemptKind kind, FeeQuote fees)
{
    public AttemptKind Kind { get; } = kind;

    public FeeQuote Fees { get; } = fees;

    /// <summary>Zero until signed.</summary>
    public Hash32 Hash { get; set; }

    /// <summary>Empty until signed.</summary>
    public ReadOnlyMemory<byte> Raw { get; set; }

    /// <summary>The log has its bytes, durably.</summary>
    public bool IsArmed { get; set; }

    /// <summary>Answers that are still owed for it.</summary>
    public int Sends { get; set; }

    /// <summary>Somebody else may know the bytes: it may be mined at any time, whatever is said later.</summary>
    public bool MayBeOut { get; set; }

    /// <summary>Released: it counts as known outside until every answer says that no byte left.</summary>
    public bool IsReleased => MayBeOut || Sends > 0;

    /// <summary>It was released at some time: the same bytes again are no new offer.</summary>
    public bool WasReleased { get; set; }

    /// <summary>Its release was asked for and neither done nor refused: while it has no bytes, its signature is on the way.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>A channel said that it has it: evidence, until a pool or a block shows it.</summary>
    public bool WasTaken { get; set; }
}
