using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Sizing;

/// <summary>What should change hands: so many units of the one asset for the other. How is the router's question.</summary>
public struct Trade
{
    public AssetId Sell;
    public AssetId Buy;

    /// <summary>Base units of <see cref="Sell"/>, rounded down and never more than is held.</summary>
    public UInt256 AmountIn;

    /// <summary>What <see cref="AmountIn"/> is worth at the prices of this pass.</summary>
    public double ValueNumeraire;
}
