using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>An open segment.</summary>
internal sealed class LogSegment(int number, long capacity, SafeFileHandle file)
{
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

    private long _written;
}
