using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>What the commands before have left in a router, as far as the calls tell: the last of it.</summary>
internal readonly record struct RouterHolding(AssetId Asset, UInt256 Amount, bool FromSwap)
{
    public static RouterHolding OfSwap(AssetId asset) => new(asset, default, FromSwap: true);

    /// <summary>All of one asset: the amount where it is known, what the effect before brings, or unknown.</summary>
    public (UInt256 Amount, EffectFlags Flags) AllOf(AssetId asset) =>
        asset.IsNone || asset != Asset ? (default, EffectFlags.AmountUnknown)
        : FromSwap ? (default, EffectFlags.Chained)
        : (Amount, EffectFlags.None);
}
