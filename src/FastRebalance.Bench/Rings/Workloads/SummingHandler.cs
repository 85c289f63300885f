using FastRebalance.Core.Measures;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>A consumer of the ring that adds up what it sees, and may change it for those behind.</summary>
/// <param name="adds">Added to every event's number, in its slot; 0 for a consumer that only reads.</param>
/// <param name="pin">Called once on the consumer's thread, before the first event.</param>
internal sealed class SummingHandler<T>(int adds, Action? pin) : IBatchHandler<T> where T : unmanaged, IBenchSlot
{
    private readonly ManualResetEventSlim _started = new();
    private long _last = long.MaxValue;
    private long _bytesBefore;
    private int _isDone;

    public long Sum { get; private set; }

    public long Batches { get; private set; }

    /// <summary>When the last event had been seen.</summary>
    public long EndNs { get; private set; }

    /// <summary>Allocated by the consumer's thread, from its first batch of the run to its last.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>True once the last event that was announced has been seen; the figures are whole then.</summary>
    public bool IsDone => Volatile.Read(ref _isDone) != 0;

    /// <summary>Announces the last sequence of the next run. To be called while nothing is published.</summary>
    public void Expect(long last)
    {
        Sum = 0;
        Batches = 0;
        _last = last;
        Volatile.Write(ref _isDone, 0);
    }

    /// <summary>Waits until the consumer's thread runs.</summary>
    public void WaitForStart() => _started.Wait();

    public void OnStart()
    {
        pin?.Invoke();
        _started.Set();
    }

    public void OnBatch(RingBuffer<T> ring, long lo, long hi)
    {
        if (Batches++ == 0)
            _bytesBefore = GC.GetAllocatedBytesForCurrentThread();
        Sum += adds == 0 ? Add(ring, lo, hi) : Change(ring, lo, hi, adds);
        if (hi == _last)
            Finish();
    }

    private static long Add(RingBuffer<T> ring, long lo, long hi)
    {
        long sum = 0;
        for (long sequence = lo; sequence <= hi; sequence++)
            sum += ring[sequence].Value;
        return sum;
    }

    private static long Change(RingBuffer<T> ring, long lo, long hi, int adds)
    {
        long sum = 0;
        for (long sequence = lo; sequence <= hi; sequence++)
        {
            ref T slot = ref ring[sequence];
            slot.Fill(slot.Value + adds);
            sum += slot.Value;
        }
        return sum;
    }

    private void Finish()
    {
        EndNs = MonotonicClock.NowNs;
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - _bytesBefore;
        Volatile.Write(ref _isDone, 1);
    }
}
