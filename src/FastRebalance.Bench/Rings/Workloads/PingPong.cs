using System.Threading.Channels;
using FastRebalance.Core.Measures;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>Two threads that answer each other, so that every message waits for the one before: two hops a round trip.</summary>
internal interface IPingPong : IDisposable
{
    /// <summary>So many round trips, each counted in the histogram with the whole of its time.</summary>
    /// <returns>Bytes allocated by the two threads; 0 where they are the pool's and cannot be told.</returns>
    /// <exception cref="WrongResultException">An answer was not the one to the question.</exception>
    long Run(int roundTrips, LatencyHistogram roundTripNs);
}

/// <summary>Ours: a ring there and a ring back.</summary>
internal sealed class RingPingPong : IPingPong
{
    private readonly RingBuffer<Slot8> _there;
    private readonly RingBuffer<Slot8> _back;
    private readonly Echo _handler;
    private readonly BatchEventProcessor<Slot8> _echo;
    private readonly SequenceBarrier _answers;
    private readonly Sequence _heard = new();

    public RingPingPong(int size, string strategy, Action<int>? pin = null)
    {
        _there = RingBuffer<Slot8>.CreateSingleProducer(size, WaitStrategy.ByName(strategy));
        _back = RingBuffer<Slot8>.CreateSingleProducer(size, WaitStrategy.ByName(strategy));
        Pinning pinning = new(pin, 0);
        pinning.Next()?.Invoke();
        _handler = new Echo(_back, pinning.Next());
        _echo = new BatchEventProcessor<Slot8>("echo", _there, _handler);
        _there.AddGatingSequences(_echo.Sequence);
        _back.AddGatingSequences(_heard);
        _answers = _back.NewBarrier();
        _echo.Start();
    }

    public long Run(int roundTrips, LatencyHistogram roundTripNs)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread() + _handler.AllocatedBytes;
        for (int i = 0; i < roundTrips; i++)
        {
            long start = MonotonicClock.NowNs;
            long heard = RoundTrip();
            roundTripNs.Record(MonotonicClock.NowNs - start);
            WrongResultException.Check("ring, answer", _heard.Value + 1, heard);
        }
        return GC.GetAllocatedBytesForCurrentThread() + _handler.AllocatedBytes - bytes;
    }

    /// <summary>One question, and the answer to it: the question's number and one.</summary>
    private long RoundTrip()
    {
        long sequence = _there.Next();
        _there[sequence].Fill(sequence);
        _there.Publish(sequence);
        if (!_answers.TryWaitFor(sequence, Patience.Longest, out long answered))
            throw new WrongResultException("ring: no answer");
        long value = _back[answered].Value;
        _heard.Set(answered);
        return value;
    }

    public void Dispose() => _echo.Halt();

    private sealed class Echo(RingBuffer<Slot8> back, Action? pin) : IBatchHandler<Slot8>
    {
        private long _allocatedBytes;

        /// <summary>Allocated by the echo's thread until it sent its latest answer.</summary>
        public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

        public void OnStart() => pin?.Invoke();

        public void OnBatch(RingBuffer<Slot8> ring, long lo, long hi)
        {
            Volatile.Write(ref _allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
            for (long question = lo; question <= hi; question++)
            {
                long sequence = back.Next();
                back[sequence].Fill(ring[question].Value + 1);
                back.Publish(sequence);
            }
        }
    }
}

/// <summary>The baselines: a queue there and a queue back.</summary>
internal sealed class PipePingPong<TPipe> : IPingPong where TPipe : struct, IPipe<Slot8>
{
    private readonly TPipe _there;
    private readonly TPipe _back;
    private readonly HotThread _echo;
    private long _next;

    public PipePingPong(Func<TPipe> newPipe, Action<int>? pin = null)
    {
        _there = newPipe();
        _back = newPipe();
        Pinning pinning = new(pin, 0);
        pinning.Next()?.Invoke();
        _echo = new HotThread("echo", pinning.Next(), Answer);
    }

    public long Run(int roundTrips, LatencyHistogram roundTripNs)
    {
        _echo.Go(roundTrips);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < roundTrips; i++)
        {
            long start = MonotonicClock.NowNs;
            Slot8 slot = default;
            slot.Fill(_next++);
            _there.Write(in slot);
            long heard = _back.Read().Value;
            roundTripNs.Record(MonotonicClock.NowNs - start);
            WrongResultException.Check("queue, answer", _next, heard);
        }
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        _echo.Wait();
        return bytes + _echo.AllocatedBytes;
    }

    public void Dispose() => _echo.Dispose();

    private long Answer(int questions)
    {
        for (int i = 0; i < questions; i++)
        {
            Slot8 slot = _there.Read();
            slot.Fill(slot.Value + 1);
            _back.Write(in slot);
        }
        return 0;
    }
}

/// <summary>The baseline for tasks: a channel there and a channel back.</summary>
internal sealed class AsyncChannelPingPong(int capacity) : IPingPong
{
    private readonly Channel<long> _there = Channel.CreateBounded<long>(capacity);
    private readonly Channel<long> _back = Channel.CreateBounded<long>(capacity);

    public long Run(int roundTrips, LatencyHistogram roundTripNs)
    {
        Task echo = Task.Run(() => EchoAsync(roundTrips));
        Task ping = Task.Run(() => PingAsync(roundTrips, roundTripNs));
        if (!Task.WaitAll([echo, ping], Patience.Longest))
            throw new WrongResultException("channel: no answer");
        return 0;
    }

    public void Dispose()
    {
        _there.Writer.TryComplete();
        _back.Writer.TryComplete();
    }

    private async Task PingAsync(int roundTrips, LatencyHistogram roundTripNs)
    {
        for (long i = 0; i < roundTrips; i++)
        {
            long start = MonotonicClock.NowNs;
            await _there.Writer.WriteAsync(i).ConfigureAwait(false);
            long heard = await _back.Reader.ReadAsync().ConfigureAwait(false);
            roundTripNs.Record(MonotonicClock.NowNs - start);
            WrongResultException.Check("channel, answer", i + 1, heard);
        }
    }

    private async Task EchoAsync(int roundTrips)
    {
        for (int i = 0; i < roundTrips; i++)
            await _back.Writer.WriteAsync(await _there.Reader.ReadAsync().ConfigureAwait(false) + 1).ConfigureAwait(false);
    }
}
