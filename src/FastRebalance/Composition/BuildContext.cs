using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Composition;

/// <summary>What a plug-in may know of the configuration when it is built.</summary>
/// <param name="Symbols">Symbols of the assets, in order.</param>
/// <param name="Numeraire">The asset that prices are in; it is also the cash.</param>
public sealed record BuildContext(List<string> Symbols, AssetId Numeraire)
{
    public int AssetCount => Symbols.Count;

    /// <summary>The tier that the plug-in is built for: a safety band must never widen.</summary>
    public PolicyTier Tier { get; init; } = PolicyTier.Economic;

    /// <summary>What every sizer keeps to.</summary>
    public SizingConstraints Constraints { get; init; } = new(Symbols.Count);
}
