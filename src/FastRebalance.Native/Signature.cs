using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>A recoverable ECDSA signature: r (32 bytes), s (32 bytes), then the parity of the point's y (0 or 1).</summary>
[InlineArray(Length)]
[SuppressMessage("Usage", "CA2231", Justification = "operators are declared")]
public struct Signature : IEquatable<Signature>
{
    public const int Length = 65;

    private byte _first;

    /// <param name="r">32 bytes, big-endian.</param>
    /// <param name="s">32 bytes, big-endian.</param>
    /// <param name="yParity">0 or 1.</param>
    /// <exception cref="ArgumentException">A length or the parity is wrong.</exception>
    public Signature(ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, byte yParity)
    {
        if (r.Length != 32 || s.Length != 32)
            throw new ArgumentException($"r and s have 32 bytes each, found {r.Length} and {s.Length}");
        if (yParity > 1)
            throw new ArgumentException($"the parity is 0 or 1, found {yParity}", nameof(yParity));
        Span<byte> self = MutableSpan();
        r.CopyTo(self);
        s.CopyTo(self[32..]);
        self[64] = yParity;
    }

    /// <summary>All 65 bytes: r, s, parity.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Length);

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> R => Span[..32];

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> S => Span[32..64];

    public readonly byte YParity => Span[64];

    public readonly bool Equals(Signature other) => Span.SequenceEqual(other.Span);

    public override readonly bool Equals(object? obj) => obj is Signature other && Equals(other);

    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span);

    public static bool operator ==(Signature left, Signature right) => left.Equals(right);

    public static bool operator !=(Signature left, Signature right) => !left.Equals(right);

    public override readonly string ToString() => "0x" + Convert.ToHexStringLower(Span);

    [UnscopedRef]
    internal Span<byte> MutableSpan() => MemoryMarshal.CreateSpan(ref _first, Length);
}
