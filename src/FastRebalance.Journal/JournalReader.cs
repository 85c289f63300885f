namespace FastRebalance.Journal;

/// <summary>Reads one stream of a journal from its first segment to its last, checking every byte.</summary>
public sealed class JournalReader
{
    private readonly string _directory;
    private readonly string _stream;
    private readonly int[] _numbers;
    private int _next;
    private SegmentReader? _segment;

    /// <exception cref="FileNotFoundException">The directory holds no such stream.</exception>
    /// <exception cref="JournalCorruptException">A segment is missing between two others.</exception>
    public static JournalReader Open(string directory, string stream)
    {
        SegmentFormat.CheckStream(stream);
        int[] numbers = SegmentFormat.Numbers(directory, stream);
        if (numbers.Length == 0)
            throw new FileNotFoundException($"{directory} holds no stream '{stream}' of a journal");
        for (int i = 1; i < numbers.Length; i++)
            if (numbers[i] != numbers[i - 1] + 1)
                throw new JournalCorruptException(SegmentFormat.PathOf(directory, stream, numbers[i - 1] + 1), 0, "the segment is missing");
        return new JournalReader(directory, stream, numbers);
    }

    private JournalReader(string directory, string stream, int[] numbers)
    {
        _directory = directory;
        _stream = stream;
        _numbers = numbers;
    }

    /// <summary>Known once <see cref="TryRead"/> is false: the writer was stopped by a crash in the middle of a record, which is left out.</summary>
    public bool Torn => _segment is { Torn: true };

    /// <summary>Known once <see cref="TryRead"/> is false: the last writer closed the stream as it should.</summary>
    public bool CleanlyClosed => _segment is { Ended: true };

    /// <summary>The next record; false at the end of the stream.</summary>
    /// <exception cref="JournalCorruptException">The journal is damaged here; the exception names the file and the offset.</exception>
    public bool TryRead(out JournalRecord record)
    {
        while (true)
        {
            if (_segment is not null && _segment.TryRead(out record))
                return true;
            record = default;
            if (_next == _numbers.Length)
                return false;
            int number = _numbers[_next++];
            _segment = new SegmentReader(SegmentFormat.PathOf(_directory, _stream, number), _stream, number, isLast: _next == _numbers.Length);
        }
    }
}
