using System.Diagnostics.Metrics;
using FastRebalance.Watching;

namespace FastRebalance.Metrics;

/// <summary>
/// The desks' metrics as meters named <c>FastRebalance.*</c>, for <c>dotnet-counters</c>, the Prometheus text and an exporter. Every instrument is
/// observed: it reads what the run counts anyway, on the thread of whoever asks, so that the engine's thread pays nothing for being measured.
/// </summary>
public sealed class DeskMetrics : IDisposable
{
    /// <summary>What the meters' names begin with.</summary>
    public const string Prefix = "FastRebalance.";

    private readonly Dictionary<string, Meter> _meters = new(StringComparer.Ordinal);

    /// <param name="states">Asked at each collection.</param>
    public DeskMetrics(DeskStates states)
    {
        States = states;
        foreach (MetricLine line in MetricTable.All)
        {
            Meter meter = MeterOf(line.Meter);
            IEnumerable<Measurement<double>> Observe() => states.Now().Desks.SelectMany(line.Read);
            if (line.Kind == MetricLine.Counter)
                meter.CreateObservableCounter(line.Name, Observe, line.Unit, line.Meaning);
            else
                meter.CreateObservableGauge(line.Name, Observe, line.Unit, line.Meaning);
        }
    }

    /// <summary>What is measured.</summary>
    public DeskStates States { get; }

    /// <summary>True for a meter of these desks, and not of others in the process.</summary>
    internal bool Owns(Meter meter) => _meters.TryGetValue(meter.Name, out Meter? ours) && ReferenceEquals(ours, meter);

    public void Dispose()
    {
        foreach (Meter meter in _meters.Values)
            meter.Dispose();
    }

    private Meter MeterOf(string name)
    {
        if (!_meters.TryGetValue(name, out Meter? meter))
            _meters.Add(name, meter = new Meter(name, typeof(DeskMetrics).Assembly.GetName().Version?.ToString(3)));
        return meter;
    }
}
