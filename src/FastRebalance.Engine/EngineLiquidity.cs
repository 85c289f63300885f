using FastRebalance.Core.Assets;

namespace FastRebalance.Engine;

/// <summary>A pool position that is followed on the chain, by the two sides of its pool; its place in the list is what events name it by.</summary>
/// <param name="Asset0">The pool's first asset.</param>
/// <param name="Asset1">Its second.</param>
public sealed record EngineLiquidity(AssetId Asset0, AssetId Asset1);
