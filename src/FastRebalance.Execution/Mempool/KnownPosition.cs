using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>A position of a manager: where its liquidity lies.</summary>
public readonly record struct KnownPosition(PoolId Pool, int TickLower, int TickUpper);
