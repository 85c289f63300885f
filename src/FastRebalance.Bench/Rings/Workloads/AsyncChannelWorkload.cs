using System.Threading.Channels;
using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>A bounded channel from one task to another, as its documentation shows it.</summary>
internal sealed class AsyncChannelWorkload<T>(int capacity) : IWorkload where T : unmanaged, IBenchSlot
{
    private readonly Channel<T> _channel =
        Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });
    private long _next;
    private long _waits;
    private long _endNs;

    public WorkloadRun Run(int events)
    {
        long start = MonotonicClock.NowNs;
        Task<long> consumer = Task.Run(() => ConsumeAsync(events));
        Task producer = Task.Run(() => ProduceAsync(_next, events));
        if (!Task.WaitAll([consumer, producer], Patience.Longest))
            throw new WrongResultException($"channel: not done after {Patience.Longest.TotalSeconds} s");
        WrongResultException.Check("channel", RingShapes.SumOf(_next, events), consumer.Result);
        _next += events;
        return new WorkloadRun(events, _endNs - start, _waits, HotThreadBytes: null);
    }

    public void Dispose() => _channel.Writer.TryComplete();

    private async Task ProduceAsync(long first, int events)
    {
        for (int i = 0; i < events; i++)
        {
            T slot = default;
            slot.Fill(first + i);
            await _channel.Writer.WriteAsync(slot).ConfigureAwait(false);
        }
    }

    private async Task<long> ConsumeAsync(int events)
    {
        long sum = 0, waits = 0;
        for (int seen = 0; seen < events;)
        {
            await _channel.Reader.WaitToReadAsync().ConfigureAwait(false);
            for (waits++; seen < events && _channel.Reader.TryRead(out T slot); seen++)
                sum += slot.Value;
        }
        _endNs = MonotonicClock.NowNs;
        _waits = waits;
        return sum;
    }
}
