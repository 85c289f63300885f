using System.Diagnostics;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>Nanoseconds on the clock that never steps: for latencies and ages, not for dates.</summary>
public static class MonotonicClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static long NowNs => Stopwatch.Frequency == NanosecondsPerSecond
        ? Stopwatch.GetTimestamp()
        : (long)((UInt128)Stopwatch.GetTimestamp() * NanosecondsPerSecond / (ulong)Stopwatch.Frequency);
}
