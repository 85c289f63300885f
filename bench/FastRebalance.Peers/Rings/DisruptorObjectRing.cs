using System.Runtime.CompilerServices;
using Disruptor;
using Disruptor.Processing;
using FastRebalance.Core.Measures;

namespace FastRebalance.Peers.Rings;

/// <summary>Disruptor-net's ring of objects, with a handler of single events or of batches.</summary>
public sealed class DisruptorObjectRing<T>(string strategy, Func<IWaitStrategy> wait, bool batches)
    : RingArm($"Disruptor object {strategy}{(batches ? ", batch handler" : "")}")
    where T : struct, ISlot
{
    public override Window Throughput(Job job)
    {
        RingBuffer<Boxed<T>> ring = NewRing(job.RingSize);
        Summing each = new();
        SummingBatches whole = new();
        SequenceBarrier barrier = ring.NewBarrier(SequenceWaiterOwner.Unknown);
        IEventProcessor<Boxed<T>> processor = batches
            ? EventProcessorFactory.Create(ring, barrier, whole)
            : EventProcessorFactory.Create(ring, barrier, each);
        ring.AddGatingSequences(processor.Sequence);
        processor.Start().Wait();
        T[] events = Producing.Prepare<T>();
        try
        {
            Action<int, int> publish = job.PublishBatch == 1
                ? (from, to) => PublishOneByOne(ring, from, to)
                : (from, to) => PublishBatches(ring, events, from, to, job.PublishBatch);
            return Producing.Time(job, T.Copies, publish, () => processor.Sequence.Value,
                () => batches ? (whole.Sum, whole.Batches) : (each.Sum, each.Batches));
        }
        finally
        {
            processor.Halt().Wait();
        }
    }

    public override LatencyHistogram RoundTrip(int rounds, long pauseNs)
    {
        RingBuffer<Boxed<T>> ping = NewRing(1024), pong = NewRing(1024);
        RoundTripClock clock = new(rounds, pauseNs);
        IEventProcessor<Boxed<T>> ponger = EventProcessorFactory.Create(ping, ping.NewBarrier(SequenceWaiterOwner.Unknown), new Ponger(pong));
        IEventProcessor<Boxed<T>> pinger = EventProcessorFactory.Create(pong, pong.NewBarrier(SequenceWaiterOwner.Unknown), new Pinger(ping, clock));
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

    private RingBuffer<Boxed<T>> NewRing(int size) => RingBuffer<Boxed<T>>.CreateSingleProducer(static () => new Boxed<T>(), size, wait());

    private static void PublishOneByOne(RingBuffer<Boxed<T>> ring, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            long sequence = ring.Next();
            ring[sequence].Slot.Write(i - from);
            ring.Publish(sequence);
        }
    }

    private static void PublishBatches(RingBuffer<Boxed<T>> ring, T[] events, int from, int to, int count)
    {
        for (int i = from; i < to; i += count)
        {
            long hi = ring.Next(count), lo = hi - count + 1;
            for (long sequence = lo; sequence <= hi; sequence++)
                ring[sequence].Slot = events[i - from + (int)(sequence - lo)];
            ring.Publish(lo, hi);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Send(RingBuffer<Boxed<T>> ring, long value)
    {
        long sequence = ring.Next();
        ring[sequence].Slot.Write(value);
        ring.Publish(sequence);
    }

    public sealed class Summing : IEventHandler<Boxed<T>>
    {
        public long Sum { get; private set; }

        public long Batches { get; private set; }

        public void OnStart() => Cores.TakeSecond();

        public void OnBatchStart(long batchSize) => Batches++;

        public void OnEvent(Boxed<T> data, long sequence, bool endOfBatch) => Sum += data.Slot.Read();
    }

    public sealed class SummingBatches : IBatchEventHandler<Boxed<T>>
    {
        public long Sum { get; private set; }

        public long Batches { get; private set; }

        public void OnStart() => Cores.TakeSecond();

        public void OnBatch(EventBatch<Boxed<T>> batch, long sequence)
        {
            long sum = 0;
            foreach (Boxed<T> data in batch)
                sum += data.Slot.Read();
            Sum += sum;
            Batches++;
        }
    }

    public sealed class Ponger(RingBuffer<Boxed<T>> pong) : IEventHandler<Boxed<T>>
    {
        public void OnStart() => Cores.TakeSecond();

        public void OnEvent(Boxed<T> data, long sequence, bool endOfBatch) => Send(pong, data.Slot.Read());
    }

    public sealed class Pinger(RingBuffer<Boxed<T>> ping, RoundTripClock clock) : IEventHandler<Boxed<T>>
    {
        public void OnStart()
        {
            Cores.TakeFirst();
            Producing.LetTheOtherSideStart();
            Send(ping, clock.Begin());
        }

        public void OnEvent(Boxed<T> data, long sequence, bool endOfBatch)
        {
            if (clock.End(data.Slot.Read()))
                Send(ping, clock.Begin());
        }
    }
}
