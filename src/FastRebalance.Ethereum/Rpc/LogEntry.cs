using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>One log of a mined transaction.</summary>
public sealed record LogEntry
{
    public required Address Address { get; init; }

    /// <summary>Up to four; the first is the event's signature hash unless the event is anonymous.</summary>
    public required Hash32[] Topics { get; init; }

    public required byte[] Data { get; init; }

    /// <summary>Position within the block.</summary>
    public required uint LogIndex { get; init; }

    public required Hash32 BlockHash { get; init; }

    public required ulong BlockNumber { get; init; }

    public required Hash32 TransactionHash { get; init; }

    /// <summary>The block that held it left the chain.</summary>
    public required bool Removed { get; init; }
}
