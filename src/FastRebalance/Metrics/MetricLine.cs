using System.Diagnostics.Metrics;
using FastRebalance.Watching;

namespace FastRebalance.Metrics;

/// <summary>One metric, as it is documented and as it is read.</summary>
/// <param name="Meter">The meter that it is of: what <c>dotnet-counters</c> is told.</param>
/// <param name="Name">The instrument's.</param>
/// <param name="Kind"><c>counter</c>, which only grows in a run, or <c>gauge</c>.</param>
/// <param name="Unit">By UCUM, as OpenTelemetry wants it: s, By, 1; curly braces name what is counted.</param>
/// <param name="Tags">Beside <c>desk</c>.</param>
/// <param name="Meaning">A sentence.</param>
/// <param name="Read">What a desk's state says of it.</param>
internal sealed record MetricLine(
    string Meter, string Name, string Kind, string Unit, IReadOnlyList<string> Tags, string Meaning, Func<DeskState, IEnumerable<Measurement<double>>> Read)
{
    public const string Counter = "counter";
    public const string Gauge = "gauge";

    /// <summary>As Prometheus names it.</summary>
    public string PrometheusName => PrometheusText.NameOf(Name, Unit, Kind == Counter);
}
