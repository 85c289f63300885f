namespace FastRebalance.Quant.Hedging;

/// <summary>A command with its size.</summary>
/// <param name="Command">What to send.</param>
/// <param name="Units">To buy, negative to sell; zero for a cancellation.</param>
public readonly record struct LegOrder(LegCommand Command, double Units = 0);
