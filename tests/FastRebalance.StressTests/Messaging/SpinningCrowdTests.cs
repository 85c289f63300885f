using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Messaging;

/// <summary>More waiting consumers than cores: with the default strategy all of them get on, and idle ones leave the cores to others.</summary>
public sealed class SpinningCrowdTests
{
    private const int Events = 100_000;
    private const int Rounds = 40;

    private static readonly int s_crowd = 4 * Environment.ProcessorCount + 1;

    [Fact]
    public void DefaultStrategy_EachConsumerBehindAnother_AllSeeEveryEvent()
    {
        // A tiny ring: the producer gets on only while every one of them does.
        RingBuffer<long> ring = RingBuffer<long>.CreateSingleProducer(16, WaitStrategy.ByName(WaitStrategy.DefaultName));
        List<Counter> counters = Start(ring, inARow: true);

        for (long i = 1; i <= Events; i++)
        {
            long sequence = ring.Next();
            ring[sequence] = i;
            ring.Publish(sequence);
        }

        foreach (Counter counter in counters)
            counter.Processor.DrainAndStop();
        Assert.All(counters, c => Assert.Equal((Events, Events * (Events + 1L) / 2), (c.Count, c.Sum)));
    }

    /// <summary>Shown a strategy that never lets go first: where the measure cannot tell the two apart, a pass would say nothing.</summary>
    [Fact]
    public void DefaultStrategy_IdleConsumers_LeaveTheCoresToOthers()
    {
        double spinning = CostOfWorkBeside("busy-spin");
        Assert.SkipUnless(spinning > 2, $"the measure is blind here: beside consumers that spin, work costs {spinning:0.00} times as much");

        double cost = CostOfWorkBeside(WaitStrategy.DefaultName);

        Assert.True(cost < 1.5, $"beside idle consumers work costs {cost:0.00} times the processor time it costs alone");
    }

    /// <summary>Processor time of the whole process while one thread does a fixed piece of work beside an idle crowd, against the same alone.</summary>
    private static double CostOfWorkBeside(string strategy)
    {
        double alone = LeastCostOfWork();
        List<Counter> counters = Start(RingBuffer<long>.CreateSingleProducer(16, WaitStrategy.ByName(strategy)), inARow: false);
        double beside = LeastCostOfWork();
        foreach (Counter counter in counters)
            counter.Processor.Halt();
        return beside / alone;
    }

    // The least of some rounds: the first ones hold compilation, and the moments before the crowd has come to rest.
    private static double LeastCostOfWork() => Enumerable.Range(0, Rounds).Min(_ =>
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    });

    private static void Work()
    {
        ulong state = 1;
        for (int i = 0; i < 50_000_000; i++)
            state = state * 6364136223846793005 + 1442695040888963407;
        Assert.NotEqual(0ul, state);
    }

    private static List<Counter> Start(RingBuffer<long> ring, bool inARow)
    {
        List<Counter> counters = [];
        for (int i = 0; i < s_crowd; i++)
            counters.Add(new Counter(ring, inARow && i > 0 ? [counters[i - 1].Processor.Sequence] : []));
        ring.AddGatingSequences([.. counters.Select(c => c.Processor.Sequence)]);
        foreach (Counter counter in counters)
            counter.Processor.Start();
        return counters;
    }

    private sealed class Counter : IBatchHandler<long>
    {
        public Counter(RingBuffer<long> ring, ReadOnlySpan<Sequence> behind) => Processor = new BatchEventProcessor<long>("counter", ring, this, behind);

        public BatchEventProcessor<long> Processor { get; }

        public int Count { get; private set; }

        public long Sum { get; private set; }

        public void OnBatch(RingBuffer<long> ring, long lo, long hi)
        {
            for (long sequence = lo; sequence <= hi; sequence++)
            {
                Count++;
                Sum += ring[sequence];
            }
        }
    }
}
