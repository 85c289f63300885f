using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>A swap that happened, as its pool's log tells it. Amounts in base units, the fee within what went in.</summary>
public readonly record struct LoggedSwap(
    PoolId Pool, AssetId Sell, AssetId Buy, UInt256 AmountIn, UInt256 AmountOut, Hash32 Transaction, uint LogIndex);
