using System.Globalization;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>encodeData and hashStruct of EIP-712 over JSON values. Allocates as it likes: it is for set-up.</summary>
internal sealed class TypedDataHasher(TypedStructs structs)
{
    /// <summary>Deeper than any honest message; a struct may name itself, so only the data end.</summary>
    private const int MaxDepth = 60;

    private readonly Dictionary<string, Hash32> _typeHashes = new(StringComparer.Ordinal);
    private int _depth;

    public Hash32 HashStruct(string name, JsonElement data, string path) => Keccak256.Hash(EncodeStruct(name, data, path));

    /// <summary>The type's hash, then a word for each member.</summary>
    public byte[] EncodeStruct(string name, JsonElement data, string path)
    {
        if (++_depth > MaxDepth) throw new FormatException($"{path}: structs nest deeper than {MaxDepth}");
        TypedDataText.Require(data, JsonValueKind.Object, path);
        IReadOnlyList<TypedMember> members = structs.MembersOf(name);
        TypedDataText.RequireOnly(data, path, [.. members.Select(static m => m.Name)]);
        byte[] words = new byte[AbiWord.Length * (1 + members.Count)];
        TypeHash(name).Span.CopyTo(words);
        for (int i = 0; i < members.Count; i++)
        {
            JsonElement value = TypedDataText.Member(data, members[i].Name, path);
            Encode(members[i].Type, value, words.AsSpan(AbiWord.Length * (i + 1), AbiWord.Length), TypedDataText.Join(path, members[i].Name));
        }
        _depth--;
        return words;
    }

    private Hash32 TypeHash(string name)
    {
        if (!_typeHashes.TryGetValue(name, out Hash32 hash)) _typeHashes.Add(name, hash = structs.TypeHash(name));
        return hash;
    }

    private void Encode(string typeName, JsonElement value, Span<byte> word, string path)
    {
        TypedValueType type = TypedValueType.Of(typeName);
        switch (type.Kind)
        {
            case TypedValueKind.Array:
                EncodeArray(type, value, word, path);
                break;
            case TypedValueKind.UnsignedInteger or TypedValueKind.SignedInteger:
                EncodeInteger(type, value, word, path);
                break;
            case TypedValueKind.Boolean:
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                    throw new FormatException($"{path}: true or false is wanted, found {TypedDataText.Noun(value.ValueKind)}");
                word[^1] = value.ValueKind == JsonValueKind.True ? (byte)1 : (byte)0;
                break;
            case TypedValueKind.Address:
                if (!Eip55.TryParse(TextOf(value, path), out Address address))
                    throw new FormatException($"{path}: '{value}' is not an address: 0x and 40 digits are wanted, in one case or with the right checksum");
                address.Span.CopyTo(word[^Address.Length..]);
                break;
            case TypedValueKind.FixedBytes:
                byte[] bytes = BytesOf(value, path);
                if (bytes.Length != type.Size) throw new FormatException($"{path}: {type.Size} bytes are wanted, found {bytes.Length}");
                bytes.CopyTo(word);
                break;
            case TypedValueKind.Bytes:
                Keccak256.Hash(BytesOf(value, path), word);
                break;
            case TypedValueKind.Text:
                Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(TextOf(value, path)), word);
                break;
            default:
                EncodeMemberStruct(typeName, value, word, path);
                break;
        }
    }

    // A struct that is not there is a word of zeros, as wallets have it: so a struct that names itself comes to an end.
    private void EncodeMemberStruct(string name, JsonElement value, Span<byte> word, string path)
    {
        if (value.ValueKind != JsonValueKind.Null) HashStruct(name, value, path).Span.CopyTo(word);
    }

    private void EncodeArray(TypedValueType type, JsonElement value, Span<byte> word, string path)
    {
        TypedDataText.Require(value, JsonValueKind.Array, path);
        int count = value.GetArrayLength();
        if (type.Size != TypedValueType.AnyLength && type.Size != count) throw new FormatException($"{path}: {type.Size} elements are wanted, found {count}");
        byte[] words = new byte[AbiWord.Length * count];
        int index = 0;
        foreach (JsonElement element in value.EnumerateArray())
        {
            Encode(type.Element, element, words.AsSpan(AbiWord.Length * index, AbiWord.Length), $"{path}[{index}]");
            index++;
        }
        Keccak256.Hash(words, word);
    }

    private static void EncodeInteger(TypedValueType type, JsonElement value, Span<byte> word, string path)
    {
        bool signed = type.Kind == TypedValueKind.SignedInteger;
        ReadOnlySpan<char> text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => throw new FormatException($"{path}: an integer is wanted, found {TypedDataText.Noun(value.ValueKind)}"),
        };
        bool negative = text is ['-', not '0', ..];
        if (!UInt256.TryParse(negative ? text[1..] : text, out UInt256 magnitude) || (negative && !signed))
            throw Refused(text);
        int bits = signed && !negative ? type.Size - 1 : type.Size;
        bool fits = negative ? magnitude <= UInt256.One << (bits - 1) : magnitude.BitLength <= bits;
        if (!fits) throw Refused(text);
        magnitude.WriteBigEndian(word);
        if (negative) AbiWord.Negate(word);

        FormatException Refused(ReadOnlySpan<char> found) => new(string.Create(
            CultureInfo.InvariantCulture, $"{path}: '{found}' is not {(signed ? "an int" : "a uint")}{type.Size}: an integer in its range is wanted, in decimal digits or, if not negative, 0x and hexadecimal ones"));
    }

    private static string TextOf(JsonElement value, string path)
    {
        TypedDataText.Require(value, JsonValueKind.String, path);
        return value.GetString()!;
    }

    private static byte[] BytesOf(JsonElement value, string path) =>
        Hex.TryDecode(TextOf(value, path).AsSpan(), out byte[] bytes)
            ? bytes
            : throw new FormatException($"{path}: 0x and an even number of hexadecimal digits are wanted");
}
