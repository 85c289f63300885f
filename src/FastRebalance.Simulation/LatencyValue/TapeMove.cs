namespace FastRebalance.Simulation.LatencyValue;

/// <summary>The mid price's further move in the direction of the drift that triggered; basis points.</summary>
/// <param name="Delay">After the trigger, nanoseconds.</param>
/// <param name="Triggers">How many.</param>
/// <param name="Signed">All of them. It is what an order on the trend's side pays and one on the other side gains.</param>
/// <param name="Up">Of drifts upwards.</param>
/// <param name="Down">Of drifts downwards.</param>
public sealed record TapeMove(long Delay, int Triggers, Estimate Signed, Estimate Up, Estimate Down);
