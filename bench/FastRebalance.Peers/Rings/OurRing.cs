using System.Runtime.CompilerServices;
using FastRebalance.Core.Measures;
using FastRebalance.Messaging;

namespace FastRebalance.Peers.Rings;

/// <summary>Our ring and its processor.</summary>
/// <param name="strategy">The name of the wait strategy.</param>
/// <param name="eachEvent">The handler takes single events, not batches.</param>
public sealed class OurRing<T>(string strategy, bool eachEvent) : RingArm($"ours {strategy}{(eachEvent ? ", each event" : "")}")
    where T : unmanaged, ISlot
{
    public override Window Throughput(Job job)
    {
        RingBuffer<T> ring = RingBuffer<T>.CreateSingleProducer(job.RingSize, WaitStrategy.ByName(strategy));
        Summing batches = new();
        SummingEach each = new();
        BatchEventProcessor<T> processor = eachEvent
            ? new("consumer", ring, each) { OnThreadStart = Cores.TakeSecond }
            : new("consumer", ring, batches) { OnThreadStart = Cores.TakeSecond };
        ring.AddGatingSequences(processor.Sequence);
        processor.Start();
        T[] events = Producing.Prepare<T>();
        try
        {
            Action<int, int> publish = job.PublishBatch == 1
                ? (from, to) => PublishOneByOne(ring, from, to)
                : (from, to) => PublishBatches(ring, events, from, to, job.PublishBatch);
            return Producing.Time(job, T.Copies, publish, () => processor.Sequence.Value,
                () => eachEvent ? (each.Sum, each.Batches) : (batches.Sum, batches.Batches));
        }
        finally
        {
            processor.Halt();
        }
    }

    public override LatencyHistogram RoundTrip(int rounds, long pauseNs)
    {
        RingBuffer<T> ping = RingBuffer<T>.CreateSingleProducer(1024, WaitStrategy.ByName(strategy));
        RingBuffer<T> pong = RingBuffer<T>.CreateSingleProducer(1024, WaitStrategy.ByName(strategy));
        RoundTripClock clock = new(rounds, pauseNs);
        BatchEventProcessor<T> ponger = new("ponger", ping, new Ponger(pong)) { OnThreadStart = Cores.TakeSecond };
        BatchEventProcessor<T> pinger = new("pinger", pong, new Pinger(ping, clock)) { OnThreadStart = Cores.TakeFirst };
        ping.AddGatingSequences(ponger.Sequence);
        pong.AddGatingSequences(pinger.Sequence);
        Producing.Settle();
        ponger.Start();
        pinger.Start();
        try
        {
            return clock.Result();
        }
        finally
        {
            pinger.Halt();
            ponger.Halt();
        }
    }

    private static void PublishOneByOne(RingBuffer<T> ring, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            long sequence = ring.Next();
            ring[sequence].Write(i - from);
            ring.Publish(sequence);
        }
    }

    private static void PublishBatches(RingBuffer<T> ring, T[] events, int from, int to, int count)
    {
        for (int i = from; i < to; i += count)
        {
            long hi = ring.Next(count), lo = hi - count + 1;
            ReadOnlySpan<T> left = events.AsSpan(i - from, count);
            for (Span<T> run; !left.IsEmpty; left = left[run.Length..])
            {
                run = ring.Run(hi - left.Length + 1, hi);
                left[..run.Length].CopyTo(run);
            }

            ring.Publish(lo, hi);
        }
    }

    private sealed class Summing : IBatchHandler<T>
    {
        public long Sum { get; private set; }

        public long Batches { get; private set; }

        public void OnBatch(RingBuffer<T> ring, long lo, long hi)
        {
            long sum = 0;
            while (lo <= hi)
            {
                Span<T> run = ring.Run(lo, hi);
                foreach (ref T slot in run)
                    sum += slot.Read();
                lo += run.Length;
            }
            Sum += sum;
            Batches++;
        }
    }

    private sealed class SummingEach : IEventHandler<T>
    {
        public long Sum { get; private set; }

        public long Batches { get; private set; }

        public void OnEvent(ref T data, long sequence, bool endOfBatch)
        {
            Sum += data.Read();
            if (endOfBatch)
                Batches++;
        }
    }

    private sealed class Ponger(RingBuffer<T> pong) : IBatchHandler<T>
    {
        public void OnBatch(RingBuffer<T> ring, long lo, long hi)
        {
            for (long sequence = lo; sequence <= hi; sequence++)
                Send(pong, ring[sequence].Read());
        }
    }

    private sealed class Pinger(RingBuffer<T> ping, RoundTripClock clock) : IBatchHandler<T>
    {
        public void OnStart()
        {
            Producing.LetTheOtherSideStart();
            Send(ping, clock.Begin());
        }

        public void OnBatch(RingBuffer<T> ring, long lo, long hi)
        {
            for (long sequence = lo; sequence <= hi; sequence++)
                if (clock.End(ring[sequence].Read()))
                    Send(ping, clock.Begin());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Send(RingBuffer<T> ring, long value)
    {
        long sequence = ring.Next();
        ring[sequence].Write(value);
        ring.Publish(sequence);
    }
}
