namespace FastRebalance.Simulation.LatencyValue;

/// <summary>What a shorter reaction time is worth: the cost with the longer less the cost with the shorter, on the same paths.</summary>
/// <param name="From">The longer delay, nanoseconds.</param>
/// <param name="To">The shorter.</param>
/// <param name="PerYear">Basis points of the portfolio for each year, all parts together.</param>
/// <param name="PerTrade">Basis points of what is traded, the adverse move alone; null where nothing is traded by the policy itself.</param>
public sealed record LatencyCut(long From, long To, Estimate? PerYear, Estimate? PerTrade);
