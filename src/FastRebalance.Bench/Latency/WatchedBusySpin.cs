using System.Diagnostics;
using FastRebalance.Core.Measures;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// Busy-spin that reads the clock at every turn: two readings in a row that are far apart are time that the machine took from the
/// engine's core. Costs the engine one reading of the clock, some 20 ns, between an event's arrival and its batch.
/// </summary>
/// <remarks>Engine thread only. What the machine takes while the engine decides is not seen here, and counts as the engine's own.</remarks>
internal sealed class WatchedBusySpin(long measuredFromNs) : WaitStrategy
{
    public const string WatchedName = "busy-spin";

    public override string Name => WatchedName;

    /// <summary>By wait: the longest time between two readings.</summary>
    public LatencyHistogram Gaps { get; } = new();

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        long last = MonotonicClock.NowNs;
        long longest = 0;
        while (true)
        {
            long available = barrier.AvailableUpTo(sequence);
            // Read after the look even when it ends the wait: the event that ends a long stall arrived during it.
            long now = MonotonicClock.NowNs;
            longest = Math.Max(longest, now - last);
            last = now;
            if (available < sequence && !barrier.IsAlerted && !IsOver(deadlineTicks))
                continue;
            if (now >= measuredFromNs)
                Gaps.Record(longest);
            return available;
        }
    }

    private static bool IsOver(long deadlineTicks) => deadlineTicks != long.MaxValue && Stopwatch.GetTimestamp() >= deadlineTicks;
}
