using FastRebalance.Core.Measures;
using FastRebalance.Engine;
using FastRebalance.Execution;

namespace FastRebalance.Reports;

/// <summary>The histograms of a run under the names that reports use.</summary>
internal static class LatencyTable
{
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
