using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRebalance.Core.Measures;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>A counter that one thread advances and others may read.</summary>
internal interface ICounter
{
    long Value { get; }

    void Bump();
}

/// <summary>Ours: a sequence, alone on its cache lines.</summary>
internal readonly struct PaddedCounter(Sequence sequence) : ICounter
{
    public long Value => sequence.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bump() => sequence.Set(sequence.Value + 1);

    public static (PaddedCounter, PaddedCounter) NewPair() => (new(new Sequence(0)), new(new Sequence(0)));
}

/// <summary>The twin without padding: the same reads and writes of a number that has its neighbour on the same cache line.</summary>
internal readonly struct UnpaddedCounter(long[] numbers, int index) : ICounter
{
    private const int LineBytes = 64;

    public long Value => Volatile.Read(ref numbers[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bump() => Volatile.Write(ref numbers[index], Volatile.Read(ref numbers[index]) + 1);

    /// <summary>Two neighbours on one line, wherever the array lands: it is pinned, and they are counted from the line's start.</summary>
    public static (UnpaddedCounter, UnpaddedCounter) NewPair()
    {
        long[] numbers = GC.AllocateArray<long>(2 * LineBytes / sizeof(long), pinned: true);
        int past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(numbers, 0) % LineBytes);
        int first = (LineBytes - past) % LineBytes / sizeof(long);
        return (new(numbers, first), new(numbers, first + 1));
    }
}

/// <summary>Two threads, each advancing a counter of its own and never looking at the other's.</summary>
internal sealed class CounterPair<TCounter> : IWorkload where TCounter : struct, ICounter
{
    private const int Chunk = 1000;

    private readonly TCounter _mine;
    private readonly TCounter _others;
    private readonly HotThread _other;
    private long _total;

    public CounterPair((TCounter Mine, TCounter Others) counters, Action<int>? pin = null)
    {
        (_mine, _others) = counters;
        Pinning pinning = new(pin, 0);
        pinning.Next()?.Invoke();
        _other = new HotThread("other counter", pinning.Next(), events => Count(_others, events));
    }

    public WorkloadRun Run(int events)
    {
        _other.Go(events);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = MonotonicClock.NowNs;
        Count(_mine, events);
        long end = MonotonicClock.NowNs;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        _other.Wait();

        _total += events;
        WrongResultException.Check("this counter", _total, _mine.Value);
        WrongResultException.Check("the other counter", _total, _others.Value);
        return new WorkloadRun(events, Math.Max(end, _other.EndNs) - start, Batches: 0, bytes + _other.AllocatedBytes);
    }

    public void Dispose() => _other.Dispose();

    private static long Count(TCounter counter, int events)
    {
        for (int left = events; left > 0; left -= Chunk)
            Bump(counter, Math.Min(left, Chunk));
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Bump(TCounter counter, int count)
    {
        for (int i = 0; i < count; i++)
            counter.Bump();
    }
}
