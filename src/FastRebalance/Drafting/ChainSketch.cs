using FastRebalance.Core.Assets;

namespace FastRebalance.Drafting;

/// <summary>What a node was found to hold for a desk that is about to be set up.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Tokens">Tokens with a pool; the numeraire and the chain's wrapped coin first where they are known.</param>
/// <param name="Pools">Pools between them.</param>
/// <param name="Router">Uniswap's SwapRouter02; null where none is known.</param>
/// <param name="Source">Where it was looked, for people.</param>
public sealed record ChainSketch(ulong ChainId, IReadOnlyList<SketchedToken> Tokens, IReadOnlyList<SketchedPool> Pools, Address? Router, string Source);
