using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Core.Assets;

/// <summary>A 20-byte account or contract address. The type carries the length, so a shorter or longer one does not compile.</summary>
[InlineArray(Length)]
[SuppressMessage("Usage", "CA2231", Justification = "operators are declared")]
public struct Address : IEquatable<Address>
{
    public const int Length = 20;

    private const string Noun = "an address";

    private byte _first;

    public static readonly Address Zero = default;

    /// <param name="bytes">Exactly 20 bytes.</param>
    /// <exception cref="ArgumentException">The span is not 20 bytes long.</exception>
    public Address(ReadOnlySpan<byte> bytes) => FixedHex.Copy(bytes, MutableSpan(), Noun);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    public readonly bool IsZero => Span.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Reads <c>0x</c> and 40 hexadecimal digits, in any letter case (the checksum is not verified here).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        return FixedHex.TryParse(text, address.MutableSpan());
    }

    /// <exception cref="FormatException">The text is not <c>0x</c> and 40 hexadecimal digits.</exception>
    public static Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out Address address) ? address : throw FixedHex.Refused(text, Noun, Length);

    public readonly bool Equals(Address other) => Span.SequenceEqual(other.Span);

    public override readonly bool Equals(object? obj) => obj is Address other && Equals(other);

    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span[^4..]);

    public static bool operator ==(Address left, Address right) => left.Equals(right);

    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    /// <summary><c>0x</c> and 40 lower-case digits.</summary>
    public override readonly string ToString() => FixedHex.Format(Span);

    [UnscopedRef]
    private Span<byte> MutableSpan() => MemoryMarshal.CreateSpan(ref _first, Length);
}
