using System.Globalization;
using System.Text.Json;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Configuration;

/// <summary>
/// One object of the configuration, read field by field. A field that is missing or wrong becomes a problem with its path and
/// reading goes on, so that a user sees all mistakes at once.
/// </summary>
internal sealed class JsonSection
{
    private readonly JsonElement _element;
    private readonly List<ConfigProblem> _problems;
    private readonly FieldNotes? _notes;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="element">The object; undefined where it is missing.</param>
    /// <param name="path">Its place.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="notes">Takes what is asked for, where somebody wants to know what may be said; null else.</param>
    public JsonSection(JsonElement element, string path, List<ConfigProblem> problems, FieldNotes? notes = null)
    {
        _element = element;
        _problems = problems;
        _notes = notes;
        Path = path;
        if (element.ValueKind != JsonValueKind.Object && element.ValueKind != JsonValueKind.Undefined)
            Report(path.Length == 0 ? "$" : path, Describe(element), "an object { … }");
    }

    public string Path { get; }

    public bool Exists => _element.ValueKind == JsonValueKind.Object;

    public JsonElement Element => _element;

    /// <summary>Whether the field is there, right or wrong.</summary>
    public bool Has(string name) => TryField(name, out _) || _notes is { AssumesAll: true };

    /// <summary>What stands there; undefined for nothing.</summary>
    public JsonElement ValueOf(string name) => TryField(name, out JsonElement value) ? value : default;

    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public void Report(string path, string found, string wanted) => _problems.Add(new ConfigProblem(path, found, wanted));

    public void ReportField(string name, string found, string wanted) => Report(PathOf(name), found, wanted);

    public string Text(string name, string wanted, string? fallback = null)
    {
        _notes?.Take(this, name, FieldShape.Text, wanted, fallback is null, fallback);
        if (!TryField(name, out JsonElement value))
            return fallback ?? Missing(name, wanted, "");
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : Wrong(name, value, wanted, "");
    }

    public string? OptionalText(string name, string wanted) =>
        Noted(name, FieldShape.Text, wanted) && TryField(name, out _) ? Text(name, wanted) : null;

    public double Number(string name, string wanted, Func<double, bool> isRight, double? fallback = null)
    {
        _notes?.Take(this, name, FieldShape.Number, wanted, fallback is null, fallback);
        if (!TryField(name, out JsonElement value))
            return fallback ?? Missing(name, wanted, 0.0);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            && double.IsFinite(number) && isRight(number)
            ? number
            : Wrong(name, value, wanted, fallback ?? 0.0);
    }

    /// <summary>A number that may be left out.</summary>
    public double? OptionalNumber(string name, string wanted, Func<double, bool> isRight) =>
        Noted(name, FieldShape.Number, wanted) && TryField(name, out _) ? Number(name, wanted, isRight) : null;

    public long Integer(string name, string wanted, long from, long to, long? fallback = null)
    {
        _notes?.Take(this, name, FieldShape.Integer, wanted, fallback is null, fallback, from, to);
        if (!TryField(name, out JsonElement value))
            return fallback ?? Missing(name, wanted, 0L);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= from && number <= to
            ? number
            : Wrong(name, value, wanted, fallback ?? 0L);
    }

    public bool Flag(string name, bool fallback)
    {
        _notes?.Take(this, name, FieldShape.Flag, "true or false", isRequired: false, fallback);
        if (!TryField(name, out JsonElement value))
            return fallback;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : Wrong(name, value, "true or false", fallback);
    }

    public TimeSpan Time(string name, string wanted, Func<TimeSpan, bool> isRight, TimeSpan? fallback = null)
    {
        _notes?.Take(this, name, FieldShape.Time, wanted, fallback is null, fallback?.ToString());
        if (!TryField(name, out JsonElement value))
            return fallback ?? Missing(name, wanted, TimeSpan.Zero);
        return value.ValueKind == JsonValueKind.String
            && TimeSpan.TryParse(value.GetString(), CultureInfo.InvariantCulture, out TimeSpan time) && isRight(time)
            ? time
            : Wrong(name, value, wanted, fallback ?? TimeSpan.Zero);
    }

    /// <summary>A time that may be left out.</summary>
    public TimeSpan? OptionalTime(string name, string wanted, Func<TimeSpan, bool> isRight) =>
        Noted(name, FieldShape.Time, wanted) && TryField(name, out _) ? Time(name, wanted, isRight) : null;

    public JsonSection Section(string name, string wanted, bool required = true)
    {
        _notes?.Take(this, name, FieldShape.Section, wanted, required);
        if (TryField(name, out JsonElement value))
            return new JsonSection(value, PathOf(name), _problems, _notes);
        if (required)
            Report(PathOf(name), "nothing", wanted);
        return new JsonSection(FieldNotes.Stand(_notes), PathOf(name), _problems, _notes);
    }

    /// <summary>The objects of an array; a missing or empty array is a problem.</summary>
    public List<JsonSection> Sections(string name, string wanted)
    {
        List<JsonSection> sections = [];
        if (_notes is not null)
        {
            _notes.Take(this, name, FieldShape.Sections, wanted, isRequired: true);
            return [new JsonSection(FieldNotes.Stand(_notes), $"{PathOf(name)}[]", _problems, _notes)];
        }
        if (!TryField(name, out JsonElement value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Report(PathOf(name), value.ValueKind == JsonValueKind.Undefined ? "nothing" : Describe(value), wanted);
            return sections;
        }
        foreach (JsonElement item in value.EnumerateArray())
            sections.Add(new JsonSection(item, $"{PathOf(name)}[{sections.Count}]", _problems));
        return sections;
    }

    public List<string> Texts(string name, string wanted) =>
        List(name, wanted, static item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text ? text : null);

    /// <summary>The numbers of an array; a missing or empty array is a problem.</summary>
    public List<double> Numbers(string name, string wanted, Func<double, bool> isRight) =>
        [.. List(name, wanted, item => item.ValueKind == JsonValueKind.Number && item.GetDouble() is var number && isRight(number) ? (object)number : null)
            .Cast<double>()];

    private List<T> List<T>(string name, string wanted, Func<JsonElement, T?> read) where T : class
    {
        List<T> items = [];
        _notes?.Take(this, name, typeof(T) == typeof(string) ? FieldShape.Texts : FieldShape.Numbers, wanted, isRequired: true);
        if (!TryField(name, out JsonElement value) || value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Report(PathOf(name), value.ValueKind == JsonValueKind.Undefined ? "nothing" : Describe(value), wanted);
            return items;
        }
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (read(item) is { } right)
                items.Add(right);
            else
                Report($"{PathOf(name)}[{index}]", Describe(item), wanted);
            index++;
        }
        return items;
    }

    /// <summary>Every text field of this object, whatever its name.</summary>
    public IEnumerable<(string Name, string Value)> AllTexts(string wanted)
    {
        _notes?.Take(this, "*", FieldShape.Text, wanted, isRequired: false);
        if (!Exists)
            yield break;
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            _known.Add(property.Name);
            if (property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() is { Length: > 0 } text)
                yield return (property.Name, text);
            else
                Report(PathOf(property.Name), Describe(property.Value), wanted);
        }
    }

    /// <summary>Field names of this object; each is then read by its name.</summary>
    public IReadOnlyList<string> FieldNames => Exists ? [.. _element.EnumerateObject().Select(property => property.Name)] : [];

    /// <summary>Call last: any field that nobody asked for is a mistake, most likely a misspelt one.</summary>
    public void RejectUnknown()
    {
        if (!Exists)
            return;
        foreach (JsonProperty property in _element.EnumerateObject())
            if (!_known.Contains(property.Name))
                Report(PathOf(property.Name), "an unknown field", $"one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
    }

    public static string Describe(JsonElement value) => OptionReader.Describe(value);

    // One that may be left out.
    private bool Noted(string name, FieldShape shape, string wanted)
    {
        _notes?.Take(this, name, shape, wanted, isRequired: false);
        return true;
    }

    private bool TryField(string name, out JsonElement value)
    {
        _known.Add(name);
        value = default;
        return Exists && _element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private T Missing<T>(string name, string wanted, T stand)
    {
        // A section that is missing as a whole was reported once; its fields need not be.
        if (Exists)
            Report(PathOf(name), "nothing", wanted);
        return stand;
    }

    private T Wrong<T>(string name, JsonElement value, string wanted, T stand)
    {
        Report(PathOf(name), Describe(value), wanted);
        return stand;
    }
}
