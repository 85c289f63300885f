namespace FastRebalance.Simulation.LatencyValue;

/// <summary>What a quote refreshed once an interval loses.</summary>
/// <param name="Interval">Nanoseconds.</param>
/// <param name="LossPerSecond">For a unit of P²·|x′(P)|.</param>
/// <param name="Trades">Times it was traded against.</param>
public sealed record TapeQuote(long Interval, double LossPerSecond, long Trades);
