namespace FastRebalance.Bench.Latency;

/// <summary>
/// The long run: prices inside the band with an order now and then, held to what must not happen however long it goes on: a byte
/// allocated by a hot thread, a collection.
/// </summary>
internal static class Soak
{
    /// <summary>From one order to the next.</summary>
    public static readonly TimeSpan BetweenOrders = TimeSpan.FromMilliseconds(250);

    /// <param name="options">The run; in firing mode.</param>
    /// <param name="ownProcess">Nothing else runs in this process, so that a collection is the run's own.</param>
    public static LatencyRun Run(LatencyOptions options, bool ownProcess)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        LatencyRun run = LatencyRun.Of(options);
        foreach ((string thread, long bytes) in run.HotBytes)
            run.Require(bytes == 0, $"the {thread} thread allocated {bytes} bytes");
        run.Require(run.Signed > 0, "no order was signed");
        if (ownProcess)
            run.Require(run.Collections.Sum() == 0, $"there were {string.Join(" / ", run.Collections)} collections of generation 0 / 1 / 2");
        return run;
    }
}
