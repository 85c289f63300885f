using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>One thing measured.</summary>
/// <param name="Key">Its name in JSON and in file names.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Values">What was measured.</param>
internal sealed record Measure(string Key, string Title, LatencyHistogram Values)
{
    public LatencyFigures Figures { get; } = LatencyFigures.Of(Values);
}
