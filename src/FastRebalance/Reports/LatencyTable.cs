using FastRebalance.Core.Measures;
using FastRebalance.Engine;
using FastRebalance.Execution;

namespace FastRebalance.Reports;

/// <summary>The histograms of a run under the names that reports use.</summary>
internal static class LatencyTable
{
    private static readonly double[] s_percentiles = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 100];

    public static IReadOnlyDictionary<string, LatencyReport> Of(StageTimings engine, ExecutionTimings execution)
    {
        Dictionary<string, LatencyReport> table = new(StringComparer.Ordinal);
        foreach (Stage stage in Enum.GetValues<Stage>())
            Add(table, NameOf(stage), engine[stage]);
        Add(table, "encode", execution.Encode);
        Add(table, "sign", execution.Sign);
        Add(table, "intentLog", execution.Log);
        Add(table, "dueToSigned", execution.DueToSigned);
        Add(table, "dueToSent", execution.DueToSent);
        Add(table, "sendToIncluded", execution.SendToIncluded);
        return table;
    }

    /// <summary>The whole curve of what a desk is judged by: an event due to its decision, and to the first byte sent.</summary>
    public static IReadOnlyList<Watching.LatencyCurve> Curves(StageTimings engine, ExecutionTimings execution) =>
    [
        .. new[] { Curve("dueToDecision", engine[Stage.DueToDecision]), Curve("dueToSent", execution.DueToSent) }.Where(static curve => curve.Count > 0),
    ];

    private static Watching.LatencyCurve Curve(string name, LatencyHistogram histogram) =>
        new(name, histogram.Count, [.. s_percentiles.Select(percentile => new Watching.LatencyPoint(percentile, histogram.PercentileNs(percentile)))]);

    private static string NameOf(Stage stage)
    {
        string name = stage.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static void Add(Dictionary<string, LatencyReport> table, string name, LatencyHistogram histogram)
    {
        if (histogram.Count > 0)
            table.Add(name, new LatencyReport(
                histogram.Count,
                histogram.PercentileNs(50),
                histogram.PercentileNs(99),
                histogram.PercentileNs(99.9),
                histogram.MaxNs));
    }
}
