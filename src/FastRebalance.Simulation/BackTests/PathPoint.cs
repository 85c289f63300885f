namespace FastRebalance.Simulation.BackTests;

/// <summary>One recorded moment.</summary>
/// <param name="UnixNs">When.</param>
/// <param name="Value">The portfolio, net of all costs.</param>
/// <param name="BuyAndHold">What it began with, left alone.</param>
/// <param name="AtTarget">A portfolio that stands at the target always, and pays nothing.</param>
public readonly record struct PathPoint(long UnixNs, double Value, double BuyAndHold, double AtTarget);
