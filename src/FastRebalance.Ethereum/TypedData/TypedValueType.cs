using System.Globalization;

namespace FastRebalance.Ethereum.TypedData;

/// <summary>A type name taken apart.</summary>
/// <param name="Kind">What it is; <see cref="TypedValueKind.None"/> where it may name a struct.</param>
/// <param name="Size">Bits of an integer, bytes of bytesN, length of an array (-1: any).</param>
/// <param name="Element">The type of an array's elements.</param>
internal readonly record struct TypedValueType(TypedValueKind Kind, int Size, string Element = "")
{
    public const int AnyLength = -1;

    /// <summary>True where the value itself is the word, not its hash.</summary>
    public bool IsOneWord => Kind is >= TypedValueKind.UnsignedInteger and <= TypedValueKind.FixedBytes;

    /// <summary>Reads a type name. Names that only look like the standard's (<c>uint7</c>, <c>bytes33</c>) are of no kind.</summary>
    public static TypedValueType Of(string name)
    {
        if (name.EndsWith(']')) return ArrayOf(name);
        return name switch
        {
            "bool" => new(TypedValueKind.Boolean, 1),
            "address" => new(TypedValueKind.Address, 20),
            "bytes" => new(TypedValueKind.Bytes, AnyLength),
            "string" => new(TypedValueKind.Text, AnyLength),
            _ when TryReadSize(name, "uint", out int bits) && IsBits(bits) => new(TypedValueKind.UnsignedInteger, bits),
            _ when TryReadSize(name, "int", out int bits) && IsBits(bits) => new(TypedValueKind.SignedInteger, bits),
            _ when TryReadSize(name, "bytes", out int bytes) && bytes is >= 1 and <= 32 => new(TypedValueKind.FixedBytes, bytes),
            _ => default,
        };
    }

    private static TypedValueType ArrayOf(string name)
    {
        int open = name.LastIndexOf('[');
        if (open <= 0) return default;
        string length = name[(open + 1)..^1];
        if (length.Length == 0) return new(TypedValueKind.Array, AnyLength, name[..open]);
        return TryReadNumber(length, out int count) ? new(TypedValueKind.Array, count, name[..open]) : default;
    }

    private static bool TryReadSize(string name, string stem, out int size)
    {
        size = 0;
        return name.StartsWith(stem, StringComparison.Ordinal) && TryReadNumber(name.AsSpan(stem.Length), out size);
    }

    private static bool TryReadNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && digits[0] != '0';

    private static bool IsBits(int bits) => bits is >= 8 and <= 256 && bits % 8 == 0;
}
