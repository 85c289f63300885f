using System.Text;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>The struct types of one document, checked: every member's type is known.</summary>
internal sealed class TypedStructs
{
    private readonly Dictionary<string, IReadOnlyList<TypedMember>> _structs = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">What is wrong, and where.</exception>
    public static TypedStructs Read(JsonElement types)
    {
        TypedDataText.Require(types, JsonValueKind.Object, "types");
        TypedStructs structs = new();
        foreach (JsonProperty type in types.EnumerateObject())
        {
            string path = $"types.{type.Name}";
            if (!IsName(type.Name) || TypedValueType.Of(type.Name).Kind != TypedValueKind.None)
                throw new FormatException($"{path}: a struct's name is letters, digits and underscores, and no type of the language");
            if (!structs._structs.TryAdd(type.Name, ReadMembers(type.Value, path)))
                throw new FormatException($"{path}: named twice");
        }
        return structs;
    }

    public bool Has(string name) => _structs.ContainsKey(name);

    public IReadOnlyList<TypedMember> MembersOf(string name) => _structs[name];

    public void Add(string name, IReadOnlyList<TypedMember> members) => _structs.Add(name, members);

    /// <summary>Every member's type is one of the language or a struct of the document.</summary>
    /// <exception cref="FormatException">It is not; the message says where.</exception>
    public void RequireKnownTypes()
    {
        foreach ((string name, IReadOnlyList<TypedMember> members) in _structs)
            foreach (TypedMember member in members)
                if (!IsKnown(member.Type))
                    throw new FormatException($"types.{name}.{member.Name}: '{member.Type}' is neither a type (uint256, bytes32, address, …) nor a struct of types");
    }

    /// <summary>encodeType: the struct, then every struct it leads to, in the order of their names.</summary>
    public string Describe(string name)
    {
        SortedSet<string> others = new(StringComparer.Ordinal);
        Collect(name, others);
        others.Remove(name);
        StringBuilder text = new(TypedMember.Describe(name, _structs[name]));
        foreach (string other in others) text.Append(TypedMember.Describe(other, _structs[other]));
        return text.ToString();
    }

    public Hash32 TypeHash(string name) => Keccak256.HashOfText(Describe(name));

    private void Collect(string name, SortedSet<string> found)
    {
        if (!found.Add(name)) return;
        foreach (TypedMember member in _structs[name])
            if (ElementOf(member.Type) is var element && Has(element))
                Collect(element, found);
    }

    private bool IsKnown(string type) => ElementOf(type) is var element && (Has(element) || TypedValueType.Of(element).Kind is not (TypedValueKind.None or TypedValueKind.Array));

    private static string ElementOf(string type)
    {
        while (TypedValueType.Of(type) is { Kind: TypedValueKind.Array } array) type = array.Element;
        return type;
    }

    private static List<TypedMember> ReadMembers(JsonElement array, string path)
    {
        TypedDataText.Require(array, JsonValueKind.Array, path);
        List<TypedMember> members = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            string at = $"{path}[{members.Count}]";
            TypedDataText.Require(item, JsonValueKind.Object, at);
            TypedDataText.RequireOnly(item, at, ["name", "type"]);
            TypedMember member = new(TypedDataText.Text(item, "name", at), TypedDataText.Text(item, "type", at));
            if (!IsName(member.Name)) throw new FormatException($"{at}.name: '{member.Name}' is no name: letters, digits and underscores are wanted");
            if (members.Exists(m => m.Name == member.Name)) throw new FormatException($"{at}.name: '{member.Name}' is there twice");
            members.Add(member);
        }
        return members;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');
}
