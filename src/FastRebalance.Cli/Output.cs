using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FastRebalance.Configuration;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Journal;
using Spectre.Console;

namespace FastRebalance.Cli;

/// <summary>
/// Where a command's words go. With <c>--json</c> standard output holds one JSON document and nothing else; everything meant
/// for a person goes to standard error.
/// </summary>
internal sealed class Output(bool json)
{
    private const int LogWidth = 160;
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson { get; } = json;

    /// <summary>Colours and narrow lines are for terminals; a log gets plain, long ones.</summary>
    public static void PlainWhereNobodyLooks()
    {
        if (!Console.IsOutputRedirected)
            return;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Width = LogWidth;
    }

    /// <summary>A line for a person.</summary>
    public void Say(string line) => (IsJson ? Console.Error : Console.Out).WriteLine(line);

    public static void Complain(string line) => Console.Error.WriteLine($"fastrebalance: {line}");

    public void Document(Action<Utf8JsonWriter> write) => Console.Out.WriteLine(Text(write));

    public void Document<T>(T value, JsonTypeInfo<T> type) => Document(writer => JsonSerializer.Serialize(writer, value, type));

    public static string Text(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Indented))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Runs a command's body; what can go wrong in the world becomes a line and an exit code, never a stack trace.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> body)
    {
        try
        {
            return await body().ConfigureAwait(false);
        }
        catch (ConfigException e)
        {
            Tell("configuration", e.Message, e.Problems);
            return ExitCodes.BadUsage;
        }
        catch (Exception e) when (e is RpcTransportException or RpcErrorException or KeystoreException or JournalCorruptException or IOException or UnauthorizedAccessException
            or LogRefusedException or InvalidOperationException or InvalidDataException or ArgumentException or FormatException or TimeoutException or NotSupportedException)
        {
            Tell("failed", e.Message, []);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            Tell("stopped", "stopped before it was done", []);
            return ExitCodes.Failed;
        }
        catch (Exception e) when (!WantsTrace)
        {
            Tell("unexpected", $"{e.GetType().Name}: {e.Message}; this is a mistake of ours, and {TraceVariable}=1 tells where", []);
            return ExitCodes.Failed;
        }
    }

    private const string TraceVariable = "FASTREBALANCE_TRACE";

    private static bool WantsTrace => Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 };

    private void Tell(string kind, string message, IReadOnlyList<ConfigProblem> problems)
    {
        Complain(message);
        ErrorDocument(kind, message, problems);
    }

    /// <summary>What went wrong as the one document of <c>--json</c>; nothing without it.</summary>
    public void ErrorDocument(string kind, string message, IReadOnlyList<ConfigProblem> problems)
    {
        if (!IsJson)
            return;
        Document(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("error", kind);
            writer.WriteString("message", message);
            writer.WriteStartArray("problems");
            foreach (ConfigProblem problem in problems)
            {
                writer.WriteStartObject();
                writer.WriteString("path", problem.Path);
                writer.WriteString("found", problem.Found);
                writer.WriteString("wanted", problem.Wanted);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
