using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Policies;

/// <summary>Times blocks of calls: a call is shorter than the clock's step, so a block's mean is one reading.</summary>
internal sealed class TickBlocks
{
    /// <summary>Calls of a block.</summary>
    public const int Size = 256;

    private const int WarmBlocks = 4_000;

    private readonly LatencyHistogram _blocks = new();

    /// <summary>Bytes that the thread allocated inside the timed blocks.</summary>
    public long AllocatedBytes { get; private set; }

    public TickFigures Figures => new(At(50), At(99), At(99.9), _blocks.Count * Size);

    /// <summary>Runs blocks for so long; what lies between two blocks is not timed.</summary>
    /// <param name="measured">Time, the warm-up not counted.</param>
    /// <param name="block">Makes <see cref="Size"/> calls.</param>
    /// <param name="between">Called after each block.</param>
    public void Run(TimeSpan measured, Action block, Action? between = null)
    {
        for (int i = 0; i < WarmBlocks; i++)
        {
            block();
            between?.Invoke();
        }
        for (long end = MonotonicClock.NowNs + (long)measured.TotalNanoseconds; MonotonicClock.NowNs < end;)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = MonotonicClock.NowNs;
            block();
            _blocks.Record(MonotonicClock.NowNs - start);
            AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
            between?.Invoke();
        }
    }

    private double At(double percentile) => (double)_blocks.PercentileNs(percentile) / Size;
}
