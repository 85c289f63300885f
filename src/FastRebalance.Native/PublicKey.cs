using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>A secp256k1 public key: the point's x and y, 32 bytes each, big-endian, without the leading 0x04.</summary>
[InlineArray(Length)]
[SuppressMessage("Usage", "CA2231", Justification = "operators are declared")]
public struct PublicKey : IEquatable<PublicKey>
{
    public const int Length = 64;

    private byte _first;

    /// <param name="bytes">Exactly 64 bytes: x then y.</param>
    /// <exception cref="ArgumentException">The span is not 64 bytes long.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"a public key has {Length} bytes, found {bytes.Length}", nameof(bytes));
        bytes.CopyTo(MemoryMarshal.CreateSpan(ref _first, Length));
    }

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    public readonly bool Equals(PublicKey other) => Span.SequenceEqual(other.Span);

    public override readonly bool Equals(object? obj) => obj is PublicKey other && Equals(other);

    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span);

    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);

    public override readonly string ToString() => "0x" + Convert.ToHexStringLower(Span);
}
