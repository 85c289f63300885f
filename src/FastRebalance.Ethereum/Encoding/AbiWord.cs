using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Encoding;

/// <summary>One 32-byte word of contract data read as this or that type. False where the word holds more than the type does.</summary>
public static class AbiWord
{
    public const int Length = 32;

    public static UInt256 ToUInt256(ReadOnlySpan<byte> word) => UInt256.ReadBigEndian(word[..Length]);

    public static bool TryToUInt64(ReadOnlySpan<byte> word, out ulong value)
    {
        value = BinaryPrimitives.ReadUInt64BigEndian(word[24..Length]);
        return IsAll(word[..24], 0);
    }

    public static bool TryToUInt128(ReadOnlySpan<byte> word, out UInt128 value)
    {
        value = BinaryPrimitives.ReadUInt128BigEndian(word[16..Length]);
        return IsAll(word[..16], 0);
    }

    /// <summary>Any intN that fits 128 bits.</summary>
    public static bool TryToInt128(ReadOnlySpan<byte> word, out Int128 value)
    {
        value = BinaryPrimitives.ReadInt128BigEndian(word[16..Length]);
        return IsAll(word[..16], value < 0 ? (byte)0xff : (byte)0);
    }

    /// <summary>int24, int32: a pool's tick.</summary>
    public static bool TryToInt32(ReadOnlySpan<byte> word, out int value)
    {
        value = BinaryPrimitives.ReadInt32BigEndian(word[28..Length]);
        return IsAll(word[..28], value < 0 ? (byte)0xff : (byte)0);
    }

    /// <summary>An int256 as sign and size.</summary>
    public static UInt256 ToInt256(ReadOnlySpan<byte> word, out bool negative)
    {
        negative = (word[0] & 0x80) != 0;
        if (!negative) return ToUInt256(word);
        Span<byte> magnitude = stackalloc byte[Length];
        word[..Length].CopyTo(magnitude);
        Negate(magnitude);
        return UInt256.ReadBigEndian(magnitude);
    }

    public static bool TryToAddress(ReadOnlySpan<byte> word, out Address address)
    {
        address = new Address(word[12..Length]);
        return IsAll(word[..12], 0);
    }

    public static bool TryToBool(ReadOnlySpan<byte> word, out bool value)
    {
        value = word[Length - 1] == 1;
        return word[Length - 1] <= 1 && IsAll(word[..(Length - 1)], 0);
    }

    internal static void Negate(Span<byte> word)
    {
        int carry = 1;
        for (int i = Length - 1; i >= 0; i--)
        {
            int sum = (byte)~word[i] + carry;
            word[i] = (byte)sum;
            carry = sum >> 8;
        }
    }

    private static bool IsAll(ReadOnlySpan<byte> bytes, byte value) => bytes.IndexOfAnyExcept(value) < 0;
}
