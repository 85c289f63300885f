namespace FastRebalance.Ethereum.Rpc;

/// <summary>Answer of <c>eth_feeHistory</c>.</summary>
public sealed record FeeHistory
{
    public required ulong OldestBlock { get; init; }

    /// <summary>One per block, oldest first, and one more for the block after the newest.</summary>
    public required ulong[] BaseFeePerGasWei { get; init; }

    /// <summary>One per block: gas used over gas limit.</summary>
    public required double[] GasUsedRatio { get; init; }

    /// <summary>One row per block with one tip per percentile asked for; empty when none was asked for.</summary>
    public required ulong[][] RewardWei { get; init; }
}
