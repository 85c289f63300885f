using FastRebalance.Core.Measures;

namespace FastRebalance.Execution.Presigning;

/// <summary>A distribution of times in nanoseconds; zeros where nothing was recorded.</summary>
public readonly record struct LatencyQuantiles(long Count, long P50Ns, long P99Ns, long P999Ns, long MaxNs)
{
    public static LatencyQuantiles Of(LatencyHistogram times) =>
        new(times.Count, times.PercentileNs(50), times.PercentileNs(99), times.PercentileNs(99.9), times.MaxNs);
}
