namespace FastRebalance.Simulation.LatencyValue;

/// <summary>How often a floor did not hold with one delay.</summary>
/// <param name="Market">Whose prices.</param>
/// <param name="Multiplier">Exposure over what lies above the floor.</param>
/// <param name="Delay">Nanoseconds.</param>
/// <param name="Windows">Windows run, each from a new floor.</param>
/// <param name="Breaches">Of them, those that ended below it.</param>
/// <param name="WorstBps">The furthest below, basis points of the floor.</param>
public sealed record FloorRow(string Market, double Multiplier, long Delay, int Windows, int Breaches, double WorstBps);
