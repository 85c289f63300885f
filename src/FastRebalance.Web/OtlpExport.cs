using FastRebalance.Configuration;
using FastRebalance.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FastRebalance.Web;

/// <summary>Sends the desks' metrics and the traces of their orders to a collector, by OTLP over HTTP. A collector that does not answer costs the run nothing.</summary>
public sealed class OtlpExport : IDisposable
{
    private const string Service = "fastrebalance";

    private readonly MeterProvider _meters;
    private readonly TracerProvider _traces;

    /// <param name="collector">Its address without a path, such as <c>http://127.0.0.1:4318</c>.</param>
    /// <param name="interval">Between two exports of metrics.</param>
    public OtlpExport(Uri collector, TimeSpan interval)
    {
        _meters = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(static resource => resource.AddService(Service))
            .AddMeter(DeskMetrics.Prefix + "*")
            .AddOtlpExporter((exporter, reader) =>
            {
                Send(exporter, collector, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)interval.TotalMilliseconds;
            })
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(static resource => resource.AddService(Service))
            .AddSource(OrderTraces.SourceName)
            .AddOtlpExporter(exporter => Send(exporter, collector, "v1/traces"))
            .Build();
    }

    /// <summary>Reads what was typed; null with a problem added where it is no address.</summary>
    public static Uri? Parse(string address, List<ConfigProblem> problems)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri is { UserInfo: "", AbsolutePath: "/" })
            return uri;
        problems.Add(new ConfigProblem("--otlp", "an address that is none of a collector", "where a collector takes OTLP over HTTP, without a path or credentials, such as http://127.0.0.1:4318"));
        return null;
    }

    /// <summary>Sends what is left, for at most five seconds each.</summary>
    public void Dispose()
    {
        _meters.Shutdown(5000);
        _traces.Shutdown(5000);
        _meters.Dispose();
        _traces.Dispose();
    }

    private static void Send(OtlpExporterOptions exporter, Uri collector, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(collector, path);
    }
}
