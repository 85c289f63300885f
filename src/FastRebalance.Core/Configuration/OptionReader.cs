using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FastRebalance.Core.Configuration;

/// <summary>Binds the options of a plug-in to their type. What does not fit becomes a problem that names the field and lists those there are.</summary>
public static class OptionReader
{
    /// <param name="kind">The plug-in's name, for the message.</param>
    /// <param name="section">Its object, with the field <c>kind</c> that chose it.</param>
    /// <param name="json">How its options are read.</param>
    /// <param name="problem">What does not fit; its field is empty where the whole does not.</param>
    /// <returns>Null where there is a problem.</returns>
    public static TOptions? TryRead<TOptions>(string kind, JsonElement section, JsonTypeInfo<TOptions> json, out OptionProblem problem)
        where TOptions : class
    {
        problem = default;
        try
        {
            return JsonSerializer.Deserialize(WithoutKind(section), json);
        }
        catch (JsonException e)
        {
            string field = e.Path is null or "$" ? "" : e.Path.TrimStart('$').TrimStart('.');
            problem = new OptionProblem(field, Found(section, field), $"what {kind} takes: {FieldsOf(json)}");
            return null;
        }
    }

    /// <summary>A value in few words.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "an empty list" : "a list",
        _ => value.GetRawText(),
    };

    private static ReadOnlySpan<byte> WithoutKind(JsonElement section)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in section.EnumerateObject())
                if (property.Name != "kind")
                    property.WriteTo(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }

    /// <summary>What stands at a path such as <c>weights.WETH</c>.</summary>
    private static string Found(JsonElement section, string field)
    {
        JsonElement at = section;
        foreach (string name in field.Split('.', StringSplitOptions.RemoveEmptyEntries))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return "a field that is not known";
        return Describe(at);
    }

    private static string FieldsOf<TOptions>(JsonTypeInfo<TOptions> json) => json.Properties.Count == 0
        ? "no options"
        : string.Join(", ", json.Properties.Select(p => $"{p.Name} ({KindOf(p.PropertyType)})"));

    private static string KindOf(Type type) =>
        type == typeof(double) ? "number"
        : type == typeof(int) || type == typeof(long) ? "whole number"
        : type == typeof(TimeSpan) ? "time such as \"00:00:30\""
        : type == typeof(Dictionary<string, double>) ? "numbers by name"
        : type == typeof(Dictionary<string, string>) ? "names by name"
        : type == typeof(List<string>) ? "list of names"
        : type == typeof(DateTimeOffset) ? "time such as \"2026-01-01T00:00:00Z\""
        : type == typeof(string) ? "text"
        : type == typeof(bool) ? "true or false"
        : type.Name;
}
