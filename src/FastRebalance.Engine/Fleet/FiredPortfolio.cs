using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Fleet;

/// <summary>A portfolio of the fleet that has left its bands.</summary>
/// <param name="Portfolio">Its place in the fleet.</param>
/// <param name="Worst">Of the assets outside their bands the one with the greatest drift; the numeraire for cash.</param>
/// <param name="Drift">That asset's weight less its target, at the prices of the tick that decided it.</param>
public readonly record struct FiredPortfolio(int Portfolio, AssetId Worst, double Drift);
