using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Positions;

/// <summary>What a position's options name on the chain instead of telling its numbers: a Uniswap V3 position, or the pair tokens of a pool.</summary>
/// <param name="Field">Where the options say it, such as <c>liquidity[0]</c>.</param>
/// <param name="Asset">One side of it, whose direction is hedged.</param>
/// <param name="Cash">The other.</param>
/// <param name="PositionId">The number at the position manager; empty for pair tokens.</param>
/// <param name="PositionManager">The manager's address; empty for the one under <c>contracts</c>.</param>
/// <param name="Pool">The pool whose pair tokens count; empty for a position of a manager.</param>
public sealed record FollowedLiquidity(string Field, AssetId Asset, AssetId Cash, string PositionId, string PositionManager, string Pool);
