using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>The figures of a histogram that every report shows, read once, so that all reports show the same. Nanoseconds.</summary>
internal sealed record LatencyFigures(
    long Count, long MinNs, double MeanNs, long P50Ns, long P90Ns, long P99Ns, long P999Ns, long P9999Ns, long MaxNs)
{
    public static LatencyFigures Of(LatencyHistogram values) => new(
        values.Count, values.MinNs, Math.Round(values.MeanNs), values.PercentileNs(50), values.PercentileNs(90), values.PercentileNs(99),
        values.PercentileNs(99.9), values.PercentileNs(99.99), values.MaxNs);
}
