namespace FastRebalance.Simulation.BackTests;

/// <summary>One UTC day.</summary>
/// <param name="UnixNs">Its midnight.</param>
/// <param name="Value">The portfolio at its last price.</param>
/// <param name="Return">Against the day before.</param>
/// <param name="GapSquared">Sum over the day of the squared gaps between the portfolio's and the target's return, costs left out.</param>
/// <param name="BuyAndHoldGapSquared">The same of buy and hold.</param>
/// <param name="CostFraction">Costs of the day as fractions of the value then.</param>
public readonly record struct DayResult(long UnixNs, double Value, double Return, double GapSquared, double BuyAndHoldGapSquared, double CostFraction);
