using System.Buffers.Binary;
using System.Numerics;

namespace FastRebalance.Core.Hashing;

/// <summary>
/// CRC-32C (Castagnoli, as in iSCSI, RFC 3720): reflected polynomial 0x82F63B78, all ones in and out. Both the processors that
/// we run on have an instruction for it.
/// </summary>
public static class Crc32C
{
    private const uint ReflectedPolynomial = 0x82F6_3B78;

    private static readonly uint[] Table = MakeTable();

    public static uint Compute(ReadOnlySpan<byte> data) => ~Extend(uint.MaxValue, data);

    /// <summary>Of three stretches as if they were one.</summary>
    public static uint Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third) =>
        ~Extend(Extend(Extend(uint.MaxValue, first), second), third);

    /// <summary>The plain twin: a byte at a time from a table.</summary>
    internal static uint ComputeScalar(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Extend(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            // The instruction takes the lowest byte of a word first.
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte b in data)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ ReflectedPolynomial : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
