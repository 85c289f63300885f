using System.Buffers.Binary;

namespace FastRebalance.Journal;

/// <summary>
/// Reads one segment, whole in memory. Tells a tail that a crash tore off (only the last segment can have one, and nothing
/// valid follows it) from damage, which it refuses.
/// </summary>
internal sealed class SegmentReader
{
    private readonly string _path;
    private readonly bool _isLast;
    private readonly byte[] _bytes;

    public SegmentReader(string path, string stream, int number, bool isLast)
    {
        _path = path;
        _isLast = isLast;
        _bytes = ReadAll(path);
        if (SegmentFormat.FaultOfHeader(_bytes, stream, number) is not { } fault)
            Offset = SegmentFormat.HeaderBytes;
        else if (_isLast && IsUnfinishedHeader)
            Torn = true;
        else
            throw new JournalCorruptException(path, 0, fault);
    }

    /// <summary>End of what has been read and found whole; 0 when not even the header is.</summary>
    public int Offset { get; private set; }

    /// <summary>Something follows <see cref="Offset"/> that a crash has left behind.</summary>
    public bool Torn { get; private set; }

    /// <summary>The segment ends with the mark of a clean close.</summary>
    public bool Ended { get; private set; }

    public bool TryRead(out JournalRecord record)
    {
        record = default;
        ReadOnlySpan<byte> rest = _bytes.AsSpan(Offset);
        if (Torn || rest.IsEmpty)
            return false;
        if (Ended)
            throw new JournalCorruptException(_path, Offset, "something follows the end mark");
        int length = SegmentFormat.LengthOfRecord(rest);
        if (length == 0)
        {
            // The first byte is what failed; a whole record anywhere behind it says that the writer had come further.
            if (!_isLast || SegmentFormat.AnyValidRecord(rest[1..]))
                throw new JournalCorruptException(_path, Offset, SegmentFormat.FaultOfRecord(rest));
            Torn = true;
            return false;
        }

        record = Parse(rest[..length]);
        Offset += length;
        Ended = record.Kind == JournalRecordKind.End;
        return true;
    }

    /// <summary>A header that was being written when the crash came: short, or zeros that never got their content.</summary>
    private bool IsUnfinishedHeader =>
        _bytes.Length < SegmentFormat.HeaderBytes || _bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;

    /// <summary>As it is now: a writer may be at work on it, and what it adds later is not seen.</summary>
    private static byte[] ReadAll(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] bytes = new byte[checked((int)file.Length)];
        file.ReadExactly(bytes);
        return bytes;
    }

    private JournalRecord Parse(ReadOnlySpan<byte> bytes)
    {
        JournalRecordKind kind = (JournalRecordKind)bytes[8];
        ReadOnlySpan<byte> payload = bytes[SegmentFormat.RecordHeaderBytes..];
        if (!JournalRecord.Fits(kind, payload.Length))
            throw new JournalCorruptException(_path, Offset, $"a record of kind {(byte)kind} with {payload.Length} bytes was written by another release");
        return new JournalRecord(kind, BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]), payload);
    }
}
