using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// Steps through JSON members with a <see cref="Utf8JsonReader"/>. Every value method moves to the value and refuses what is
/// not of the form wanted with a <see cref="JsonException"/>; nothing malformed becomes a default.
/// </summary>
internal static class RpcRead
{
    public static Utf8JsonReader Start(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        if (!reader.Read())
            throw new JsonException("an empty text is no JSON");
        return reader;
    }

    public static void ExpectObject(in Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"an object is wanted, found {reader.TokenType}");
    }

    /// <summary>True at the next member's name, false at the object's end.</summary>
    public static bool NextMember(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Enters the array that is the member's value; a null counts as an empty one only where allowed.</summary>
    public static void EnterArray(ref Utf8JsonReader reader)
    {
        MoveToValue(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"an array is wanted, found {reader.TokenType}");
    }

    /// <summary>True at the next element, false at the array's end.</summary>
    public static bool NextElement(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    public static bool IsNull(ref Utf8JsonReader reader)
    {
        MoveToValue(ref reader);
        return reader.TokenType == JsonTokenType.Null;
    }

    public static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    public static UInt256 Wide(ref Utf8JsonReader reader) =>
        Hex.TryParseLowerCaseQuantity(Text(ref reader), out UInt256 value) ? value : throw NoQuantity(reader, 256);

    public static ulong Number(ref Utf8JsonReader reader) =>
        Hex.TryParseLowerCaseQuantity(Text(ref reader), out ulong value) ? value : throw NoQuantity(reader, 64);

    public static ulong? NumberOrNull(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : Number(ref reader);

    public static uint Number32(ref Utf8JsonReader reader) =>
        Number(ref reader) is <= uint.MaxValue and var value ? (uint)value : throw NoQuantity(reader, 32);

    public static byte[] Data(ref Utf8JsonReader reader) =>
        Hex.TryDecode(Text(ref reader), out byte[] data) ? data : throw new JsonException($"no data, {QuantityFault.OfData(reader.ValueSpan)}: '{Shown(reader)}'");

    public static Hash32 Hash(ref Utf8JsonReader reader)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Length];
        return Hex.TryDecodeExactly(Text(ref reader), bytes)
            ? new Hash32(bytes)
            : throw new JsonException($"no 32-byte hash: '{Shown(reader)}'");
    }

    public static Hash32? HashOrNull(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : Hash(ref reader);

    public static Address Address(ref Utf8JsonReader reader)
    {
        Span<byte> bytes = stackalloc byte[Core.Assets.Address.Length];
        return Hex.TryDecodeExactly(Text(ref reader), bytes)
            ? new Address(bytes)
            : throw new JsonException($"no 20-byte address: '{Shown(reader)}'");
    }

    public static Address? AddressOrNull(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : Address(ref reader);

    /// <summary>A text for people; null where there is none.</summary>
    public static string? TextOrNull(ref Utf8JsonReader reader) => IsNull(ref reader) ? null
        : reader.TokenType == JsonTokenType.String ? reader.GetString()
        : throw new JsonException($"a text is wanted, found {reader.TokenType}");

    public static bool Bool(ref Utf8JsonReader reader)
    {
        MoveToValue(ref reader);
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw new JsonException($"true or false is wanted, found {reader.TokenType}"),
        };
    }

    public static T Required<T>(T? value, string member) where T : struct =>
        value ?? throw new JsonException($"the member '{member}' is missing");

    public static T Required<T>(T? value, string member) where T : class =>
        value ?? throw new JsonException($"the member '{member}' is missing");

    /// <summary>As much of a text as a message should quote.</summary>
    public static string Beginning(ReadOnlySpan<byte> utf8, int mostBytes) =>
        System.Text.Encoding.UTF8.GetString(utf8.Length <= mostBytes ? utf8 : utf8[..mostBytes]);

    // A member's name is left behind; an element of an array is the value already.
    private static void MoveToValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
            reader.Read();
    }

    /// <summary>The string's bytes; hexadecimal never needs escapes, so an escaped string is refused by the digits' check.</summary>
    private static ReadOnlySpan<byte> Text(ref Utf8JsonReader reader)
    {
        MoveToValue(ref reader);
        return reader.TokenType == JsonTokenType.String
            ? reader.ValueSpan
            : throw new JsonException($"a hexadecimal string is wanted, found {reader.TokenType}");
    }

    private static JsonException NoQuantity(in Utf8JsonReader reader, int bits) =>
        new($"no quantity of at most {bits} bits, {QuantityFault.Of(reader.ValueSpan, bits)}: '{Shown(reader)}'");

    private static string Shown(in Utf8JsonReader reader) => Beginning(reader.ValueSpan, 80);
}
