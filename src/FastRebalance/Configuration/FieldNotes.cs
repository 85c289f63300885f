using System.Globalization;
using System.Text.Json;

namespace FastRebalance.Configuration;

/// <summary>What a field holds. Zero is nothing.</summary>
internal enum FieldShape : byte
{
    None = 0,
    Text,
    Number,
    Integer,
    Flag,

    /// <summary>A time as text, <c>hh:mm:ss</c>.</summary>
    Time,
    Section,

    /// <summary>A list of sections.</summary>
    Sections,
    Texts,
    Numbers,
}

/// <param name="Path">Its place; <c>[]</c> stands for each of a list, <c>*</c> for a field of any name.</param>
/// <param name="Shape">What it holds.</param>
/// <param name="Wanted">What may stand there, as an error would say it.</param>
/// <param name="IsRequired">It must be there where its section is.</param>
/// <param name="Default">What holds where it is left out; null for nothing.</param>
/// <param name="Least">Of a whole number; null for none.</param>
/// <param name="Most">The same, the greatest.</param>
internal sealed record FieldNote(string Path, FieldShape Shape, string Wanted, bool IsRequired, object? Default, long? Least, long? Most);

/// <summary>
/// What the configuration's reader asks for, field by field, when it is given nothing: so it is known what may be said without a second list that
/// could differ. Twice: what is asked of a configuration that says nothing, and what of one that has every section.
/// </summary>
/// <param name="assumesAll">Whatever may be left out is taken to be there.</param>
internal sealed class FieldNotes(bool assumesAll)
{
    private static readonly JsonElement s_nothing = JsonDocument.Parse("{}").RootElement.Clone();

    private readonly Dictionary<string, FieldNote> _notes = new(StringComparer.Ordinal);

    public bool AssumesAll => assumesAll;

    /// <summary>By path, each once: the first to ask counts.</summary>
    public IReadOnlyDictionary<string, FieldNote> Notes => _notes;

    /// <summary>Stands for a section that is missing; undefined where nobody takes notes.</summary>
    public static JsonElement Stand(FieldNotes? notes) => notes is null ? default : s_nothing;

    public void Take(JsonSection section, string name, FieldShape shape, string wanted, bool isRequired, object? fallback = null, long? least = null, long? most = null)
    {
        string path = section.PathOf(name);
        if (name.Length > 0)
            _notes.TryAdd(path, new FieldNote(path, shape, wanted, isRequired, Sensible(fallback, least, most), least, most));
    }

    // A number outside its range stands for "not given" and is no default that anybody could write.
    private static object? Sensible(object? fallback, long? least, long? most) => fallback switch
    {
        long number when number < least || number > most => null,
        double number when !double.IsFinite(number) || number == double.MaxValue => null,
        string { Length: 0 } => null,
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        _ => fallback,
    };
}
