using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Positions;

/// <summary>
/// Where a position stands. Prices are of <paramref name="Asset"/> in whole tokens of <paramref name="Quote"/>; what there is none of is NaN, or 0 for
/// a price.
/// </summary>
/// <param name="Asset">Whose price moves it; none while nothing is known.</param>
/// <param name="Quote">What that price is in.</param>
/// <param name="Price">The present one.</param>
/// <param name="Leverage">Value of the asset over equity; below zero for a short position.</param>
/// <param name="Health">Health factor at the engine's prices; infinite without debt.</param>
/// <param name="OracleHealth">The same at the lending market's own, which decides.</param>
/// <param name="LiquidationPrice">Where health is one.</param>
/// <param name="NextDown">Nearest price below at which it acts.</param>
/// <param name="NextUp">Nearest price above.</param>
/// <param name="RipcordPrice">Where safety acts.</param>
public readonly record struct PositionReading(
    AssetId Asset, AssetId Quote, double Price, double Leverage, double Health, double OracleHealth, double LiquidationPrice, double NextDown, double NextUp,
    double RipcordPrice);
