using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>What never changes about a pool, as its contract tells it.</summary>
/// <param name="Kind">Name of the <see cref="PoolKind"/>.</param>
/// <param name="Address">The pool's contract.</param>
/// <param name="Token0">The token with the lower address.</param>
/// <param name="Token1">The token with the higher address.</param>
/// <param name="FeePips">Fee on the input in millionths: 3000 is 0.3 %.</param>
/// <param name="TickSpacing">Distance of usable ticks; 0 for a pool without ticks.</param>
public sealed record PoolFacts(string Kind, Address Address, Address Token0, Address Token1, uint FeePips, int TickSpacing = 0)
{
    public const uint PipsPerUnit = 1_000_000;
}
