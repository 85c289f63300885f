namespace FastRebalance.Quant.Leverage;

/// <summary>An action with its size.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Value">Collateral to sell, or to buy with new debt, in quote currency before costs.</param>
/// <param name="Landing">Health that it is to have afterwards.</param>
public readonly record struct CollateralDecision(CollateralAction Action, double Value = 0, double Landing = double.NaN);
