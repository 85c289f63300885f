namespace FastRebalance.Tests;

/// <summary>
/// What a piece of code allocates on this thread. What it allocates itself it does in every round; what the runtime does once in passing (a
/// collection on another thread moves the books of this one) it does not. So the least of a few rounds counts, and the first that
/// allocates nothing ends them.
/// </summary>
/// <example><code>AllocationWatch watch = new();
/// while (watch.Next())
///     Work();
/// Assert.Equal(0, watch.LeastBytes);</code></example>
internal sealed class AllocationWatch
{
    private const int Rounds = 8;

    private int _round;
    private long _before;

    /// <summary>Bytes of the round that allocated least.</summary>
    public long LeastBytes { get; private set; } = long.MaxValue;

    /// <summary>Ends a round and begins the next; false where no more is needed.</summary>
    public bool Next()
    {
        if (_round > 0)
            LeastBytes = Math.Min(LeastBytes, GC.GetAllocatedBytesForCurrentThread() - _before);
        if (_round++ == Rounds || LeastBytes == 0)
            return false;
        _before = GC.GetAllocatedBytesForCurrentThread();
        return true;
    }
}
