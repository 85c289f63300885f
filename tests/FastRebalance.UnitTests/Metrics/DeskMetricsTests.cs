using System.Diagnostics.Metrics;
using FastRebalance.Metrics;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Watching;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Metrics;

public sealed class DeskMetricsTests : IDisposable
{
    private readonly DeskMetrics _metrics = new(new DeskStates([new FakeDesk()], TimeProvider.System));

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void Meters_AsListenersSeeThem_AreTheTable()
    {
        List<(string, string, string, string?)> seen = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (_metrics.Owns(instrument.Meter))
                    seen.Add((instrument.Meter.Name, instrument.Name, instrument is ObservableCounter<double> ? "counter" : "gauge", instrument.Unit));
            },
        };
        listener.Start();

        Assert.Equal(MetricTable.All.Select(static line => (line.Meter, line.Name, line.Kind, (string?)line.Unit)).Order(), seen.Order());
        Assert.All(seen, static one => Assert.StartsWith(DeskMetrics.Prefix, one.Item1));
    }

    [Fact]
    public void Table_AsTheWebRoomsPagePrintsIt_IsWhole()
    {
        string page = File.ReadAllText(Path.Combine(SharedFiles.Root, "src", "FastRebalance.Web", "README.md"));
        foreach (MetricLine line in MetricTable.All)
            Assert.Contains(
                $"| `{line.Name}` | `{line.PrometheusName}` | {line.Kind} | {line.Unit} | {string.Join(", ", line.Tags)} | {line.Meaning} |", page);
        Assert.Equal(MetricTable.All.Count, page.Split('\n').Count(static row => row.StartsWith("| `fastrebalance.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Table_Names_AreUniqueInBothFormsAndSayTheirTags()
    {
        Assert.Equal(MetricTable.All.Count, MetricTable.All.Select(static line => line.PrometheusName).Distinct().Count());
        DeskState desk = new FakeDesk().State();
        foreach (MetricLine line in MetricTable.All)
            foreach (Measurement<double> one in line.Read(desk))
                Assert.Equal(["desk", .. line.Tags], one.Tags.ToArray().Select(static tag => tag.Key));
    }

    [Fact]
    public void Collect_ADesk_WritesWhatItTells()
    {
        using PrometheusText text = new(_metrics);
        string[] lines = text.Collect().Split('\n');

        Assert.Contains("# TYPE fastrebalance_engine_decisions_total counter", lines);
        Assert.Contains("fastrebalance_engine_decisions_total{desk=\"core\",verdict=\"insideBand\"} 10", lines);
        Assert.Contains("fastrebalance_latency_seconds{desk=\"core\",stage=\"evaluate\",quantile=\"0.99\"} 9E-07", lines);
        Assert.Contains("fastrebalance_account_kill{desk=\"core\",account=\"0xabc\"} 1", lines);
        Assert.Contains("fastrebalance_portfolio_drift{desk=\"core\"} 0.005", lines);
        Assert.DoesNotContain(lines, static line => line.StartsWith("fastrebalance_position_health_factor{", StringComparison.Ordinal)); // nothing is known of it
        Assert.Equal(lines.Length, text.Collect().Split('\n').Length); // the second scrape is no sum of two
    }

    [Fact]
    public void Collect_EveryLine_IsOfTheFormat()
    {
        using DeskMetrics odd = new(new DeskStates([new FakeDesk("a \"b\"\\\nc")], TimeProvider.System));
        using PrometheusText text = new(odd);
        string collected = text.Collect();
        Assert.EndsWith("\n", collected);
        foreach (string line in collected.Split('\n')[..^1])
            Assert.Matches("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\} (NaN|[+-]Inf|-?[0-9.]+(E[+-][0-9]+)?))$""", line);
        Assert.Contains("""desk="a \"b\"\\\nc""", collected);
    }
}
