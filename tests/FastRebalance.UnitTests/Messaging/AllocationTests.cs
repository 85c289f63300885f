using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

public sealed class AllocationTests
{
    private const int WarmUp = 5_000;
    private const int Events = 50_000;

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
        long before = GC.GetAllocatedBytesForCurrentThread();
        Publish(ring, Events);
        long publishing = GC.GetAllocatedBytesForCurrentThread() - before;
        processor.DrainAndStop();

        Assert.Equal(WarmUp + Events, meter.Count);
        Assert.Equal(0, publishing);
        Assert.Equal(0, meter.AtEnd - meter.AfterWarmUp);
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

        public long AfterWarmUp { get; private set; }

        public long AtEnd { get; private set; }

        public void OnEvent(ref long data, long sequence, bool endOfBatch)
        {
            Count++;
            if (Count == WarmUp)
                AfterWarmUp = GC.GetAllocatedBytesForCurrentThread();
            else if (Count == WarmUp + Events)
                AtEnd = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
