using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Abi;

/// <summary>
/// Reads the 32-byte words of return data and logs. Strict: a word that is missing, or holds more bits than its type, is
/// malformed and never silently cut.
/// </summary>
internal static class AbiWords
{
    public const int WordLength = 32;

    public static bool TryReadUInt(ReadOnlySpan<byte> data, int word, int bits, out UInt256 value)
    {
        value = default;
        if (!TryWord(data, word, out ReadOnlySpan<byte> bytes))
            return false;
        value = UInt256.ReadBigEndian(bytes);
        return HighBitsAreZero(bytes, bits);
    }

    public static bool TryReadUInt128(ReadOnlySpan<byte> data, int word, out UInt128 value)
    {
        value = default;
        if (!TryWord(data, word, out ReadOnlySpan<byte> bytes))
            return false;
        value = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
        return HighBitsAreZero(bytes, 128);
    }

    public static bool TryReadInt128(ReadOnlySpan<byte> data, int word, out Int128 value)
    {
        value = default;
        if (!TryWord(data, word, out ReadOnlySpan<byte> bytes))
            return false;
        value = BinaryPrimitives.ReadInt128BigEndian(bytes[16..]);
        return IsSignExtension(bytes[..16], value < 0);
    }

    /// <summary>Reads a signed word that must fit 24 bits.</summary>
    public static bool TryReadInt24(ReadOnlySpan<byte> data, int word, out int value)
    {
        value = default;
        if (!TryWord(data, word, out ReadOnlySpan<byte> bytes))
            return false;
        value = BinaryPrimitives.ReadInt32BigEndian(bytes[28..]);
        return value is >= -(1 << 23) and < 1 << 23 && IsSignExtension(bytes[..28], value < 0);
    }

    public static bool TryReadAddress(ReadOnlySpan<byte> data, int word, out Address address)
    {
        address = default;
        if (!TryWord(data, word, out ReadOnlySpan<byte> bytes) || !HighBitsAreZero(bytes, 8 * Address.Length))
            return false;
        address = new Address(bytes[^Address.Length..]);
        return true;
    }

    /// <summary>Finds an array whose offset stands in a word: its first item's word and how many there are.</summary>
    /// <param name="data">The return data.</param>
    /// <param name="word">Where the offset stands.</param>
    /// <param name="most">More items than this are malformed.</param>
    /// <param name="first">The word of the first item.</param>
    /// <param name="length">Items.</param>
    public static bool TryReadArray(ReadOnlySpan<byte> data, int word, int most, out int first, out int length)
    {
        (first, length) = (0, 0);
        if (!TryReadUInt(data, word, 32, out UInt256 offset) || offset.Limb0 % WordLength != 0 || offset.Limb0 > (ulong)data.Length)
            return false;
        int at = (int)(offset.Limb0 / WordLength);
        if (!TryReadUInt(data, at, 32, out UInt256 count) || count.Limb0 > (ulong)most)
            return false;
        (first, length) = (at + 1, (int)count.Limb0);
        return data.Length >= (first + length) * WordLength;
    }

    private static bool TryWord(ReadOnlySpan<byte> data, int word, out ReadOnlySpan<byte> bytes)
    {
        bool present = data.Length >= (word + 1) * WordLength;
        bytes = present ? data.Slice(word * WordLength, WordLength) : default;
        return present;
    }

    // Widths are whole bytes.
    private static bool HighBitsAreZero(ReadOnlySpan<byte> word, int bits) =>
        IsSignExtension(word[..(WordLength - bits / 8)], negative: false);

    private static bool IsSignExtension(ReadOnlySpan<byte> high, bool negative) =>
        !high.ContainsAnyExcept(negative ? (byte)0xff : (byte)0);
}
