using System.Runtime.CompilerServices;
using Disruptor;
using Disruptor.Processing;
using FastRebalance.Core.Measures;

namespace FastRebalance.Peers.Rings;

/// <summary>Disruptor-net's ring of values and its processor, used as its own performance tests use them.</summary>
public sealed class DisruptorValueRing<T>(string strategy, Func<IWaitStrategy> wait) : RingArm($"Disruptor value {strategy}")
    where T : struct, ISlot
{
    public override Window Throughput(Job job)
    {
        ValueRingBuffer<T> ring = NewRing(job.RingSize);
        Summing handler = new();
        IValueEventProcessor<T> processor = EventProcessorFactory.Create(ring, ring.NewBarrier(SequenceWaiterOwner.Unknown), handler);
        ring.AddGatingSequences(processor.Sequence);
        processor.Start().Wait();
        T[] events = Producing.Prepare<T>();
        try
        {
            Action<int, int> publish = job.PublishBatch == 1
                ? (from, to) => PublishOneByOne(ring, from, to)
                : (from, to) => PublishBatches(ring, events, from, to, job.PublishBatch);
            return Producing.Time(job, T.Copies, publish, () => processor.Sequence.Value, () => (handler.Sum, handler.Batches));
        }
        finally
        {
            processor.Halt().Wait();
        }
    }

    public override LatencyHistogram RoundTrip(int rounds, long pauseNs)
    {
        ValueRingBuffer<T> ping = NewRing(1024), pong = NewRing(1024);
        RoundTripClock clock = new(rounds, pauseNs);
        IValueEventProcessor<T> ponger = EventProcessorFactory.Create(ping, ping.NewBarrier(SequenceWaiterOwner.Unknown), new Ponger(pong));
        IValueEventProcessor<T> pinger = EventProcessorFactory.Create(pong, pong.NewBarrier(SequenceWaiterOwner.Unknown), new Pinger(ping, clock));
        ping.AddGatingSequences(ponger.Sequence);
        pong.AddGatingSequences(pinger.Sequence);
        Producing.Settle();
        ponger.Start().Wait();
        pinger.Start().Wait();
        try
        {
            return clock.Result();
        }
        finally
        {
            pinger.Halt().Wait();
            ponger.Halt().Wait();
        }
    }

    private ValueRingBuffer<T> NewRing(int size) => ValueRingBuffer<T>.CreateSingleProducer(static () => default, size, wait());

    private static void PublishOneByOne(ValueRingBuffer<T> ring, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            long sequence = ring.Next();
            ring[sequence].Write(i - from);
            ring.Publish(sequence);
        }
    }

    private static void PublishBatches(ValueRingBuffer<T> ring, T[] events, int from, int to, int count)
    {
        for (int i = from; i < to; i += count)
        {
            long hi = ring.Next(count), lo = hi - count + 1;
            for (long sequence = lo; sequence <= hi; sequence++)
                ring[sequence] = events[i - from + (int)(sequence - lo)];
            ring.Publish(lo, hi);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Send(ValueRingBuffer<T> ring, long value)
    {
        long sequence = ring.Next();
        ring[sequence].Write(value);
        ring.Publish(sequence);
    }

    // Public all the way out: the library calls a visible handler directly, and any other through its interface.
    public sealed class Summing : IValueEventHandler<T>
    {
        public long Sum { get; private set; }

        public long Batches { get; private set; }

        public void OnStart() => Cores.TakeSecond();

        public void OnBatchStart(long batchSize) => Batches++;

        public void OnEvent(ref T data, long sequence, bool endOfBatch) => Sum += data.Read();
    }

    public sealed class Ponger(ValueRingBuffer<T> pong) : IValueEventHandler<T>
    {
        public void OnStart() => Cores.TakeSecond();

        public void OnEvent(ref T data, long sequence, bool endOfBatch) => Send(pong, data.Read());
    }

    public sealed class Pinger(ValueRingBuffer<T> ping, RoundTripClock clock) : IValueEventHandler<T>
    {
        public void OnStart()
        {
            Cores.TakeFirst();
            Producing.LetTheOtherSideStart();
            Send(ping, clock.Begin());
        }

        public void OnEvent(ref T data, long sequence, bool endOfBatch)
        {
            if (clock.End(data.Read()))
                Send(ping, clock.Begin());
        }
    }
}
