using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;

namespace FastRebalance.Hosting;

/// <summary>A pool position that is followed on the chain, as it was found there.</summary>
/// <param name="Asset0">Symbol of the pool's first asset.</param>
/// <param name="Asset1">Of its second.</param>
/// <param name="Pool">The pool; the zero address for a position that was closed already.</param>
public sealed record ResolvedLiquidity(string Asset0, string Asset1, string Pool)
{
    /// <summary>The position manager; empty for pair tokens.</summary>
    public string PositionManager { get; init; } = "";

    /// <summary>The position's number there.</summary>
    public string PositionId { get; init; } = "";

    public int TickLower { get; init; }

    public int TickUpper { get; init; }

    /// <summary>Of a pair: who made it.</summary>
    public string Factory { get; init; } = "";

    /// <summary>Of a pair: whose tokens of it count.</summary>
    public string Holder { get; init; } = "";

    internal FollowedPosition ToFollowed() => PositionId.Length > 0
        ? new ManagedPosition(Address.Parse(PositionManager), UInt256.Parse(PositionId), Address.Parse(Pool), TickLower, TickUpper)
        : new PoolShare(Address.Parse(Pool), Address.Parse(Factory), Address.Parse(Holder));
}
