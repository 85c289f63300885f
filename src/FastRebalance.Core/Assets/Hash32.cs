using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Core.Assets;

/// <summary>A 32-byte hash: of a block, a transaction, a log topic. Not a number.</summary>
[InlineArray(Length)]
[SuppressMessage("Usage", "CA2231", Justification = "operators are declared")]
public struct Hash32 : IEquatable<Hash32>
{
    public const int Length = 32;

    private const string Noun = "a hash";

    private byte _first;

    public static readonly Hash32 Zero = default;

    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Hash32(ReadOnlySpan<byte> bytes) => FixedHex.Copy(bytes, MutableSpan(), Noun);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    public readonly bool IsZero => Span.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Reads <c>0x</c> and 64 hexadecimal digits, in any letter case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash32 hash)
    {
        hash = default;
        return FixedHex.TryParse(text, hash.MutableSpan());
    }

    /// <exception cref="FormatException">The text is not <c>0x</c> and 64 hexadecimal digits.</exception>
    public static Hash32 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out Hash32 hash) ? hash : throw FixedHex.Refused(text, Noun, Length);

    public readonly bool Equals(Hash32 other) => Span.SequenceEqual(other.Span);

    public override readonly bool Equals(object? obj) => obj is Hash32 other && Equals(other);

    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span[^4..]);

    public static bool operator ==(Hash32 left, Hash32 right) => left.Equals(right);

    public static bool operator !=(Hash32 left, Hash32 right) => !left.Equals(right);

    /// <summary><c>0x</c> and 64 lower-case digits.</summary>
    public override readonly string ToString() => FixedHex.Format(Span);

    [UnscopedRef]
    private Span<byte> MutableSpan() => MemoryMarshal.CreateSpan(ref _first, Length);
}
