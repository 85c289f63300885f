using System.Runtime.InteropServices;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Journal;

/// <summary>
/// Writes one stream of a journal, append-only. Owned by one thread. Records gather in a buffer until <see cref="Flush"/>, after
/// which they outlive the process; after <see cref="FlushToDisk"/> they outlive the machine. An I/O error is final: the writer
/// refuses everything from then on and <see cref="FaultReason"/> tells why. Appending allocates nothing (starting a new segment does).
/// </summary>
public sealed class JournalWriter : IDisposable
{
    public const long DefaultSegmentBytes = 64 * 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int BufferBytes = 256 * 1024;

    private readonly string _directory;
    private readonly string _stream;
    private readonly long _segmentBytes;
    private readonly Func<string, FileStream> _create;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private FileStream? _file;
    private int _number;
    private long _written;
    private int _buffered;
    private volatile JournalStatus _status = JournalStatus.Open;

    /// <summary>Starts a stream, or goes on with one in a segment of its own.</summary>
    /// <param name="directory">Created for the owner alone when it does not exist.</param>
    /// <param name="stream">One of <see cref="JournalStreams"/>.</param>
    /// <param name="append">
    /// True to go on with an existing stream: a tail that a crash tore off is cut away first. False to insist on a new one.
    /// </param>
    /// <param name="segmentBytes">A segment that would grow beyond this is closed and the next one begun.</param>
    /// <exception cref="IOException">The stream exists already and <paramref name="append"/> is false, or the disk refuses.</exception>
    /// <exception cref="JournalCorruptException">The existing stream's last segment is damaged inside.</exception>
    public static JournalWriter Create(
        string directory, string stream, bool append = false, long segmentBytes = DefaultSegmentBytes) =>
        Create(directory, stream, append, segmentBytes, CreateFile);

    internal static JournalWriter Create(
        string directory, string stream, bool append, long segmentBytes, Func<string, FileStream> create)
    {
        SegmentFormat.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentBytes, SegmentFormat.HeaderBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segmentBytes, int.MaxValue / 2);
        CreateDirectory(directory);
        int last = SegmentFormat.Numbers(directory, stream).LastOrDefault();
        if (last != 0 && !append)
            throw new IOException($"{directory} holds the stream '{stream}' already: choose an empty directory, or ask to append");
        if (last != 0)
            last = SegmentRepair.CutTornTail(directory, stream, last);
        JournalWriter writer = new(directory, stream, segmentBytes, create, last);
        try
        {
            writer.OpenNextSegment();
            return writer;
        }
        catch
        {
            writer._file?.Dispose();
            throw;
        }
    }

    private JournalWriter(string directory, string stream, long segmentBytes, Func<string, FileStream> create, int last)
    {
        _directory = directory;
        _stream = stream;
        _segmentBytes = segmentBytes;
        _create = create;
        _number = last;
    }

    /// <summary>May be read by any thread.</summary>
    public JournalStatus Status => _status;

    /// <summary>Why the journal is faulted; null while it is not.</summary>
    public string? FaultReason { get; private set; }

    /// <summary>Path of the segment being written.</summary>
    public string CurrentSegment => SegmentFormat.PathOf(_directory, _stream, _number);

    /// <returns>False when the journal is faulted or closed, as for every append.</returns>
    public bool AppendSetup(ReadOnlySpan<byte> utf8Json) => Append(JournalRecordKind.Setup, 0, utf8Json, default);

    public bool AppendMarketEvent(long sequence, in MarketEvent marketEvent) =>
        Append(JournalRecordKind.MarketEvent, sequence, MemoryMarshal.AsBytes(new ReadOnlySpan<MarketEvent>(in marketEvent)), default);

    public bool AppendOrder(long sequence, in OrderEvent orderEvent) =>
        Append(JournalRecordKind.Order, sequence, MemoryMarshal.AsBytes(new ReadOnlySpan<OrderEvent>(in orderEvent)), default);

    /// <param name="text">At most 1024 characters are kept.</param>
    public bool AppendNote(ReadOnlySpan<char> text)
    {
        const int maxCharacters = 1024;
        Span<byte> utf8 = stackalloc byte[3 * maxCharacters];
        int length = Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, maxCharacters)], utf8);
        return Append(JournalRecordKind.Note, 0, utf8[..length], default);
    }

    /// <summary>Hands what is buffered to the operating system: it survives the end of this process from now on.</summary>
    /// <returns>False when the journal is faulted or closed.</returns>
    public bool Flush()
    {
        if (_status != JournalStatus.Open)
            return false;
        try
        {
            WriteBuffered();
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Latch(error);
        }
    }

    /// <summary>Flushes, and waits until the disk has it: it survives a loss of power from now on.</summary>
    /// <returns>False when the journal is faulted or closed.</returns>
    public bool FlushToDisk()
    {
        if (!Flush())
            return false;
        try
        {
            RandomAccess.FlushToDisk(_file!.SafeFileHandle);
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            // Never tried again: after a failed sync the system may have dropped the pages and would report success.
            return Latch(error);
        }
    }

    /// <summary>Marks the clean end, brings everything to the disk and closes.</summary>
    /// <returns>False when the journal was not open, or failed over it.</returns>
    public bool Complete()
    {
        bool complete = Append(JournalRecordKind.End, 0, default, default) && FlushToDisk();
        Dispose();
        return complete;
    }

    /// <summary>Closes without the mark of a clean end; what was appended is flushed.</summary>
    public void Dispose()
    {
        Flush();
        if (_status == JournalStatus.Open)
            _status = JournalStatus.Closed;
        _file?.Dispose();
        _file = null;
    }

    private bool Append(JournalRecordKind kind, long sequence, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> more)
    {
        int length = SegmentFormat.RecordHeaderBytes + payload.Length + more.Length;
        if (length > SegmentFormat.MaxPayloadBytes)
            throw new ArgumentException($"a record of {length} bytes is larger than {SegmentFormat.MaxPayloadBytes}", nameof(payload));
        if (_status != JournalStatus.Open || !MakeRoom(length))
            return false;
        Span<byte> header = _buffer.AsSpan(_buffered);
        SegmentFormat.WriteRecordHeader(header, kind, sequence, payload, more);
        _buffered += SegmentFormat.RecordHeaderBytes;
        return Put(payload) && Put(more);
    }

    /// <summary>Starts a segment when this one is full, and empties the buffer when the record does not fit behind what is there.</summary>
    private bool MakeRoom(int length)
    {
        long end = _written + _buffered;
        if (end > SegmentFormat.HeaderBytes && end + length > _segmentBytes && !Roll())
            return false;
        return _buffered + length <= BufferBytes || Flush();
    }

    private bool Put(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_buffered == BufferBytes && !Flush())
                return false;
            int part = Math.Min(bytes.Length, BufferBytes - _buffered);
            bytes[..part].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += part;
            bytes = bytes[part..];
        }

        return true;
    }

    private bool Roll()
    {
        // A segment is on the disk before its successor exists: only the last one can ever be torn.
        if (!FlushToDisk())
            return false;
        try
        {
            _file!.Dispose();
            OpenNextSegment();
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return Latch(error);
        }
    }

    private void OpenNextSegment()
    {
        _number++;
        _file = _create(CurrentSegment);
        _written = 0;
        SegmentFormat.WriteHeader(_buffer, _stream, _number);
        _buffered = SegmentFormat.HeaderBytes;
        WriteBuffered();
    }

    private void WriteBuffered()
    {
        if (_buffered == 0)
            return;
        RandomAccess.Write(_file!.SafeFileHandle, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }

    private bool Latch(Exception error)
    {
        FaultReason = $"{CurrentSegment}: {error.Message}";
        _status = JournalStatus.Faulted;
        return false;
    }

    private static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException;

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStream CreateFile(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
