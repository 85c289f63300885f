using FastRebalance.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastRebalance.Cli;

/// <summary>How a run's log is written. Zero is not at all.</summary>
internal enum LogKind : byte
{
    None = 0,

    /// <summary>A line an event.</summary>
    Text,

    /// <summary>A JSON object an event.</summary>
    Json,
}

/// <summary>A run's structured log on standard error, which is nobody's document.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly ILoggerFactory? _factory;

    public RunLog(LogKind kind)
    {
        _factory = kind == LogKind.None ? null : LoggerFactory.Create(builder =>
        {
            builder.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            if (kind == LogKind.Json)
                builder.AddJsonConsole(static json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
            else
                builder.AddSimpleConsole(static simple => (simple.SingleLine, simple.UseUtcTimestamp, simple.TimestampFormat) = (true, true, "HH:mm:ss.fff "));
        });
        Logger = _factory?.CreateLogger("FastRebalance") ?? NullLogger.Instance;
    }

    public ILogger Logger { get; }

    public static LogKind Parse(string? text, List<ConfigProblem> problems)
    {
        switch (text)
        {
            case null:
                return LogKind.None;
            case "text":
                return LogKind.Text;
            case "json":
                return LogKind.Json;
            default:
                problems.Add(new ConfigProblem("--log", $"\"{text}\"", "text or json"));
                return LogKind.None;
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Dispose() => _factory?.Dispose();
}
