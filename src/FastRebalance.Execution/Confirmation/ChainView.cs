using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Confirmation;

/// <summary>What one look at the chain showed of an order. The nonce is read before the receipts, so "consumed and not by us" cannot be a race.</summary>
internal readonly record struct ChainView
{
    public required ulong Head { get; init; }

    public required Hash32 HeadHash { get; init; }

    public required long TimestampSeconds { get; init; }

    /// <summary>The account's next nonce at the latest block.</summary>
    public required ulong AccountNonce { get; init; }

    /// <summary>The attempt that is in a canonical block; null for none.</summary>
    public MinedFact? Mined { get; init; }

    /// <summary>Whether the node knows the newest attempt; null where it was not asked.</summary>
    public bool? IsPooled { get; init; }

    /// <summary>What a new transaction would offer; null while the base fee is above the bound.</summary>
    public FeeQuote? Market { get; init; }
}

/// <summary>An attempt in a block.</summary>
internal readonly record struct MinedFact(int Attempt, Hash32 BlockHash, ulong BlockNumber, bool Succeeded);
