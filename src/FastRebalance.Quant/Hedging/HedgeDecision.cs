namespace FastRebalance.Quant.Hedging;

/// <summary>An action with its size.</summary>
/// <param name="Action">What to do.</param>
/// <param name="HedgeUnits">Of the hedge to buy, negative to sell.</param>
/// <param name="OtherUnits">Of the other leg to buy, negative to sell; zero where it stays.</param>
/// <param name="Margin">Quote currency to put behind the hedge, negative to take out.</param>
public readonly record struct HedgeDecision(HedgeAction Action, double HedgeUnits = 0, double OtherUnits = 0, double Margin = 0);
