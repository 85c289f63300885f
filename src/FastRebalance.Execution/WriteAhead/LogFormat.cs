using System.Buffers.Binary;
using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// The bytes of a segment, little-endian throughout.
/// <code>
/// header (64): magic "FRSUBWA\n" | version u16 | header bytes u16 | stream u8 | 3 zeros | segment number u32 | chain id u64 |
///              sender, 20 | zeros | CRC-32C u32 of the 60 bytes before
/// record:      length u32 (of the whole record) | CRC-32C u32 | kind u8 | epoch u64 | seq u64 | payload
/// </code>
/// A record's checksum runs from its kind to the end of its payload; the length proves itself, for a wrong one moves the end. Behind the
/// last record there are zeros: the space is taken beforehand. Sequence numbers run through all segments of a stream without a gap.
/// </summary>
internal static class LogFormat
{
    public const int HeaderBytes = 64;
    public const int RecordHeaderBytes = 25;

    /// <summary>Far above any record, and small enough that a damaged length is mostly recognised by itself.</summary>
    public const int MaxPayloadBytes = 64 * 1024 * 1024;

    public const string Extension = ".frw";

    private const int ChecksummedFrom = 8;
    private const ushort Version = 2;
    private const int ChainOffset = 20;
    private const int SenderOffset = 28;
    private const int HeaderChecksumOffset = HeaderBytes - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "FRSUBWA\n"u8;

    public static string NameOf(LogStreamKind stream, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(stream)}{number:D6}{Extension}");

    /// <summary>Numbers of the segments of a stream in a folder, ascending.</summary>
    public static int[] Numbers(string folder, LogStreamKind stream)
    {
        List<int> numbers = [];
        foreach (string path in Directory.EnumerateFiles(folder, $"{Prefix(stream)}*{Extension}"))
        {
            ReadOnlySpan<char> digits = Path.GetFileNameWithoutExtension(path.AsSpan())[Prefix(stream).Length..];
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                numbers.Add(number);
        }

        numbers.Sort();
        return [.. numbers];
    }

    public static void WriteHeader(Span<byte> header, LogStreamKind stream, int number, ulong chainId, in Address sender)
    {
        header[..HeaderBytes].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], HeaderBytes);
        header[12] = (byte)stream;
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)number);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ChainOffset..], chainId);
        sender.Span.CopyTo(header[SenderOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[HeaderChecksumOffset..], Crc32C.Compute(header[..HeaderChecksumOffset]));
    }

    /// <summary>What is wrong with a header; null when nothing is.</summary>
    public static string? FaultOfHeader(ReadOnlySpan<byte> segment, LogStreamKind stream, int number, ulong chainId, in Address sender)
    {
        if (segment.Length < HeaderBytes)
            return $"the header is cut short after {segment.Length} bytes";
        if (!segment.StartsWith(Magic))
            return "this is no segment of a write-ahead log";
        if (BinaryPrimitives.ReadUInt32LittleEndian(segment[HeaderChecksumOffset..]) != Crc32C.Compute(segment[..HeaderChecksumOffset]))
            return "the header's checksum does not match";
        if (BinaryPrimitives.ReadUInt16LittleEndian(segment[8..]) is var version && version != Version)
            return $"format {version} was written by another release";
        if (BinaryPrimitives.ReadUInt64LittleEndian(segment[ChainOffset..]) is var chain && chain != chainId)
            return $"it belongs to chain {chain}, not {chainId}";
        Address account = new(segment.Slice(SenderOffset, Address.Length));
        if (account != sender)
            return $"it belongs to the account {account}, not {sender}";
        return segment[12] == (byte)stream && BinaryPrimitives.ReadUInt32LittleEndian(segment[16..]) == (uint)number
            ? null
            : "the header names another stream or segment: the file was renamed or copied";
    }

    /// <summary>Writes the header of a record whose payload stands behind it already.</summary>
    public static void SealRecord(Span<byte> record, LogRecordKind kind, ulong epoch, ulong sequence)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)record.Length);
        record[8] = (byte)kind;
        BinaryPrimitives.WriteUInt64LittleEndian(record[9..], epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(record[17..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Compute(record[ChecksummedFrom..]));
    }

    public static LogRecordKind KindOf(ReadOnlySpan<byte> record) => (LogRecordKind)record[8];

    public static ulong EpochOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[9..]);

    public static ulong SequenceOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record[17..]);

    public static ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> record) => record[RecordHeaderBytes..];

    /// <summary>Length of the record at the start of <paramref name="rest"/>, checked in full; 0 when there is none.</summary>
    public static int LengthOfRecord(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < RecordHeaderBytes)
            return 0;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length is < RecordHeaderBytes or > RecordHeaderBytes + MaxPayloadBytes || length > rest.Length)
            return 0;
        if (rest[8] is 0 or > (byte)LogRecordKind.Burnt)
            return 0;
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        return checksum == Crc32C.Compute(rest[ChecksummedFrom..(int)length]) ? (int)length : 0;
    }

    /// <summary>True when a whole valid record stands anywhere in <paramref name="rest"/>: then what is before it was not torn off by a crash.</summary>
    public static bool AnyValidRecord(ReadOnlySpan<byte> rest)
    {
        for (; rest.Length >= RecordHeaderBytes; rest = rest[1..])
            if (LengthOfRecord(rest) != 0)
                return true;
        return false;
    }

    private static string Prefix(LogStreamKind stream) => stream == LogStreamKind.Account ? "account-" : "fires-";
}
