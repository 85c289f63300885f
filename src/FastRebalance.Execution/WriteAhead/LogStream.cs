using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// Appends to one stream of a log. One thread appends; one thread, which may be another, syncs, makes the next segment ahead of time and
/// clears away old ones. The two meet at three references only, so neither ever waits for the other.
/// </summary>
/// <remarks>
/// The appender moves to the spare only when there is one, and it is made only after the segment before was synced: there is never more
/// than one segment that waits for its sync behind the active one.
/// <para>
/// Fires are stored into the mapped pages of their file: a call to the system, with the kernel's caches cold after a pause, costs the trigger more
/// than everything else it does. A page of a shared mapping outlives the process just as what was written by a call does, and its space was taken
/// beforehand, so the disk cannot be full then. What a mapping cannot do is answer: where the device fails under a page, the system ends the
/// process, and the next one recovers as from any crash.
/// </para>
/// </remarks>
internal sealed class LogStream : IDisposable
{
    private readonly LogFolder _folder;
    private readonly LogStreamKind _kind;
    private readonly long _segmentBytes;
    private readonly byte[] _header = new byte[LogFormat.HeaderBytes];
    private volatile LogSegment _active;
    private volatile LogSegment? _spare;
    private volatile LogSegment? _left;
    private int _oldest;
    private int _newest;
    private ulong _nextSequence;

    private LogStream(LogFolder folder, LogStreamKind kind, long segmentBytes, LogSegment active, ulong nextSequence, int oldest)
    {
        _folder = folder;
        _kind = kind;
        _segmentBytes = segmentBytes;
        _active = active;
        _nextSequence = nextSequence;
        _oldest = oldest;
        _newest = active.Number;
    }

    /// <summary>Of the next record; the appender's.</summary>
    public ulong NextSequence => _nextSequence;

    /// <summary>Where it is written now. A segment's first sequence is set before it is seen here.</summary>
    public LogSegment Active => _active;

    /// <summary>Segments that a reader would have to read; the syncer's.</summary>
    public int Segments => _active.Number - _oldest + 1;

    /// <summary>The next segment is ready.</summary>
    public bool HasSpare => _spare is not null;

    /// <summary>Goes on behind what a replay has found.</summary>
    public static LogStream GoOn(LogFolder folder, LogStreamKind kind, long segmentBytes, ReplayedStream found)
    {
        int number = Math.Max(found.LastNumber, found.FirstNumber);
        string name = LogFormat.NameOf(kind, number);
        LogSegment active;
        if (folder.TryOpen(name, out SafeFileHandle file))
        {
            long capacity = Math.Max(segmentBytes, found.End);
            LogFolder.Check(folder.File(name), DurableFile.TryAllocate(file, capacity));
            active = Opened(kind, new LogSegment(number, capacity, file) { Written = found.End, FirstSequence = found.FirstSequenceOfLast });
        }
        else
        {
            active = Make(folder, kind, number, segmentBytes, new byte[LogFormat.HeaderBytes]);
            active.FirstSequence = found.NextSequence;
        }

        return new LogStream(folder, kind, segmentBytes, active, found.NextSequence, found.FirstNumber);
    }

    /// <summary>Hands bytes that are whole records to the operating system: they outlive this process from now on. Allocates nothing.</summary>
    /// <param name="records">One or more, of consecutive sequences from <see cref="NextSequence"/> on.</param>
    /// <param name="count">How many; 0 for zeros, which are put where zeros are, and where there is room: nothing is appended, and code and page are near.</param>
    /// <param name="mayMake">This thread may make the next segment where there is none yet.</param>
    /// <exception cref="IOException">The disk refuses, or there is no next segment.</exception>
    public void Append(ReadOnlySpan<byte> records, int count, bool mayMake)
    {
        LogSegment active = _active;
        if (active.Written + records.Length > active.Capacity)
        {
            if (count == 0)
                return;
            active = MoveOn(records.Length, mayMake);
        }
        long at = active.Written;
        active.Put(at, records);
        if (count > 0)
            active.Written = at + records.Length;
        _nextSequence += (ulong)count;
    }

    /// <summary>Waits until everything appended before the call is on stable storage.</summary>
    /// <exception cref="IOException">It may be lost; asking again would not tell.</exception>
    public void Sync()
    {
        // The active one first: what is appended to a next one while we are here is not our business.
        LogSegment active = _active;
        if (_left is { } left)
        {
            SyncOne(left);
            left.Dispose();
            _left = null;
        }

        if (active.Written != active.Synced)
            SyncOne(active);
    }

    /// <summary>Makes the next segment, where there is none.</summary>
    /// <exception cref="IOException">The disk refuses; nothing is lost by that, and it may be tried again.</exception>
    public void MakeSpare()
    {
        if (_spare is not null || _left is not null)
            return;
        // By our own count: the appender may be between taking the spare and making it the active one.
        _spare = Make(_folder, _kind, _newest + 1, _segmentBytes, _header);
        _newest++;
    }

    /// <summary>Goes on in a new segment that starts with a snapshot, and takes the older ones away. For the thread that does both.</summary>
    /// <param name="snapshot">One record.</param>
    /// <returns>False where there is no room for it: nothing has changed.</returns>
    /// <exception cref="IOException">It may be there and may be not.</exception>
    public bool TryStartOver(ReadOnlySpan<byte> snapshot)
    {
        int number = _active.Number + 1;
        long capacity = Math.Max(_segmentBytes, 2L * (LogFormat.HeaderBytes + snapshot.Length));
        byte[] content = new byte[LogFormat.HeaderBytes + snapshot.Length];
        WriteHeader(content, number);
        snapshot.CopyTo(content.AsSpan(LogFormat.HeaderBytes));
        if (!TryPrepare(number, capacity, content, out SafeFileHandle file))
            return false;
        FaultPoints.Reach(FaultPoint.BeforeSnapshotRename);
        _folder.GiveName(LogFormat.NameOf(_kind, number)); // over the spare, where there is one
        FaultPoints.Reach(FaultPoint.AfterSnapshotRename);
        LogSegment before = _active;
        _spare?.Dispose();
        _spare = null;
        _newest = number;
        _active = new LogSegment(number, capacity, file) { Written = content.Length, Synced = content.Length, FirstSequence = _nextSequence };
        _nextSequence++;
        before.Dispose();
        DeleteBelow(number);
        return true;
    }

    /// <summary>Takes away the segments below a number; a snapshot holds what was in them.</summary>
    public void DeleteBelow(int number)
    {
        for (; _oldest < number; _oldest++)
            _folder.Delete(LogFormat.NameOf(_kind, _oldest));
    }

    public void Dispose()
    {
        _active.Dispose();
        _spare?.Dispose();
        _left?.Dispose();
    }

    private bool TryPrepare(int number, long capacity, ReadOnlySpan<byte> content, out SafeFileHandle file)
    {
        try
        {
            file = _folder.Prepare(LogFormat.NameOf(_kind, number), capacity, content);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file = null!;
            return false;
        }
    }

    private LogSegment MoveOn(int bytes, bool mayMake)
    {
        if (mayMake)
        {
            Sync();
            MakeSpare();
        }

        LogSegment left = _active;
        LogSegment spare = _spare ?? throw new IOException($"{_folder.File(LogFormat.NameOf(_kind, left.Number))}: it is full, and the next segment could not be made in time");
        if (spare.Written + bytes > spare.Capacity)
            throw new IOException($"{bytes} bytes at once do not fit a segment of {spare.Capacity}");
        spare.FirstSequence = _nextSequence;
        _left = left; // before the spare is gone: the next one waits for this one's sync
        _spare = null;
        _active = spare;
        return spare;
    }

    private void SyncOne(LogSegment segment)
    {
        long written = segment.Written;
        LogFolder.Check(_folder.File(LogFormat.NameOf(_kind, segment.Number)), DurableFile.TrySyncData(segment.File));
        segment.Synced = written;
    }

    private static LogSegment Make(LogFolder folder, LogStreamKind kind, int number, long bytes, byte[] header)
    {
        LogFormat.WriteHeader(header, kind, number, folder.ChainId, folder.Sender);
        SafeFileHandle file = folder.Make(LogFormat.NameOf(kind, number), bytes, header);
        return Opened(kind, new LogSegment(number, bytes, file) { Written = LogFormat.HeaderBytes, Synced = LogFormat.HeaderBytes });
    }

    private static LogSegment Opened(LogStreamKind kind, LogSegment segment)
    {
        if (kind != LogStreamKind.Fires)
            return segment;
        try
        {
            segment.Map();
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private void WriteHeader(Span<byte> header, int number) => LogFormat.WriteHeader(header, _kind, number, _folder.ChainId, _folder.Sender);
}
