namespace FastRebalance.Engine.Positions;

/// <summary>What moving a range of liquidity would have to go by, as a position's options have it.</summary>
/// <param name="Volatility">Of the asset, per square root of a year.</param>
/// <param name="SwapCost">Share lost of what is swapped.</param>
/// <param name="GasNumeraire">Gas of one trade.</param>
public sealed record RangeTerms(double Volatility, double SwapCost, double GasNumeraire);
