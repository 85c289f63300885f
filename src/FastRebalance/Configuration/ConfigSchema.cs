using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FastRebalance.Amm;
using FastRebalance.Composition;
using FastRebalance.Execution.Channels;

namespace FastRebalance.Configuration;

/// <summary>
/// The configuration as a JSON Schema (draft 2020-12), for editors: every field with what may stand there, its default and its unit. Made of what the
/// reader itself asks for and of the plug-ins that are registered, so it cannot say anything else than the reader does.
/// </summary>
/// <param name="describe">A plug-in option's documentation by the type that declares it and its name; null or empty where there is none.</param>
public sealed class ConfigSchema(Func<Type, string, string?> describe)
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private readonly SortedDictionary<string, FieldNote> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _required = new(StringComparer.Ordinal);

    private static readonly Dictionary<string, Func<IEnumerable<(string Name, JsonTypeInfo? Options)>>> s_seams = new(StringComparer.Ordinal)
    {
        ["feeds[]"] = static () => Feeds.Registry.Options,
        ["submit.channels[]"] = static () => SubmitChannels.Names.Select(static name => (name, (JsonTypeInfo?)null)),
        ["portfolios[].target"] = static () => Targets.Registry.Options,
        ["portfolios[].triggers[]"] = static () => Triggers.Registry.Options,
        ["portfolios[].sizing"] = static () => Sizers.Registry.Options,
        ["portfolios[].position"] = static () => Positions.Registry.Options,
        ["portfolios[].safety.triggers[]"] = static () => Triggers.Registry.Options,
        ["portfolios[].safety.sizing"] = static () => Sizers.Registry.Options,
    };

    /// <summary>One object.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        Ask();
        writer.WriteStartObject();
        writer.WriteString("$schema", Dialect);
        writer.WriteString("title", "FastRebalance configuration");
        writer.WriteString("description", "Units stand in the names; amounts in numeraire and whole tokens are numbers, shares are fractions unless named Bps, times are hh:mm:ss.");
        WriteSection(writer, "");
        writer.WriteEndObject();
    }

    private void Ask()
    {
        FieldNotes all = ConfigReader.Ask(assumesAll: true), few = ConfigReader.Ask(assumesAll: false);
        foreach (FieldNote note in all.Notes.Values.Concat(few.Notes.Values))
            _fields.TryAdd(note.Path, note);
        // Must is what is asked for whatever else is said: of two that stand for each other neither is.
        foreach (FieldNote note in few.Notes.Values)
            if (note.IsRequired && all.Notes.TryGetValue(note.Path, out FieldNote? other) && other.IsRequired)
                _required.Add(note.Path);
    }

    private void WriteSection(Utf8JsonWriter writer, string path)
    {
        writer.WriteString("type", "object");
        FieldNote[] fields = [.. FieldsOf(path)];
        FieldNote? any = Array.Find(fields, static field => field.Path.EndsWith('*'));
        writer.WriteStartObject("properties");
        foreach (FieldNote field in fields)
            if (field != any)
            {
                writer.WriteStartObject(NameOf(field.Path));
                WriteField(writer, field);
                writer.WriteEndObject();
            }
        writer.WriteEndObject();
        WriteRequired(writer, fields);
        if (any is not null)
        {
            writer.WriteStartObject("additionalProperties");
            WriteField(writer, any);
            writer.WriteEndObject();
        }
        else if (fields.Length > 0)
            writer.WriteBoolean("additionalProperties", false);
    }

    private void WriteRequired(Utf8JsonWriter writer, FieldNote[] fields)
    {
        string[] required = [.. fields.Where(field => _required.Contains(field.Path)).Select(static field => NameOf(field.Path))];
        if (required.Length == 0)
            return;
        writer.WriteStartArray("required");
        foreach (string name in required)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private void WriteField(Utf8JsonWriter writer, FieldNote field)
    {
        if (field.Wanted.Length > 0)
            writer.WriteString("description", field.Wanted);
        switch (field.Shape)
        {
            case FieldShape.Section:
                WriteObject(writer, field.Path);
                break;
            case FieldShape.Sections:
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                WriteObject(writer, field.Path + "[]");
                writer.WriteEndObject();
                break;
            case FieldShape.Texts or FieldShape.Numbers:
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                writer.WriteString("type", field.Shape == FieldShape.Texts ? "string" : "number");
                writer.WriteEndObject();
                break;
            default:
                WriteScalar(writer, field);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, FieldNote field)
    {
        writer.WriteString("type", field.Shape switch
        {
            FieldShape.Number => "number", FieldShape.Integer => "integer", FieldShape.Flag => "boolean", _ => "string",
        });
        if (field.Shape == FieldShape.Time)
            writer.WriteString("pattern", "^(\\d+\\.)?\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?$");
        if (field.Least is { } least)
            writer.WriteNumber("minimum", least);
        if (field.Most is { } most)
            writer.WriteNumber("maximum", most);
        WriteDefault(writer, field.Default);
    }

    private void WriteObject(Utf8JsonWriter writer, string path)
    {
        if (s_seams.TryGetValue(path, out var seam))
            WriteKinds(writer, [.. seam()]);
        else if (path == "pools[]")
            WritePools(writer);
        else
            WriteSection(writer, path);
    }

    private void WriteKinds(Utf8JsonWriter writer, (string Name, JsonTypeInfo? Options)[] kinds)
    {
        writer.WriteString("type", "object");
        writer.WriteStartArray("oneOf");
        foreach ((string name, JsonTypeInfo? options) in kinds)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("properties");
            WriteKind(writer, name);
            if (options is not null)
                WriteOptions(writer, options);
            writer.WriteEndObject();
            writer.WriteStartArray("required");
            writer.WriteStringValue("kind");
            writer.WriteEndArray();
            if (options is not null)
                writer.WriteBoolean("additionalProperties", false);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteKind(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject("kind");
        writer.WriteString("const", name);
        writer.WriteEndObject();
    }

    private void WriteOptions(Utf8JsonWriter writer, JsonTypeInfo options)
    {
        object? usual = options.CreateObject?.Invoke();
        foreach (JsonPropertyInfo property in options.Properties)
            if (property.Set is not null)
                WriteOption(writer, options.Type, property, usual);
    }

    /// <summary>A list of objects says what they are made of.</summary>
    private void WriteItems(Utf8JsonWriter writer, JsonPropertyInfo property)
    {
        if (!property.PropertyType.IsGenericType || property.PropertyType.GetGenericTypeDefinition() != typeof(List<>)
            || property.Options.GetTypeInfo(property.PropertyType.GenericTypeArguments[0]) is not { Kind: JsonTypeInfoKind.Object } item)
            return;
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        WriteOptions(writer, item);
        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteEndObject();
    }

    private void WriteOption(Utf8JsonWriter writer, Type declaring, JsonPropertyInfo property, object? usual)
    {
        writer.WriteStartObject(property.Name);
        if (describe(declaring, property.Name) is { Length: > 0 } text)
            writer.WriteString("description", text);
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        string? json = type == typeof(string) || type == typeof(TimeSpan) || type.IsEnum || type == typeof(DateTimeOffset) ? "string"
            : type == typeof(bool) ? "boolean"
            : type == typeof(double) || type == typeof(decimal) ? "number"
            : type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(ulong) ? "integer"
            : null;
        if (json is not null)
            writer.WriteString("type", json);
        else
            WriteItems(writer, property);
        if (json is not null && usual is not null && property.Get?.Invoke(usual) is { } value && value is not double.MaxValue && value is not "")
            WriteDefault(writer, value is TimeSpan time ? time.ToString("c", CultureInfo.InvariantCulture) : value);
        writer.WriteEndObject();
    }

    private void WritePools(Utf8JsonWriter writer)
    {
        FieldNote[] common = [.. FieldsOf("pools[]").Where(static field => NameOf(field.Path) != "kind")];
        writer.WriteString("type", "object");
        writer.WriteStartArray("oneOf");
        foreach (PoolKind kind in PoolKinds.All)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("properties");
            WriteKind(writer, kind.Name);
            foreach (FieldNote field in common)
            {
                writer.WriteStartObject(NameOf(field.Path));
                WriteField(writer, field);
                writer.WriteEndObject();
            }
            foreach (PoolParameterName parameter in kind.Parameters)
            {
                writer.WriteStartObject(parameter.Name);
                writer.WriteString("type", "string");
                writer.WriteString("description", parameter.Wanted);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteStartArray("required");
            foreach (string name in (string[])["kind", "address", .. kind.Parameters.Where(static one => one.IsRequired).Select(static one => one.Name)])
                writer.WriteStringValue(name);
            writer.WriteEndArray();
            writer.WriteBoolean("additionalProperties", false);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteDefault(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case bool flag:
                writer.WriteBoolean("default", flag);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumber("default", number);
                break;
            case long or int or uint or ulong:
                writer.WriteNumber("default", Convert.ToDecimal(value, CultureInfo.InvariantCulture));
                break;
            case string text:
                writer.WriteString("default", text);
                break;
            case Enum word:
                writer.WriteString("default", JsonNamingPolicy.CamelCase.ConvertName(word.ToString()));
                break;
            default:
                break; // no scalar, or nothing that could be written
        }
    }

    private IEnumerable<FieldNote> FieldsOf(string path) =>
        _fields.Values.Where(field => path.Length == 0 ? !field.Path.Contains('.') : field.Path.StartsWith(path + ".", StringComparison.Ordinal) && !field.Path[(path.Length + 1)..].Contains('.'));

    private static string NameOf(string path) => path[(path.LastIndexOf('.') + 1)..];
}
