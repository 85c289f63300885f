using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastRebalance.Messaging;

/// <summary>
/// Where consumers sleep. A publisher pays one load and a branch that is never taken while nobody sleeps, and no fence: the
/// sleeper, for whom a microsecond is nothing, raises a process-wide barrier on everybody's behalf before it goes to sleep.
/// </summary>
internal sealed class ParkingLot
{
    private readonly object _gate = new();
    private PaddedLong _waiters;

    /// <summary>To be called after a publication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WakeIfAnyoneWaits()
    {
        if (Volatile.Read(ref _waiters.Value) != 0)
            WakeAll();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void WakeAll()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    /// <summary>Sleeps until the barrier lets <paramref name="sequence"/> pass, is alerted, or the deadline is over.</summary>
    /// <returns>What is available now; less than <paramref name="sequence"/> in the last two cases.</returns>
    public long Park(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        lock (_gate)
        {
            Volatile.Write(ref _waiters.Value, _waiters.Value + 1);
            // From here on each publisher either sees the waiter, or had its publication made visible to the look below:
            // its store and its load of the count cannot both fall on the wrong side of the barrier.
            Interlocked.MemoryBarrierProcessWide();
            try
            {
                while (true)
                {
                    long available = barrier.AvailableUpTo(sequence);
                    if (available >= sequence || barrier.IsAlerted || !Sleep(deadlineTicks))
                        return available;
                }
            }
            finally
            {
                Volatile.Write(ref _waiters.Value, _waiters.Value - 1);
            }
        }
    }

    /// <summary>False when the deadline is over.</summary>
    private bool Sleep(long deadlineTicks)
    {
        if (deadlineTicks == long.MaxValue)
            return Monitor.Wait(_gate);
        long left = deadlineTicks - Stopwatch.GetTimestamp();
        if (left <= 0)
            return false;
        long milliseconds = Math.Min(left * 1000 / Stopwatch.Frequency + 1, int.MaxValue);
        Monitor.Wait(_gate, (int)milliseconds);
        return true;
    }
}
