using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>The members of one JSON object, taken one by one; what is left at the end was not asked for. A mistake is noted with its path.</summary>
internal sealed class JsonMembers
{
    private const string Quantity = "an integer, in decimal or as 0x and digits without leading zeros";

    private readonly Dictionary<string, JsonElement> _left = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly JsonProblems _problems;

    public JsonMembers(JsonElement parent, string path, JsonProblems problems)
    {
        _path = path;
        _problems = problems;
        foreach (JsonProperty member in parent.EnumerateObject())
            if (!_left.TryAdd(member.Name, member.Value))
                problems.Add(PathOf(member.Name), "the member twice", "it once");
    }

    public bool Has(string name) => _left.ContainsKey(name);

    /// <summary>Takes a member; where it is missing, that is noted.</summary>
    public bool TryTake(string name, string wanted, out JsonElement member)
    {
        if (_left.Remove(name, out member)) return true;
        _problems.Add(PathOf(name), "nothing", wanted);
        return false;
    }

    public bool TryTakeNull(string name) =>
        _left.TryGetValue(name, out JsonElement member) && member.ValueKind == JsonValueKind.Null && _left.Remove(name);

    /// <summary>The one of two names that is there. With both there, the second is left over and told as such.</summary>
    public string OneOf(string first, string second) => Has(first) || !Has(second) ? first : second;

    public UInt256 UInt256(string name, string wanted)
    {
        if (!TryTake(name, wanted, out JsonElement member)) return default;
        if (JsonQuantity.TryRead(member, out UInt256 value)) return value;
        Refuse(name, member, $"{wanted}: {Quantity}");
        return default;
    }

    public ulong UInt64(string name, string wanted)
    {
        if (!TryTake(name, wanted, out JsonElement member)) return 0;
        if (JsonQuantity.TryRead(member, out UInt256 value) && value <= ulong.MaxValue) return value.Limb0;
        Refuse(name, member, $"{wanted}: {Quantity}, of at most 64 bits");
        return 0;
    }

    public byte Parity(string name)
    {
        if (!TryTake(name, "0 or 1", out JsonElement member)) return 0;
        if (JsonQuantity.TryRead(member, out UInt256 value) && value <= 1UL) return (byte)value.Limb0;
        Refuse(name, member, "0 or 1");
        return 0;
    }

    /// <summary>r or s: a quantity, or all 32 bytes.</summary>
    public UInt256 Word(string name)
    {
        const string Wanted = "0x and up to 64 digits";
        if (!TryTake(name, Wanted, out JsonElement member)) return default;
        if (JsonQuantity.TryRead(member, out UInt256 value)) return value;
        if (member.ValueKind == JsonValueKind.String && Hash32.TryParse(member.GetString(), out Hash32 word))
            return Core.Assets.UInt256.ReadBigEndian(word.Span);
        Refuse(name, member, Wanted);
        return default;
    }

    public Address Address(string name, string wanted)
    {
        if (!TryTake(name, wanted, out JsonElement member)) return default;
        if (member.ValueKind == JsonValueKind.String && Eip55.TryParse(member.GetString(), out Address address)) return address;
        Refuse(name, member, $"{wanted}: 0x and 40 digits, in one case or with the right checksum");
        return default;
    }

    public byte[] Bytes(string name)
    {
        const string Wanted = "0x and an even number of digits";
        if (!TryTake(name, Wanted, out JsonElement member)) return [];
        if (member.ValueKind == JsonValueKind.String && Hex.TryDecode(member.GetString().AsSpan(), out byte[] bytes)) return bytes;
        Refuse(name, member, Wanted);
        return [];
    }

    public Hash32[] Hashes(string name)
    {
        const string Wanted = "0x and 64 digits";
        List<Hash32> hashes = [];
        foreach ((JsonElement item, string path) in Items(name, isOptional: false))
        {
            if (item.ValueKind == JsonValueKind.String && Hash32.TryParse(item.GetString(), out Hash32 hash)) hashes.Add(hash);
            else _problems.Add(path, JsonProblems.Shown(item), Wanted);
        }
        return [.. hashes];
    }

    public IEnumerable<JsonMembers> Objects(string name, bool isOptional)
    {
        foreach ((JsonElement item, string path) in Items(name, isOptional))
        {
            if (item.ValueKind == JsonValueKind.Object) yield return new JsonMembers(item, path, _problems);
            else _problems.Add(path, JsonProblems.Shown(item), "an object");
        }
    }

    public void RefuseTheRest(string why)
    {
        foreach (string name in _left.Keys) _problems.Add(PathOf(name), "a member that is not known here", why);
    }

    private IEnumerable<(JsonElement Item, string Path)> Items(string name, bool isOptional)
    {
        if (isOptional && !Has(name)) yield break;
        if (!TryTake(name, "a list", out JsonElement list)) yield break;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Refuse(name, list, "a list");
            yield break;
        }
        int index = 0;
        foreach (JsonElement item in list.EnumerateArray())
            yield return (item, $"{PathOf(name)}[{index++}]");
    }

    private void Refuse(string name, JsonElement member, string wanted) => _problems.Add(PathOf(name), JsonProblems.Shown(member), wanted);

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";
}
