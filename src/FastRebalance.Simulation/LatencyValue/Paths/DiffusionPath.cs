namespace FastRebalance.Simulation.LatencyValue.Paths;

/// <summary>Geometric Brownian motion without drift in the price: the world the closed forms speak of.</summary>
internal static class DiffusionPath
{
    /// <param name="seed">The path's.</param>
    /// <param name="volatility">Per square root of a year.</param>
    /// <param name="cellNs">Time from one stored price to the next; what lies between is bridged.</param>
    /// <param name="cells">How many.</param>
    public static PricePath Draw(ulong seed, double volatility, long cellNs, int cells)
    {
        Dice dice = new(Dice.Seed(seed, 1));
        (long[] times, double[] logs) = (new long[cells + 1], new double[cells + 1]);
        double variance = volatility * volatility * cellNs / Delays.NanosecondsPerYear, spread = Math.Sqrt(variance);
        for (int i = 1; i <= cells; i++)
        {
            times[i] = i * cellNs;
            logs[i] = logs[i - 1] - variance / 2 + spread * dice.Normal();
        }
        return new PricePath(times, logs, logs, volatility, Dice.Seed(seed, 2));
    }
}
