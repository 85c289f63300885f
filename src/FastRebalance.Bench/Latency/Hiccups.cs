using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// What the machine's own stalls would have cost events due every so often, had the program itself taken no time: the figure to hold
/// a latency's tail against.
/// </summary>
internal static class Hiccups
{
    /// <summary>
    /// A stall of a millisecond holds up all events due in it, by a millisecond, a little less, and so on to nothing: as HdrHistogram's
    /// correction for an expected interval has it. An event meets the stalls of every core on its way.
    /// </summary>
    /// <param name="gapsByCore">Longest times between two readings of the clock on each core, over the same time.</param>
    /// <param name="intervalNs">From one event to the next.</param>
    /// <param name="events">Events in that time: so many records the result has, the longest there are.</param>
    public static LatencyHistogram Of(IReadOnlyList<LatencyHistogram> gapsByCore, long intervalNs, long events)
    {
        LatencyHistogram all = new();
        foreach (LatencyHistogram gaps in gapsByCore)
            foreach ((long gap, long times) in gaps.Buckets())
                for (long delay = gap; delay > 0; delay -= intervalNs)
                    all.Record(delay, times);
        return Longest(all, events);
    }

    private static LatencyHistogram Longest(LatencyHistogram all, long count)
    {
        LatencyHistogram longest = new();
        foreach ((long value, long times) in all.Buckets().Reverse())
        {
            long taken = Math.Min(times, count - longest.Count);
            if (taken > 0)
                longest.Record(value, taken);
        }
        return longest;
    }
}
