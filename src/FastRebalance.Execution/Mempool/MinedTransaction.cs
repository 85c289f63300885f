using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>A transaction of a block, in the block's order.</summary>
public readonly record struct MinedTransaction(Hash32 Hash, Address Sender, Address To, ulong Nonce, UInt256 MaxFeePerGasWei, UInt256 TipPerGasWei);
