namespace FastRebalance.Simulation.LatencyValue.Quoting;

/// <summary>
/// A quote that follows a market tick by tick, refreshed once an interval: what it loses to whoever trades against it when it is stale.
/// Time without a move costs nothing to simulate.
/// </summary>
internal static class QuoteRun
{
    /// <param name="Loss">Sum of squared excess over the fee, halved: for a unit of P²·|x′(P)|.</param>
    /// <param name="Trades">Times it was traded against.</param>
    public readonly record struct Outcome(double Loss, long Trades);

    /// <param name="times">Of the ticks, rising; nanoseconds.</param>
    /// <param name="logs">Log mid price from each tick on.</param>
    /// <param name="interval">Nanoseconds between refreshes.</param>
    /// <param name="fee">One-sided, log.</param>
    public static Outcome Run(ReadOnlySpan<long> times, ReadOnlySpan<double> logs, long interval, double fee)
    {
        double quote = logs[0], loss = 0;
        long trades = 0, start = times[0];
        for (int i = 1; i < times.Length; i++)
        {
            if (Math.Abs(logs[i] - quote) <= fee)
                continue;
            long refresh = start + (times[i] - start + interval - 1) / interval * interval;
            while (i + 1 < times.Length && times[i + 1] <= refresh)
                i++;
            double over = Math.Abs(logs[i] - quote) - fee;
            if (over <= 0 || refresh > times[^1])
                continue;
            trades++;
            loss += over * over / 2;
            quote = logs[i] - Math.CopySign(fee, logs[i] - quote);
        }
        return new Outcome(loss, trades);
    }
}
