using System.Buffers;
using System.Globalization;
using System.Numerics;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>
/// The two hexadecimal forms of Ethereum's JSON: data (<c>0x</c> and two digits a byte) and quantities (<c>0x</c> and the shortest
/// digits, zero being <c>0x0</c>). Strict: what is not exactly that is refused, and nothing malformed is ever read as zero. Letters are
/// read in either case unless a method says otherwise. Text comes as characters or as UTF-8.
/// </summary>
public static class Hex
{
    private const int MaxQuantityDigits = 64;

    /// <summary>Reads data into the caller's memory.</summary>
    /// <param name="text"><c>0x</c> and an even number of digits.</param>
    /// <param name="destination">Room for them.</param>
    /// <param name="written">Bytes written.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        return text.StartsWith("0x", StringComparison.Ordinal)
            && Convert.FromHexString(text[2..], destination, out _, out written) == OperationStatus.Done;
    }

    /// <summary>Reads data into the caller's memory.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> destination, out int written)
    {
        written = 0;
        return utf8.StartsWith("0x"u8) && Convert.FromHexString(utf8[2..], destination, out _, out written) == OperationStatus.Done;
    }

    /// <summary>Reads data of any length into an array of its own; empty when the answer is false.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] data)
    {
        data = [];
        if (text.Length < 2 || (text.Length & 1) != 0) return false;
        byte[] bytes = NewArray(text.Length);
        if (!TryDecode(text, bytes, out _)) return false;
        data = bytes;
        return true;
    }

    /// <summary>Reads data of any length into an array of its own; empty when the answer is false.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, out byte[] data)
    {
        data = [];
        if (utf8.Length < 2 || (utf8.Length & 1) != 0) return false;
        byte[] bytes = NewArray(utf8.Length);
        if (!TryDecode(utf8, bytes, out _)) return false;
        data = bytes;
        return true;
    }

    /// <summary>Reads exactly as many bytes as <paramref name="destination"/> holds.</summary>
    public static bool TryDecodeExactly(ReadOnlySpan<byte> utf8, Span<byte> destination) =>
        utf8.Length == 2 + 2 * (long)destination.Length && TryDecode(utf8, destination, out _);

    /// <summary>Reads data. For set-up and tests.</summary>
    /// <exception cref="FormatException">The text is not <c>0x</c> and an even number of digits.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text) =>
        TryDecode(text, out byte[] bytes)
            ? bytes
            : throw new FormatException($"not hexadecimal data: 0x and an even number of digits are wanted, found {text.Length} characters");

    /// <summary><c>0x</c> and two lower-case digits a byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>Writes data as UTF-8, with its <c>0x</c>; the destination needs two bytes and two more for each byte.</summary>
    public static bool TryEncode(ReadOnlySpan<byte> bytes, Span<byte> utf8, out int written)
    {
        written = 0;
        if (utf8.Length < 2 + 2 * (long)bytes.Length) return false;
        "0x"u8.CopyTo(utf8);
        Convert.TryToHexStringLower(bytes, utf8[2..], out int digits);
        written = 2 + digits;
        return true;
    }

    /// <summary>Reads a quantity of at most 64 bits: <c>0x0</c>, <c>0x41</c>; not <c>0x</c>, <c>0x041</c> or <c>41</c>.</summary>
    public static bool TryParseQuantity(ReadOnlySpan<char> text, out ulong value)
    {
        bool fits = TryParseQuantity(text, out UInt256 wide) && IsUInt64(in wide);
        value = fits ? wide.Limb0 : 0;
        return fits;
    }

    /// <summary>Reads a quantity of at most 64 bits.</summary>
    public static bool TryParseQuantity(ReadOnlySpan<byte> utf8, out ulong value)
    {
        bool fits = TryParseQuantity(utf8, out UInt256 wide) && IsUInt64(in wide);
        value = fits ? wide.Limb0 : 0;
        return fits;
    }

    /// <summary>Reads a quantity of at most 256 bits.</summary>
    public static bool TryParseQuantity(ReadOnlySpan<char> text, out UInt256 value)
    {
        value = default;
        if (text.Length is < 3 or > 2 + MaxQuantityDigits) return false;
        Span<byte> utf8 = stackalloc byte[text.Length];
        return System.Text.Ascii.FromUtf16(text, utf8, out _) == OperationStatus.Done && TryParseQuantity(utf8, out value);
    }

    /// <summary>Reads a quantity of at most 256 bits.</summary>
    public static bool TryParseQuantity(ReadOnlySpan<byte> utf8, out UInt256 value)
    {
        value = default;
        if (utf8.Length is < 3 or > 2 + MaxQuantityDigits || !utf8.StartsWith("0x"u8)) return false;
        ReadOnlySpan<byte> digits = utf8[2..];
        if (digits[0] == '0' && digits.Length > 1) return false;
        Span<byte> padded = stackalloc byte[MaxQuantityDigits];
        Span<byte> word = stackalloc byte[UInt256.ByteLength];
        padded.Fill((byte)'0');
        digits.CopyTo(padded[(MaxQuantityDigits - digits.Length)..]);
        if (Convert.FromHexString(padded, word, out _, out _) != OperationStatus.Done) return false;
        value = UInt256.ReadBigEndian(word);
        return true;
    }

    /// <summary>Reads a quantity of at most 64 bits as the JSON-RPC specification spells it: in lower case.</summary>
    public static bool TryParseLowerCaseQuantity(ReadOnlySpan<byte> utf8, out ulong value)
    {
        value = 0;
        return !HasUpperCaseDigit(utf8) && TryParseQuantity(utf8, out value);
    }

    /// <summary>Reads a quantity of at most 256 bits as the JSON-RPC specification spells it: in lower case.</summary>
    public static bool TryParseLowerCaseQuantity(ReadOnlySpan<byte> utf8, out UInt256 value)
    {
        value = default;
        return !HasUpperCaseDigit(utf8) && TryParseQuantity(utf8, out value);
    }

    /// <summary>The quantity as text: <c>0x0</c>, <c>0x41</c>.</summary>
    public static string Quantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The quantity as text.</summary>
    public static string Quantity(in UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.ByteLength];
        value.WriteBigEndian(word);
        string digits = Convert.ToHexStringLower(word).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }

    /// <summary>Writes a quantity as UTF-8; 18 bytes are always enough.</summary>
    public static bool TryWriteQuantity(ulong value, Span<byte> utf8, out int written)
    {
        written = 0;
        int digits = Math.Max(1, (BitOperations.Log2(value) / 4) + 1);
        if (utf8.Length < 2 + digits) return false;
        "0x"u8.CopyTo(utf8);
        value.TryFormat(utf8[2..], out _, "x", CultureInfo.InvariantCulture);
        written = 2 + digits;
        return true;
    }

    // Of the digits: any other letter is refused where they are read.
    private static bool HasUpperCaseDigit(ReadOnlySpan<byte> utf8) => utf8.ContainsAnyInRange((byte)'A', (byte)'F');

    private static byte[] NewArray(int textLength) => GC.AllocateUninitializedArray<byte>((textLength - 2) / 2);

    private static bool IsUInt64(in UInt256 value) => (value.Limb1 | value.Limb2 | value.Limb3) == 0;
}
