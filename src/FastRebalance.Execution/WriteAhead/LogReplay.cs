using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// Reads a stream from its newest snapshot on and changes nothing. A tail that a crash tore off is told apart from damage: nothing whole
/// follows it. Damage is refused with the file, the place and what to do.
/// </summary>
internal sealed class LogReplay(LogFolder folder, LogStreamKind kind, ulong newestEpoch)
{
    private const string Restore = "restore the whole folder from one copy, or have a person establish from the chain what is out";

    private ulong _sequence;
    private ulong _epoch;
    private string _path = "";

    /// <summary>Takes a record, or says why it cannot be.</summary>
    public delegate string? Visitor(LogRecordKind kind, ReadOnlySpan<byte> payload);

    /// <param name="first">The segment to start with; 0: the newest that starts with a snapshot, or the first of all.</param>
    /// <param name="firstSequence">The sequence that it starts with; 0: whatever its snapshot says.</param>
    /// <param name="mayBeMissing">There need be no segment at all.</param>
    /// <param name="visitor">Called with each record in turn.</param>
    /// <exception cref="LogRefusedException">The stream is damaged.</exception>
    public ReplayedStream Read(int first, ulong firstSequence, bool mayBeMissing, Visitor visitor)
    {
        int[] all = LogFormat.Numbers(folder.Path, kind);
        if (all.Length == 0 && mayBeMissing)
            return Nothing(Math.Max(first, 1), Math.Max(firstSequence, 1));
        if (first == 0)
            first = FindFirst(all);
        int[] numbers = [.. all.Where(n => n >= first)];
        CheckNoneMissing(numbers, first);
        _sequence = firstSequence == 0 && first == 1 ? 1 : firstSequence;
        return Walk(first, numbers, all, visitor);
    }

    private static ReplayedStream Nothing(int first, ulong sequence) => new()
    {
        FirstNumber = first,
        LastNumber = 0,
        End = LogFormat.HeaderBytes,
        FirstSequenceOfLast = sequence,
        NextSequence = sequence,
        IsTorn = false,
        Leftovers = [],
    };

    private ReplayedStream Walk(int first, int[] numbers, int[] all, Visitor visitor)
    {
        ReplayedStream found = Nothing(first, _sequence) with { LastNumber = first };
        bool isTorn = false, isOver = false;
        foreach (int number in numbers)
        {
            byte[] segment = Load(number);
            if (isTorn && segment.AsSpan(LogFormat.HeaderBytes).ContainsAnyExcept((byte)0))
                throw Refused(LogFormat.HeaderBytes, "the segment before it is torn, and something stands here");
            ulong before = _sequence;
            int end = ReadRecords(segment, visitor, out bool torn);
            if (end > LogFormat.HeaderBytes && (isOver || isTorn))
                throw Refused(LogFormat.HeaderBytes, "records follow a segment that was not full");
            isTorn |= torn;
            if (end > LogFormat.HeaderBytes || number == first)
                found = found with { LastNumber = number, End = end, FirstSequenceOfLast = number == first && before == 0 ? FirstOf(segment) : before };
            else
                isOver = true;
        }

        return found with { NextSequence = _sequence, IsTorn = isTorn, Leftovers = [.. all.Where(n => n < first || n > found.LastNumber)] };
    }

    /// <returns>End of the last whole record.</returns>
    private int ReadRecords(byte[] segment, Visitor visitor, out bool isTorn)
    {
        isTorn = false;
        int at = LogFormat.HeaderBytes;
        while (segment.AsSpan(at) is { IsEmpty: false } rest)
        {
            int length = LogFormat.LengthOfRecord(rest);
            if (length == 0)
            {
                isTorn = rest.ContainsAnyExcept((byte)0);
                // The first byte is what failed; a whole record anywhere behind it says that the writer had come further.
                if (isTorn && LogFormat.AnyValidRecord(rest[1..]))
                    throw Refused(at, "a record is damaged and whole ones follow it");
                return at;
            }

            Visit(rest[..length], at, visitor);
            at += length;
        }

        return at;
    }

    private void Visit(ReadOnlySpan<byte> record, int at, Visitor visitor)
    {
        ulong sequence = LogFormat.SequenceOf(record), epoch = LogFormat.EpochOf(record);
        if (_sequence != 0 && sequence != _sequence)
            throw Refused(at, $"record {sequence} stands where record {_sequence} should: some are missing, or stand twice");
        if (epoch > newestEpoch)
            throw Refused(at, $"epoch {epoch} is newer than the lock file's {newestEpoch}: the lock file is from an older copy");
        if (epoch < _epoch)
            throw Refused(at, $"epoch {epoch} follows epoch {_epoch}");
        if (LogFormat.KindOf(record) == LogRecordKind.Fire != (kind == LogStreamKind.Fires))
            throw Refused(at, "the record belongs to the other stream");
        (_sequence, _epoch) = (sequence + 1, epoch);
        if (visitor(LogFormat.KindOf(record), LogFormat.PayloadOf(record)) is { } flaw)
            throw Refused(at, flaw);
    }

    private int FindFirst(int[] numbers)
    {
        for (int i = numbers.Length - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> rest = Load(numbers[i]).AsSpan(LogFormat.HeaderBytes);
            if (LogFormat.LengthOfRecord(rest) != 0 && LogFormat.KindOf(rest) == LogRecordKind.Snapshot)
                return numbers[i];
        }

        return 1;
    }

    private void CheckNoneMissing(int[] numbers, int first)
    {
        for (int i = 0; i < Math.Max(numbers.Length, 1); i++)
            if (i >= numbers.Length || numbers[i] != first + i)
                throw new LogRefusedException(folder.File(LogFormat.NameOf(kind, first + i)), "the segment is missing", Restore);
    }

    private byte[] Load(int number)
    {
        string name = LogFormat.NameOf(kind, number);
        _path = folder.File(name);
        if (!folder.TryOpen(name, out SafeFileHandle file))
            throw new LogRefusedException(_path, "the segment was taken away while it was being opened", Restore);
        using (file)
        {
            byte[] bytes = new byte[checked((int)RandomAccess.GetLength(file))];
            int read = 0;
            while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var part)
                read += part;
            if (LogFormat.FaultOfHeader(bytes.AsSpan(0, read), kind, number, folder.ChainId, folder.Sender) is { } fault)
                throw Refused(0, fault);
            return bytes;
        }
    }

    private static ulong FirstOf(byte[] segment) =>
        LogFormat.LengthOfRecord(segment.AsSpan(LogFormat.HeaderBytes)) != 0 ? LogFormat.SequenceOf(segment.AsSpan(LogFormat.HeaderBytes)) : 1;

    private LogRefusedException Refused(int at, string found) => new(_path, $"at byte {at}: {found}", Restore);
}
