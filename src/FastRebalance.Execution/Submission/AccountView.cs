using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Submission;

/// <summary>
/// What one look at the chain showed. The nonce is read before the receipts, so "consumed, and not by one of ours" cannot be a race.
/// </summary>
internal sealed record AccountView
{
    public required ulong Head { get; init; }

    public required Hash32 HeadHash { get; init; }

    public required long TimestampSeconds { get; init; }

    /// <summary>The account's next nonce at that head.</summary>
    public required ulong AccountNonce { get; init; }

    public required UInt256 BalanceWei { get; init; }

    /// <summary>What a new transaction would offer; null while the base fee is above the bound.</summary>
    public FeeQuote? Market { get; init; }

    /// <summary>A block that was final is not on the chain any more.</summary>
    public bool LostFinalBlock { get; init; }

    /// <summary>One per slot that was looked for.</summary>
    public IReadOnlyList<SlotSight> Slots { get; init; } = [];
}

/// <summary>What a look showed of one slot.</summary>
/// <param name="Nonce">The slot.</param>
/// <param name="Attempts">How many attempts it had when the look began: what it has got since was not looked for.</param>
/// <param name="Mined">The attempt that is in a canonical block; null for none.</param>
/// <param name="IsPooled">Whether the node knows the newest attempt; null where it was not asked.</param>
/// <param name="WouldRevert">The fill was tried on the head and reverts; null where it was not tried.</param>
internal readonly record struct SlotSight(ulong Nonce, int Attempts, MinedFact? Mined = null, bool? IsPooled = null, bool? WouldRevert = null);

/// <summary>An attempt in a block.</summary>
internal readonly record struct MinedFact(int Attempt, Hash32 BlockHash, ulong BlockNumber, bool Succeeded);
