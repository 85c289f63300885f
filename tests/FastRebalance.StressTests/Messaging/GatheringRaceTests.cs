using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Messaging;

/// <summary>A consumer that is poured at by a real producer on another core.</summary>
public sealed class GatheringRaceTests
{
    private const int Attempts = 20;

    /// <summary>A median batch from which on looks need no help.</summary>
    private const int PlentyByItself = 48;

    private readonly Sequence _published = new();
    private readonly SequenceBarrier _barrier;

    public GatheringRaceTests()
    {
        RingBuffer<long> ring = RingBuffer<long>.CreateSingleProducer(1024, WaitStrategy.ByName("yielding"));
        _barrier = ring.NewBarrier(_published);
    }

    /// <summary>Held against plain looks at the same stream: where those find much by themselves, there is nothing to tell.</summary>
    [Fact]
    public void NextBatch_PouredAt_TakesLargerBatchesThanPlainLooks()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "the producer needs a core of its own");
        bool stop = false;
        Thread producer = new(() => Pour(ref stop)) { IsBackground = true };
        producer.Start();
        List<(long Plain, long Gathered)> medians = [];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            Gathering gathering = new(_barrier, enough: 256);
            medians.Add((MedianBatch(_barrier.AvailableUpTo), MedianBatch(next => gathering.NextBatch(next))));
        }
        Volatile.Write(ref stop, true);
        producer.Join();

        medians.RemoveAll(m => m.Plain >= PlentyByItself);
        Assert.SkipWhen(medians.Count == 0, "could not tell: the producer ran ahead of every look");
        Assert.Contains(medians, m => m.Gathered > 2 * m.Plain);
    }

    /// <summary>An event each few nanoseconds: slower than a look's price, faster than gathering's least.</summary>
    private void Pour(ref bool stop)
    {
        ulong work = 1;
        for (long sequence = 0; !Volatile.Read(ref stop); sequence++)
        {
            for (int i = 0; i < 6; i++)
                work = (work * 6364136223846793005) + 1442695040888963407;
            _published.Set(sequence + (long)(work & 0));
        }
    }

    private long MedianBatch(Func<long, long> look)
    {
        List<long> batches = [];
        long next = _published.Value + 1;
        while (batches.Count < 2_001)
        {
            long available = look(next);
            if (available < next)
                continue;
            batches.Add(available - next + 1);
            next = available + 1;
        }
        batches.Sort();
        return batches[batches.Count / 2];
    }
}
