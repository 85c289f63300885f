using System.Text.Json;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>Reads JSON strictly; what is not as wanted is refused with its path.</summary>
internal static class TypedDataText
{
    public static void Require(JsonElement element, JsonValueKind kind, string path)
    {
        if (element.ValueKind != kind) throw new FormatException($"{path}: {Noun(kind)} is wanted, found {Noun(element.ValueKind)}");
    }

    public static JsonElement Member(JsonElement parent, string name, string path) =>
        parent.TryGetProperty(name, out JsonElement member) ? member : throw new FormatException($"{Join(path, name)}: missing");

    public static string Text(JsonElement parent, string name, string path)
    {
        JsonElement member = Member(parent, name, path);
        Require(member, JsonValueKind.String, Join(path, name));
        return member.GetString()!;
    }

    /// <summary>What nobody asked for would not be signed, so it is refused; so is a member that is there twice.</summary>
    public static void RequireOnly(JsonElement parent, string path, IReadOnlyCollection<string> names)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty member in parent.EnumerateObject())
        {
            if (!names.Contains(member.Name))
                throw new FormatException($"{Join(path, member.Name)}: not known here; known are {string.Join(", ", names)}");
            if (!seen.Add(member.Name)) throw new FormatException($"{Join(path, member.Name)}: there twice");
        }
    }

    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public static string Noun(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
