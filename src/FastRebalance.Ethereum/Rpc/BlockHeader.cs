using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>What the rest of the house needs of a block.</summary>
public sealed record BlockHeader
{
    public required ulong Number { get; init; }

    public required Hash32 Hash { get; init; }

    public required Hash32 ParentHash { get; init; }

    public required long TimestampSeconds { get; init; }

    /// <summary>Zero on a chain without EIP-1559.</summary>
    public required ulong BaseFeePerGasWei { get; init; }

    public required ulong GasUsed { get; init; }

    public required ulong GasLimit { get; init; }
}
