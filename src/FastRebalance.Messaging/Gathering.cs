using System.Runtime.CompilerServices;

namespace FastRebalance.Messaging;

/// <summary>
/// How one consumer takes its batches: at once as a rule, and with a moment's patience while a producer pours events in. A consumer
/// that is the faster of the two finds a handful at each look, and each look takes the cursor's cache line away from the producer:
/// both then run at the pace of that line's travels. Looking less often lets the producer write at full speed, several times as fast.
/// </summary>
/// <remarks>
/// A consumer is poured at when it found a few events at every one of its last looks and hardly ever had to wait. A lone event, and
/// the first of a burst, are handed over at once. The price in a stream is one pause, some tens of nanoseconds, and about a
/// microsecond at most, while an event or more comes in every twenty nanoseconds.
/// </remarks>
/// <param name="barrier">The consumer's own.</param>
/// <param name="enough">As many events as this are never kept waiting.</param>
internal struct Gathering(SequenceBarrier barrier, long enough)
{
    /// <summary>A batch of this size or more is worth a look's price.</summary>
    private const int Few = 64;

    /// <summary>So many that come together, after a moment's wait, speak of a stream; fewer may be answers in a conversation.</summary>
    private const int Several = 4;

    private const int LooksInARow = 8;
    private const int MomentLooks = 8;

    // In spins of about twenty nanoseconds.
    private const int ShortestPause = 4;
    private const int LongestPause = 32;

    private int _looks;

    /// <summary>The end of the batch that starts at <paramref name="next"/>; less than that when the barrier was alerted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long NextBatch(long next)
    {
        long available = barrier.AvailableUpTo(next);
        if (available >= next + Few)
            return available;
        if (available < next && !CameInAMoment(next, out available))
            return available;
        return ++_looks > LooksInARow ? Gather(next, available) : available;
    }

    /// <summary>Waits, and tells whether the stream has hardly paused.</summary>
    private bool CameInAMoment(long next, out long available)
    {
        for (int look = 0; look < MomentLooks; look++)
        {
            Thread.SpinWait(1);
            available = barrier.AvailableUpTo(next);
            if (available >= next + Several - 1)
                return true;
            if (available >= next)
                break;
        }

        _looks = 0;
        available = barrier.WaitFor(next);
        return false;
    }

    /// <summary>Looks away for longer and longer, as long as at least one event comes in each twenty nanoseconds.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly long Gather(long next, long available)
    {
        for (int pause = ShortestPause; pause <= LongestPause && available - next < enough; pause *= 2)
        {
            long before = available;
            Thread.SpinWait(pause);
            available = barrier.AvailableUpTo(available + 1);
            if (available - before < pause)
                break;
        }

        return available;
    }
}
