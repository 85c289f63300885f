using System.Diagnostics;

namespace FastRebalance.Core.Measures;

/// <summary>Nanoseconds of a clock that never goes back. Only differences mean anything; it serves measurement, never decisions.</summary>
public static class MonotonicClock
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    public static long NowNs => Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick);
}
