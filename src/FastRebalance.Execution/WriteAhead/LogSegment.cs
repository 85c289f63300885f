using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>An open segment.</summary>
internal sealed class LogSegment(int number, long capacity, SafeFileHandle file) : IDisposable
{
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;
    private long _written;

    public int Number { get; } = number;

    /// <summary>Bytes, header and all.</summary>
    public long Capacity { get; } = capacity;

    public SafeFileHandle File { get; set; } = file;

    /// <summary>Sequence of its first record; set before the segment is made the active one.</summary>
    public ulong FirstSequence { get; set; }

    /// <summary>Bytes written; by the stream's writer alone, read by who syncs.</summary>
    public long Written
    {
        get => Volatile.Read(ref _written);
        set => Volatile.Write(ref _written, value);
    }

    /// <summary>Bytes on stable storage, as far as the one who syncs knows.</summary>
    public long Synced { get; set; }

    /// <summary>From now on bytes go into the file's pages by plain stores; its space was taken before.</summary>
    /// <exception cref="IOException">The file system cannot show a file as memory.</exception>
    public void Map()
    {
        _mapping = MemoryMappedFile.CreateFromFile(File, mapName: null, Capacity, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, Capacity, MemoryMappedFileAccess.ReadWrite);
    }

    /// <summary>Puts bytes where <see cref="Written"/> does not reach yet. They are with the operating system when this returns.</summary>
    public void Put(long at, ReadOnlySpan<byte> bytes)
    {
        if (_view is { } view)
            view.SafeMemoryMappedViewHandle.WriteSpan((ulong)at, bytes);
        else
            RandomAccess.Write(File, bytes, at);
    }

    public void Dispose()
    {
        _view?.Dispose();
        _mapping?.Dispose();
        File.Dispose();
    }
}
