using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>A pending transaction as the pool keeps it, without its call data.</summary>
public struct PendingTransactionView
{
    public Hash32 Hash;
    public Address Sender;
    public ulong Nonce;
    public ulong GasLimit;
    public UInt256 ValueWei;
    public UInt256 MaxFeePerGasWei;
    public UInt256 TipPerGasWei;

    /// <summary>The head when it was seen first.</summary>
    public ulong SeenAtBlock;

    /// <summary>Monotonic time when it was seen first.</summary>
    public long SeenNs;

    public DecodeVerdict Verdict;

    /// <summary>Effects kept beside it.</summary>
    public byte EffectCount;

    /// <summary>One of our own accounts signed it.</summary>
    public bool IsOwn;

    /// <summary>What the block's maker earns per gas; 0 where the fee cap does not reach the base fee.</summary>
    public readonly UInt256 EffectiveTipWei(in UInt256 baseFeeWei) =>
        UInt256.TrySubtract(MaxFeePerGasWei, baseFeeWei, out UInt256 left) ? UInt256.Min(left, TipPerGasWei) : UInt256.Zero;
}
