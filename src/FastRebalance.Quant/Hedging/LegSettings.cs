namespace FastRebalance.Quant.Hedging;

/// <summary>How long, how often and at what risk the second leg is tried before the first is undone.</summary>
/// <param name="CompleteWithinMs">From the first leg's fill.</param>
/// <param name="MostTries">Of the second leg, and of undoing the first.</param>
/// <param name="MostRisk">Money: unhedged value times the volatility of the time that it has been so.</param>
/// <param name="LeastUnits">A rest of this size is no rest.</param>
public readonly record struct LegSettings(long CompleteWithinMs, int MostTries, double MostRisk, double LeastUnits);
