using FastRebalance.Messaging;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Where the account thread lays the hot table and the trigger thread takes it, by one reference. Also says when nobody can still be reading an
/// older one: the trigger thread announces its comings and goings.
/// </summary>
public sealed class HotTables
{
    private readonly Sequence _entered = new(0);
    private readonly Sequence _left = new(0);
    private readonly Sequence _headBlock = new(0);
    private readonly Sequence _headSeconds = new(0);
    private HotTable? _current;

    /// <summary>Null while nothing was ever laid.</summary>
    public HotTable? Current => Volatile.Read(ref _current);

    /// <summary>Number of the newest head.</summary>
    public ulong HeadBlock => (ulong)_headBlock.Value;

    /// <summary>Its timestamp.</summary>
    public long HeadSeconds => _headSeconds.Value;

    /// <summary>Account thread, at each head, before anything else is done about it.</summary>
    public void SetHead(ulong block, long unixSeconds)
    {
        _headBlock.Set((long)block);
        _headSeconds.Set(unixSeconds);
    }

    internal void Lay(HotTable table) => Volatile.Write(ref _current, table);

    /// <summary>Trigger thread, before it takes the table.</summary>
    internal void Enter() => _entered.AddAndGet(1);

    /// <summary>Trigger thread, when it has let go of it.</summary>
    internal void Leave() => _left.Set(_entered.Value);

    /// <summary>
    /// Account thread: after it, no one reads what was taken off the table before. Waits for a shot that is under way, which is some microseconds.
    /// </summary>
    public void WaitUntilQuiet()
    {
        // The withdrawal before this was an interlocked operation, as is the trigger's entry: one of the two sees the other.
        Interlocked.MemoryBarrier();
        long entered = _entered.Value;
        SpinWait spin = default;
        while (_left.Value < entered)
            spin.SpinOnce();
    }
}
