using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>What the account's loop waits for. Zero is nothing.</summary>
internal enum PendingKind : byte
{
    None = 0,
    Signature,
    Answer,
    Shot,
}

/// <param name="Kind">What is to come.</param>
/// <param name="Slot">For which slot: the one that asked, whatever holds its nonce by then.</param>
/// <param name="Attempt">For which attempt.</param>
/// <param name="Transaction">The bytes that were sent; null while there are none.</param>
/// <param name="Channels">Answers that follow a shot.</param>
internal sealed record Pending(PendingKind Kind, Slot Slot, int Attempt, ModelTransaction? Transaction = null, int Channels = 1);
