using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace FastRebalance.Metrics;

/// <summary>
/// The desks' metrics in Prometheus' text format 0.0.4, by a listener of its own: what is observed is read anew each time. One at a time asks; the
/// others wait.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    /// <summary>Of the answer.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <param name="metrics">Whose meters are listened to; others in the process are not.</param>
    public PrometheusText(DeskMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (metrics.Owns(instrument.Meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Reads everything now.</summary>
    public string Collect()
    {
        lock (_gate)
        {
            _families.Clear();
            _listener.RecordObservableInstruments();
            StringBuilder text = new();
            foreach ((string name, Family family) in _families)
                Write(text, name, family);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Dots become underscores; the unit and, for a counter, <c>total</c> stand at the end.</summary>
    internal static string NameOf(string name, string? unit, bool isCounter)
    {
        string plain = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        string suffix = unit switch { "s" => "_seconds", "By" => "_bytes", "{gwei}" => "_gwei", _ => "" };
        return plain + suffix + (isCounter ? "_total" : "");
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        bool isCounter = instrument is ObservableCounter<double>;
        string name = NameOf(instrument.Name, instrument.Unit, isCounter);
        if (!_families.TryGetValue(name, out Family? family))
            _families.Add(name, family = new Family(instrument.Description ?? "", isCounter));
        family.Samples.Add((Labels(tags), value));
    }

    private static void Write(StringBuilder text, string name, Family family)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(family.IsCounter ? " counter\n" : " gauge\n");
        foreach ((string labels, double value) in family.Samples)
            text.Append(name).Append(labels).Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string name, object? value) in tags)
            labels.Append(labels.Length == 0 ? '{' : ',').Append(name).Append("=\"").Append(Escaped(value?.ToString() ?? "")).Append('"');
        return labels.Length == 0 ? "" : labels.Append('}').ToString();
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed record Family(string Help, bool IsCounter)
    {
        public List<(string Labels, double Value)> Samples { get; } = [];
    }
}
