using System.Runtime.CompilerServices;

namespace FastRebalance.Messaging;

/// <summary>
/// How one consumer takes its batches: at once as a rule, and with a moment's patience while a producer pours events in. A consumer
/// that is the faster of the two finds a handful at each look, and each look takes the cursor's cache line away from the producer:
/// both then run at the pace of that line's travels. Looking less often lets the producer write at full speed, several times as fast.
/// </summary>
/// <remarks>
/// Only a consumer that found a few events at every one of its last looks, without ever having to wait, is poured at. A lone event,
/// and the first of a burst, are handed over at once. The price in a stream is one pause, some tens of nanoseconds, and more only
/// while more than one event comes in every few nanoseconds.
/// </remarks>
/// <param name="barrier">The consumer's own.</param>
/// <param name="enough">Events that are never waited beyond.</param>
internal struct Gathering(SequenceBarrier barrier, long enough)
{
    private const int Few = 64;
    private const int LooksInARow = 8;

    private static readonly int Pauses = int.Parse(Environment.GetEnvironmentVariable("XN") ?? "8");
    private static readonly int SpinsOfAPause = int.Parse(Environment.GetEnvironmentVariable("XS") ?? "4");

    /// <summary>Fewer new events than this in a pause, and the next pause is not worth it.</summary>
    private static readonly int Pouring = int.Parse(Environment.GetEnvironmentVariable("XP") ?? "4");

    private int _fewInARow;

    /// <summary>The end of the batch that starts at <paramref name="next"/>; less than that when the barrier was alerted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long NextBatch(long next)
    {
        long available = barrier.AvailableUpTo(next);
        if (available >= next + Few)
            return available;
        if (available < next)
        {
            _fewInARow = 0;
            return barrier.WaitFor(next);
        }

        return ++_fewInARow > LooksInARow ? Gather(next, available) : available;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly long Gather(long next, long available)
    {
        for (int pause = 0; pause < Pauses && available - next < enough; pause++)
        {
            Thread.SpinWait(SpinsOfAPause);
            long before = available;
            available = barrier.AvailableUpTo(available + 1);
            if (available - before < Pouring)
                break;
        }

        return available;
    }
}
