using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Positions;

/// <summary>What lies on the two sides of a pool, in base units.</summary>
/// <param name="Amount0">Of the pool's first asset.</param>
/// <param name="Amount1">Of the second.</param>
public readonly record struct TokenAmounts(UInt256 Amount0, UInt256 Amount1);
