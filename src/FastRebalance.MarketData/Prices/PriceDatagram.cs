using System.Buffers.Binary;

namespace FastRebalance.MarketData.Prices;

/// <summary>
/// The layout of a price datagram. Little-endian: magic (4 bytes, "FRBU"), version (2, now 1), count of records (2, 1 to 36), session (8), sequence
/// (8), time of sending (8, nanoseconds since 1970); then the records: symbol (16, ASCII, filled up with zeros), bid (8, double), ask (8,
/// double), time at the source (8, nanoseconds since 1970, 0 for unknown). Nothing follows.
/// </summary>
/// <remarks>
/// A sender takes the time at its start, in nanoseconds since 1970, for its session: the greater session is the newer sender. It counts its
/// packets from 1 without a hole.
/// </remarks>
internal static class PriceDatagram
{
    public const uint Magic = 0x55425246;
    public const ushort Version = 1;
    public const int HeaderBytes = 32;
    public const int RecordBytes = PriceRecord.SymbolBytes + 24;

    /// <summary>So that a packet passes an Ethernet frame whole: 1472 bytes of payload.</summary>
    public const int MostRecords = (1472 - HeaderBytes) / RecordBytes;

    public const int MostBytes = HeaderBytes + (MostRecords * RecordBytes);

    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">No record, too many, or a symbol that does not fit.</exception>
    public static int Write(Span<byte> packet, long session, long sequence, long unixNs, ReadOnlySpan<PriceRecord> records)
    {
        if (records.Length is 0 or > MostRecords)
            throw new ArgumentException($"{records.Length} records: a packet holds 1 to {MostRecords}", nameof(records));
        BinaryPrimitives.WriteUInt32LittleEndian(packet, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(packet[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(packet[6..], (ushort)records.Length);
        BinaryPrimitives.WriteInt64LittleEndian(packet[8..], session);
        BinaryPrimitives.WriteInt64LittleEndian(packet[16..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(packet[24..], unixNs);
        for (int i = 0; i < records.Length; i++)
        {
            Span<byte> record = packet.Slice(HeaderBytes + (i * RecordBytes), RecordBytes);
            records[i].WriteSymbol(record);
            BinaryPrimitives.WriteDoubleLittleEndian(record[16..], records[i].Bid);
            BinaryPrimitives.WriteDoubleLittleEndian(record[24..], records[i].Ask);
            BinaryPrimitives.WriteInt64LittleEndian(record[32..], records[i].UnixNs);
        }
        return HeaderBytes + (records.Length * RecordBytes);
    }

    /// <summary>False for what is no packet of ours: another magic, another version, another length than its count says.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> packet, out int count, out long session, out long sequence)
    {
        (count, session, sequence) = (0, 0, 0);
        if (packet.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(packet) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(packet[4..]) != Version)
            return false;
        count = BinaryPrimitives.ReadUInt16LittleEndian(packet[6..]);
        session = BinaryPrimitives.ReadInt64LittleEndian(packet[8..]);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(packet[16..]);
        return count is > 0 and <= MostRecords && packet.Length == HeaderBytes + (count * RecordBytes) && session > 0 && sequence > 0;
    }

    public static void ReadRecord(ReadOnlySpan<byte> packet, int place, out ReadOnlySpan<byte> symbol, out double bid, out double ask)
    {
        ReadOnlySpan<byte> record = packet.Slice(HeaderBytes + (place * RecordBytes), RecordBytes);
        symbol = PriceRecord.SymbolIn(record);
        bid = BinaryPrimitives.ReadDoubleLittleEndian(record[16..]);
        ask = BinaryPrimitives.ReadDoubleLittleEndian(record[24..]);
    }
}
