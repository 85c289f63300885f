using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Journal;

/// <summary>
/// The bytes of a segment, little-endian throughout.
/// <code>
/// header (64): magic "FRJOURN\n" | version u16 | header bytes u16 | MarketEvent bytes u32 | OrderEvent bytes u32 |
///              segment number u32 | stream, ASCII, 16 | zeros | CRC-32C u32 of the 60 bytes before
/// record:      length u32 (of the whole record) | CRC-32C u32 | kind u8 | 3 zeros | sequence i64 | payload
/// </code>
/// A record's checksum runs from its kind to the end of its payload; the length proves itself, for a wrong one moves the end.
/// </summary>
internal static class SegmentFormat
{
    public const int HeaderBytes = 64;
    public const int RecordHeaderBytes = 20;

    /// <summary>Far above any record, and small enough that a damaged length is mostly recognised by itself.</summary>
    public const int MaxPayloadBytes = 16 * 1024 * 1024;

    public const string Extension = ".frj";

    private const int ChecksummedFrom = 8;
    private const ushort Version = 4; // 2: legs of four pools; 3: legs tell what stays, heads what bytes cost; 4: orders tell what they trade
    private const int StreamOffset = 24;
    private const int MaxStreamBytes = 16;
    private const int HeaderChecksumOffset = HeaderBytes - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "FRJOURN\n"u8;

    /// <exception cref="ArgumentException">The name does not fit the header or a file name.</exception>
    public static void CheckStream(string stream)
    {
        if (string.IsNullOrEmpty(stream) || stream.Length > MaxStreamBytes || !stream.All(char.IsAsciiLetterLower))
            throw new ArgumentException($"'{stream}' is no stream's name: 1 to {MaxStreamBytes} lower-case letters are wanted", nameof(stream));
    }

    public static string PathOf(string directory, string stream, int number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{stream}-{number:D6}{Extension}"));

    /// <summary>Numbers of the segments of a stream, ascending; none when the directory does not exist.</summary>
    public static int[] Numbers(string directory, string stream)
    {
        if (!Directory.Exists(directory))
            return [];
        List<int> numbers = [];
        foreach (string path in Directory.EnumerateFiles(directory, $"{stream}-*{Extension}"))
        {
            string digits = Path.GetFileNameWithoutExtension(path)[(stream.Length + 1)..];
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                numbers.Add(number);
        }

        numbers.Sort();
        return [.. numbers];
    }

    public static void WriteHeader(Span<byte> header, string stream, int number)
    {
        header[..HeaderBytes].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], MarketEvent.SizeInBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], OrderEvent.SizeInBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)number);
        Encoding.ASCII.GetBytes(stream, header.Slice(StreamOffset, MaxStreamBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(header[HeaderChecksumOffset..], Crc32C.Compute(header[..HeaderChecksumOffset]));
    }

    /// <summary>What is wrong with a header; null when nothing is.</summary>
    public static string? FaultOfHeader(ReadOnlySpan<byte> segment, string stream, int number)
    {
        if (segment.Length < HeaderBytes)
            return $"the header is cut short after {segment.Length} bytes";
        if (!segment.StartsWith(Magic))
            return "this is no journal segment";
        if (BinaryPrimitives.ReadUInt32LittleEndian(segment[HeaderChecksumOffset..]) != Crc32C.Compute(segment[..HeaderChecksumOffset]))
            return "the header's checksum does not match";
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(segment[8..]);
        uint marketBytes = BinaryPrimitives.ReadUInt32LittleEndian(segment[12..]);
        uint orderBytes = BinaryPrimitives.ReadUInt32LittleEndian(segment[16..]);
        if (version != Version || marketBytes != MarketEvent.SizeInBytes || orderBytes != OrderEvent.SizeInBytes)
            return $"format {version} with events of {marketBytes} and {orderBytes} bytes was written by another release";
        Span<byte> expected = stackalloc byte[HeaderBytes];
        WriteHeader(expected, stream, number);
        return segment.StartsWith(expected) ? null : "the header names another stream or segment: the file was renamed";
    }

    /// <summary>Writes the header of a record whose payload, in two parts, lies elsewhere.</summary>
    public static void WriteRecordHeader(
        Span<byte> header, JournalRecordKind kind, long sequence, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> more)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(RecordHeaderBytes + payload.Length + more.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)kind);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], sequence);
        uint checksum = Crc32C.Compute(header[ChecksummedFrom..RecordHeaderBytes], payload, more);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], checksum);
    }

    /// <summary>Length of the record at the start of <paramref name="rest"/>, checked in full; 0 when there is none.</summary>
    public static int LengthOfRecord(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < RecordHeaderBytes)
            return 0;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length is < RecordHeaderBytes or > RecordHeaderBytes + MaxPayloadBytes || length > rest.Length)
            return 0;
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        return checksum == Crc32C.Compute(rest[ChecksummedFrom..(int)length]) ? (int)length : 0;
    }

    /// <summary>Why <see cref="LengthOfRecord"/> is 0.</summary>
    public static string FaultOfRecord(ReadOnlySpan<byte> rest)
    {
        uint length = rest.Length < RecordHeaderBytes ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(rest);
        return rest.Length < RecordHeaderBytes ? $"a record is cut short after {rest.Length} bytes"
            : length is < RecordHeaderBytes or > RecordHeaderBytes + MaxPayloadBytes ? $"a record of {length} bytes cannot be"
            : length > rest.Length ? $"a record of {length} bytes is cut short after {rest.Length}"
            : "the record's checksum does not match";
    }

    /// <summary>True when a whole valid record stands anywhere in <paramref name="rest"/>: then what is before it was not torn off by a crash.</summary>
    public static bool AnyValidRecord(ReadOnlySpan<byte> rest)
    {
        for (; rest.Length >= RecordHeaderBytes; rest = rest[1..])
        {
            uint kind = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
            if (kind is > 0 and <= (uint)JournalRecordKind.End && LengthOfRecord(rest) != 0)
                return true;
        }

        return false;
    }
}
