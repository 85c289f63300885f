using System.Buffers;
using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FastRebalance.Configuration;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Composition;

/// <summary>
/// The plug-ins of one seam by their configured name. A plug-in is added by one line; binding, the check of its options and the
/// error that lists the known names come from here.
/// </summary>
/// <typeparam name="TPlugin">The seam.</typeparam>
public sealed class Registry<TPlugin> : IEnumerable<string>
{
    private readonly string _seam;
    private readonly SortedDictionary<string, Func<PluginSection, BuildContext, List<ConfigProblem>, TPlugin?>> _makers = new(StringComparer.Ordinal);

    internal Registry(string seam) => _seam = seam;

    public IReadOnlyCollection<string> Names => _makers.Keys;

    internal string NamesText => string.Join(", ", Names);

    internal bool Has(string name) => _makers.ContainsKey(name);

    internal void Add<TOptions>(string name, JsonTypeInfo<TOptions> json, Func<TOptions, BuildContext, TPlugin> make)
        where TOptions : class, IPluginOptions =>
        _makers.Add(name, (section, context, problems) =>
            TryBind(section, json, context, problems, out TOptions? options) ? make(options!, context) : default);

    /// <summary>A plug-in that is made of others, and so reads its section by itself.</summary>
    internal void Add(string name, Func<PluginSection, BuildContext, List<ConfigProblem>, TPlugin?> make) => _makers.Add(name, make);

    /// <summary>Builds the plug-in that the section names; null, with problems added, where that cannot be.</summary>
    internal TPlugin? Create(PluginSection section, BuildContext context, List<ConfigProblem> problems)
    {
        if (section.Kind.Length == 0)
            return default; // the reader has reported the missing kind
        if (_makers.TryGetValue(section.Kind, out Func<PluginSection, BuildContext, List<ConfigProblem>, TPlugin?>? make))
            return make(section, context, problems);
        problems.Add(new ConfigProblem($"{section.Path}.kind", $"\"{section.Kind}\"", $"a {_seam}: {NamesText}"));
        return default;
    }

    public IEnumerator<string> GetEnumerator() => _makers.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool TryBind<TOptions>(
        PluginSection section, JsonTypeInfo<TOptions> json, BuildContext context, List<ConfigProblem> problems, out TOptions? options)
        where TOptions : class, IPluginOptions
    {
        options = null;
        try
        {
            options = JsonSerializer.Deserialize(WithoutKind(section.Options), json);
        }
        catch (JsonException e)
        {
            string field = e.Path is null or "$" ? "" : e.Path[1..];
            problems.Add(new ConfigProblem(section.Path + field, Found(section.Options, field), $"what {section.Kind} takes: {FieldsOf(json)}"));
            return false;
        }
        int before = problems.Count;
        foreach (OptionProblem problem in options!.Problems(context.Symbols))
            problems.Add(new ConfigProblem($"{section.Path}.{problem.Field}", problem.Found, problem.Wanted));
        if (options is ITierOptions tiered)
            foreach (OptionProblem problem in tiered.Problems(context.Tier))
                problems.Add(new ConfigProblem($"{section.Path}.{problem.Field}", problem.Found, problem.Wanted));
        if (options is IRiskyOptions risky && !context.Numeraire.IsNone)
            foreach (OptionProblem problem in risky.CashProblems(context.Symbols[context.Numeraire.Index], context.Symbols))
                problems.Add(new ConfigProblem($"{section.Path}.{problem.Field}", problem.Found, problem.Wanted));
        return problems.Count == before;
    }

    private static ReadOnlySpan<byte> WithoutKind(JsonElement options)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in options.EnumerateObject())
                if (property.Name != "kind")
                    property.WriteTo(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }

    /// <summary>What stands at a path such as <c>.weights.WETH</c>.</summary>
    private static string Found(JsonElement options, string field)
    {
        JsonElement at = options;
        foreach (string name in field.Split('.', StringSplitOptions.RemoveEmptyEntries))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return "a field that is not known";
        return JsonSection.Describe(at);
    }

    private static string FieldsOf<TOptions>(JsonTypeInfo<TOptions> json) => json.Properties.Count == 0
        ? "no options"
        : string.Join(", ", json.Properties.Select(p => $"{p.Name} ({KindOf(p.PropertyType)})"));

    private static string KindOf(Type type) =>
        type == typeof(double) ? "number"
        : type == typeof(TimeSpan) ? "time such as \"00:00:30\""
        : type == typeof(Dictionary<string, double>) ? "numbers by name"
        : type == typeof(List<string>) ? "list of names"
        : type == typeof(DateTimeOffset) ? "time such as \"2026-01-01T00:00:00Z\""
        : type == typeof(string) ? "text"
        : type == typeof(bool) ? "true or false"
        : type.Name;
}
