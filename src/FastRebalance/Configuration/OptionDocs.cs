using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FastRebalance.Configuration;

/// <summary>
/// What the sources say of a plug-in's option, read from the documentation that lies beside the program or, of a program in one file, in it; nothing
/// where it is in neither.
/// </summary>
public sealed partial class OptionDocs
{
    private readonly Dictionary<Assembly, Dictionary<string, string>> _summaries = [];

    /// <param name="type">Of the options.</param>
    /// <param name="name">Of the option as a configuration spells it.</param>
    /// <returns>Null where there is no word on it.</returns>
    public string? Of(Type type, string name)
    {
        string property = char.ToUpperInvariant(name[0]) + name[1..];
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
            if (SummariesOf(at.Assembly).TryGetValue($"P:{at.FullName!.Replace('+', '.')}.{property}", out string? text))
                return text;
        return null;
    }

    private Dictionary<string, string> SummariesOf(Assembly assembly)
    {
        if (_summaries.TryGetValue(assembly, out Dictionary<string, string>? known))
            return known;
        Dictionary<string, string> read = new(StringComparer.Ordinal);
        using Stream? documentation = Open($"{assembly.GetName().Name}.xml");
        if (documentation is not null)
            foreach (XElement member in XDocument.Load(documentation).Descendants("member"))
                if (member.Element("summary") is { } summary)
                    read[member.Attribute("name")!.Value] = TextOf(summary);
        return _summaries[assembly] = read;
    }

    private static Stream? Open(string name)
    {
        string file = Path.Combine(AppContext.BaseDirectory, name);
        return File.Exists(file) ? File.OpenRead(file) : Assembly.GetEntryAssembly()?.GetManifestResourceStream(name);
    }

    // A reference reads as the name it ends with.
    private static string TextOf(XElement summary) => Spaces().Replace(
        string.Concat(summary.DescendantNodes().Select(static node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference =>
                (reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("langword"))?.Value.Split('.', ':')[^1] ?? "",
            _ => "",
        })), " ").Trim();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
