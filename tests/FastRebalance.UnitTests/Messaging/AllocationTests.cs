using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

public sealed class AllocationTests
{
    private const int WarmUp = 5_000;
    private const int Events = 50_000;

    // While other tests collect, some 8 KiB are booked on a thread now and then that it never asked for. What the path itself
    // allocates shows in every round.
    private const int Rounds = 5;

    public static TheoryData<string, bool> StrategiesAndKinds
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string name in WaitStrategy.Names)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(StrategiesAndKinds))]
    public void PublishAndConsume_WarmedUp_AllocateNothing(string strategy, bool shared)
    {
        WaitStrategy wait = WaitStrategy.ByName(strategy);
        RingBuffer<long> ring = shared ? RingBuffer<long>.CreateMultiProducer(256, wait) : RingBuffer<long>.CreateSingleProducer(256, wait);
        Meter meter = new();
        BatchEventProcessor<long> processor = new("meter", ring, meter);
        ring.AddGatingSequences(processor.Sequence);
        processor.Start();

        Publish(ring, WarmUp);
        long publishing = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Publish(ring, Events);
            publishing = Math.Min(publishing, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        processor.DrainAndStop();

        Assert.Equal(WarmUp + (Rounds * Events), meter.Count);
        Assert.Equal(0, publishing);
        Assert.Equal(0, meter.LeastOfARound);
    }

    private static void Publish(RingBuffer<long> ring, int count)
    {
        for (int i = 0; i < count; i++)
        {
            long sequence = ring.Next();
            ring[sequence] = i;
            ring.Publish(sequence);
        }
    }

    private sealed class Meter : IEventHandler<long>
    {
        public int Count { get; private set; }

        /// <summary>Bytes that this thread allocated in the round in which it allocated least.</summary>
        public long LeastOfARound { get; private set; } = long.MaxValue;

        private long _atRoundsStart;

        public void OnEvent(ref long data, long sequence, bool endOfBatch)
        {
            Count++;
            if (Count < WarmUp || (Count - WarmUp) % Events != 0)
                return;
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            if (Count > WarmUp)
                LeastOfARound = Math.Min(LeastOfARound, bytes - _atRoundsStart);
            _atRoundsStart = bytes;
        }
    }
}
