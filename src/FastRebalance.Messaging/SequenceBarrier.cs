using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastRebalance.Messaging;

/// <summary>
/// What one consumer waits at: the producers' cursor, or the consumers that must have done with an event before it.
/// Belongs to one consumer; any thread may alert it.
/// </summary>
public sealed class SequenceBarrier
{
    private readonly Sequence _first;
    private readonly Sequence[] _others;
    private readonly PublishedMap? _published;
    private readonly WaitStrategy _wait;
    private readonly bool _followsOne;
    private int _alerted;

    internal SequenceBarrier(Sequence cursor, PublishedMap? published, WaitStrategy wait, ReadOnlySpan<Sequence> dependsOn)
    {
        _first = dependsOn.IsEmpty ? cursor : dependsOn[0];
        _others = dependsOn.IsEmpty ? [] : dependsOn[1..].ToArray();
        // A consumer advances over published events only, so behind one there is nothing left to look up.
        _published = dependsOn.IsEmpty ? published : null;
        _wait = wait;
        _followsOne = _others.Length == 0 && _published is null;
    }

    /// <summary>True from <see cref="Alert"/> until <see cref="ClearAlert"/>.</summary>
    public bool IsAlerted => Volatile.Read(ref _alerted) != 0;

    /// <summary>Waits, in the manner of the ring's wait strategy, until <paramref name="sequence"/> may be read.</summary>
    /// <returns>
    /// The highest sequence that may be read, often further than asked for. Less than <paramref name="sequence"/> only when
    /// the barrier was alerted; what is available is given even to the alerted.
    /// </returns>
    public long WaitFor(long sequence)
    {
        long available = AvailableUpTo(sequence);
        return available >= sequence ? available : _wait.WaitFor(this, sequence, long.MaxValue);
    }

    /// <summary>As <see cref="WaitFor"/>, for so long at most.</summary>
    /// <returns>False when the time is over or the barrier alerted, and <paramref name="sequence"/> still may not be read.</returns>
    public bool TryWaitFor(long sequence, TimeSpan timeout, out long available)
    {
        available = AvailableUpTo(sequence);
        if (available < sequence && timeout > TimeSpan.Zero)
            available = _wait.WaitFor(this, sequence, Deadline.After(timeout));
        return available >= sequence;
    }

    /// <summary>Looks without waiting: the highest sequence that may be read, less than <paramref name="sequence"/> when it may not yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long AvailableUpTo(long sequence) => _followsOne ? _first.Value : AvailableOfSeveral(sequence);

    private long AvailableOfSeveral(long sequence)
    {
        long available = _first.Value;
        foreach (Sequence other in _others)
            available = Math.Min(available, other.Value);
        return _published is null || available < sequence ? available : _published.LastPublished(sequence, available);
    }

    /// <summary>Makes the consumer's wait return at once, now or the next time, until the alert is cleared.</summary>
    public void Alert()
    {
        Interlocked.Exchange(ref _alerted, 1);
        _wait.Parking?.WakeAll();
    }

    public void ClearAlert() => Interlocked.Exchange(ref _alerted, 0);
}

/// <summary>Turns a length of time into a point on the stopwatch.</summary>
internal static class Deadline
{
    public static long After(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return long.MaxValue;
        double ticks = timeout.TotalSeconds * Stopwatch.Frequency;
        long now = Stopwatch.GetTimestamp();
        return ticks < long.MaxValue - now ? now + (long)ticks : long.MaxValue;
    }

    public static bool IsOver(long deadlineTicks) =>
        deadlineTicks != long.MaxValue && Stopwatch.GetTimestamp() >= deadlineTicks;
}
