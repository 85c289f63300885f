using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>A transaction as the node tells it, mined or not.</summary>
public sealed record NodeTransaction
{
    public required Hash32 Hash { get; init; }

    public required Address From { get; init; }

    /// <summary>Null for a contract creation.</summary>
    public required Address? To { get; init; }

    public required ulong Nonce { get; init; }

    /// <summary>EIP-2718 type; 0 for a legacy transaction.</summary>
    public required byte Type { get; init; }

    public required ulong GasLimit { get; init; }

    public required UInt256 ValueWei { get; init; }

    public required byte[] Input { get; init; }

    /// <summary>The legacy gas price where the type has no fee cap.</summary>
    public required UInt256 MaxFeePerGasWei { get; init; }

    /// <summary>The legacy gas price where the type has no tip.</summary>
    public required UInt256 MaxPriorityFeePerGasWei { get; init; }

    /// <summary>Null while pending.</summary>
    public required Hash32? BlockHash { get; init; }

    /// <summary>Null while pending.</summary>
    public required ulong? BlockNumber { get; init; }
}

/// <summary>A transaction that entered the node's pool.</summary>
/// <param name="Hash">Names the transaction.</param>
/// <param name="Body">Null when the node pushes hashes only.</param>
public readonly record struct PendingTransaction(Hash32 Hash, NodeTransaction? Body);
