using System.Buffers.Binary;

namespace FastRebalance.Core.Assets;

/// <summary>
/// An unsigned 256-bit integer: four 64-bit limbs, lowest first. Money is kept in it, so the plain operators are checked and
/// throw on overflow; the <c>Try</c> forms report it, the <c>Wrapping</c> forms reduce modulo 2^256. Allocates nothing.
/// </summary>
public readonly partial struct UInt256 : IEquatable<UInt256>, IComparable<UInt256>
{
    public const int ByteLength = 32;

    /// <summary>Bits 0..63.</summary>
    public readonly ulong Limb0;

    /// <summary>Bits 64..127.</summary>
    public readonly ulong Limb1;

    /// <summary>Bits 128..191.</summary>
    public readonly ulong Limb2;

    /// <summary>Bits 192..255.</summary>
    public readonly ulong Limb3;

    public UInt256(ulong limb0, ulong limb1 = 0, ulong limb2 = 0, ulong limb3 = 0)
    {
        Limb0 = limb0;
        Limb1 = limb1;
        Limb2 = limb2;
        Limb3 = limb3;
    }

    public static UInt256 Zero => default;

    public static UInt256 One => new(1);

    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsZero => (Limb0 | Limb1 | Limb2 | Limb3) == 0;

    public static implicit operator UInt256(ulong value) => new(value);

    public static implicit operator UInt256(UInt128 value) => new((ulong)value, (ulong)(value >> 64));

    /// <summary>Reads a big-endian number of at most 32 bytes; an empty span is zero.</summary>
    /// <exception cref="ArgumentException">The span is longer than 32 bytes.</exception>
    public static UInt256 ReadBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ByteLength)
            throw new ArgumentException($"at most {ByteLength} bytes fit, found {bytes.Length}", nameof(bytes));
        Span<byte> word = stackalloc byte[ByteLength];
        word.Clear();
        bytes.CopyTo(word[(ByteLength - bytes.Length)..]);
        return new UInt256(
            BinaryPrimitives.ReadUInt64BigEndian(word[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(word));
    }

    /// <summary>Writes all 32 bytes, highest first.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Limb3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Limb2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], Limb1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], Limb0);
    }

    public bool Equals(UInt256 other) =>
        Limb0 == other.Limb0 && Limb1 == other.Limb1 && Limb2 == other.Limb2 && Limb3 == other.Limb3;

    public override bool Equals(object? obj) => obj is UInt256 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Limb0, Limb1, Limb2, Limb3);

    public int CompareTo(UInt256 other) =>
        Limb3 != other.Limb3 ? Limb3.CompareTo(other.Limb3)
        : Limb2 != other.Limb2 ? Limb2.CompareTo(other.Limb2)
        : Limb1 != other.Limb1 ? Limb1.CompareTo(other.Limb1)
        : Limb0.CompareTo(other.Limb0);

    public static bool operator ==(UInt256 left, UInt256 right) => left.Equals(right);

    public static bool operator !=(UInt256 left, UInt256 right) => !left.Equals(right);

    public static bool operator <(UInt256 left, UInt256 right) => left.CompareTo(right) < 0;

    public static bool operator >(UInt256 left, UInt256 right) => left.CompareTo(right) > 0;

    public static bool operator <=(UInt256 left, UInt256 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UInt256 left, UInt256 right) => left.CompareTo(right) >= 0;
}
