using System.Buffers.Binary;
using FastRebalance.Core.Assets;

namespace FastRebalance.ContractTests.PoolChains;

/// <summary>Writes the answers of made-up contracts.</summary>
internal static class MadeUpWords
{
    public const long Deep = 1_000_000_000_000_000;

    public static readonly UInt256 Unit = UInt256.PowerOfTen(18);

    public static uint SelectorOf(byte[] call) => BinaryPrimitives.ReadUInt32BigEndian(call);

    public static byte[] Words(params UInt256[] values)
    {
        byte[] words = new byte[values.Length * UInt256.ByteLength];
        for (int i = 0; i < values.Length; i++)
            values[i].WriteBigEndian(words.AsSpan(i * UInt256.ByteLength));
        return words;
    }

    /// <summary>An array as the only answer.</summary>
    public static byte[] Array(params UInt256[] values) => Words([32, (ulong)values.Length, .. values]);
}
