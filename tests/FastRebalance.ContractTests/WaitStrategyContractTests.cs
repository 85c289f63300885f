using FastRebalance.Messaging;
using FastRebalance.Messaging.WaitStrategies;

namespace FastRebalance.ContractTests;

/// <summary>What every wait strategy owes to a consumer, by name; and the names themselves.</summary>
public sealed class WaitStrategyContractTests
{
    /// <summary>Long enough that only a wake-up that never comes reaches it: it turns a hang into a failure.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(60);

    /// <summary>Stands for the parking strategy with its patience taken away, so that each wait really parks.</summary>
    private const string ParksAtOnce = "spin-then-park, without yields";

    public static TheoryData<string> Names => [.. WaitStrategy.Names, ParksAtOnce];

    [Fact]
    public void ByName_Unknown_ListsThoseThereAre()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => WaitStrategy.ByName("nap"));

        Assert.Contains("'nap'", error.Message);
        Assert.All(WaitStrategy.Names, name => Assert.Contains(name, error.Message));
    }

    [Fact]
    public void ByName_Known_CarriesItsNameAndIsNew()
    {
        Assert.Equal(WaitStrategy.DefaultName, WaitStrategy.Names[0]);
        Assert.All(WaitStrategy.Names, name => Assert.Equal(name, WaitStrategy.ByName(name).Name));
        Assert.All(WaitStrategy.Names, name => Assert.NotSame(WaitStrategy.ByName(name), WaitStrategy.ByName(name)));
    }

    [Theory, MemberData(nameof(Names))]
    public void WaitFor_PublishedBefore_ReturnsTheHighest(string name)
    {
        RingBuffer<long> ring = Ring(name);
        ring.Publish(0, ring.Next(5));

        Assert.Equal(4, ring.NewBarrier().WaitFor(2));
    }

    [Theory, MemberData(nameof(Names))]
    public void WaitFor_PublishedLater_Returns(string name)
    {
        RingBuffer<long> ring = Ring(name);
        SequenceBarrier barrier = ring.NewBarrier();
        long available = -1;
        Thread consumer = new(() => available = barrier.WaitFor(0));

        consumer.Start();
        Thread.Sleep(20);
        ring.Publish(ring.Next());

        Assert.True(consumer.Join(Never));
        Assert.Equal(0, available);
    }

    [Theory, MemberData(nameof(Names))]
    public void WaitFor_AlertedBeforehand_ReturnsAtOnceUntilCleared(string name)
    {
        RingBuffer<long> ring = Ring(name);
        SequenceBarrier barrier = ring.NewBarrier();

        barrier.Alert();
        Assert.True(barrier.WaitFor(0) < 0);
        Assert.True(barrier.IsAlerted);
        barrier.ClearAlert();
        Assert.False(barrier.IsAlerted);

        ring.Publish(ring.Next());
        Assert.Equal(0, barrier.WaitFor(0));
    }

    [Theory, MemberData(nameof(Names))]
    public void WaitFor_AlertedWhileWaiting_Returns(string name)
    {
        SequenceBarrier barrier = Ring(name).NewBarrier();
        long available = 99;
        Thread consumer = new(() => available = barrier.WaitFor(0));

        consumer.Start();
        Thread.Sleep(20);
        barrier.Alert();

        Assert.True(consumer.Join(Never));
        Assert.Equal(-1, available);
    }

    [Theory, MemberData(nameof(Names))]
    public void TryWaitFor_NothingComes_GivesUp(string name)
    {
        SequenceBarrier barrier = Ring(name).NewBarrier();

        Assert.False(barrier.TryWaitFor(0, TimeSpan.FromMilliseconds(5), out long available));
        Assert.Equal(-1, available);
        Assert.False(barrier.TryWaitFor(0, TimeSpan.Zero, out _));
    }

    [Theory, MemberData(nameof(Names))]
    public void TryWaitFor_SomethingComes_ReturnsIt(string name)
    {
        RingBuffer<long> ring = Ring(name);
        SequenceBarrier barrier = ring.NewBarrier();
        Thread producer = new(() =>
        {
            Thread.Sleep(5);
            ring.Publish(ring.Next());
        });

        producer.Start();
        Assert.True(barrier.TryWaitFor(0, Never, out long available));
        producer.Join();

        Assert.Equal(0, available);
    }

    /// <summary>Each side sleeps at the moment the other publishes, thousands of times: a wake-up lost once shows as a time-out.</summary>
    [Theory, MemberData(nameof(Names))]
    public void WaitFor_TwoRingsBackAndForth_NoWakeUpIsLost(string name)
    {
        const int rounds = 3_000;
        RingBuffer<long> there = Ring(name), back = Ring(name);
        SequenceBarrier atThere = there.NewBarrier(), atBack = back.NewBarrier();
        long lostAt = -1;
        Thread echo = new(() =>
        {
            for (long i = 0; i < rounds; i++)
            {
                if (!atThere.TryWaitFor(i, Never, out _))
                {
                    Volatile.Write(ref lostAt, i);
                    return;
                }

                back.Publish(back.Next());
            }
        });

        echo.Start();
        bool answered = true;
        for (long i = 0; i < rounds && answered; i++)
        {
            there.Publish(there.Next());
            answered = atBack.TryWaitFor(i, Never, out _);
        }

        echo.Join();
        Assert.True(answered);
        Assert.Equal(-1, Volatile.Read(ref lostAt));
    }

    [Theory, MemberData(nameof(Names))]
    public void WaitFor_BehindAnotherConsumer_IsWokenByItsProgress(string name)
    {
        const int events = 1_000;
        RingBuffer<long> ring = Ring(name);
        Counter first = new(), second = new();
        BatchEventProcessor<long> upstream = new("upstream", ring, first);
        BatchEventProcessor<long> downstream = new("downstream", ring, second, upstream.Sequence);
        ring.AddGatingSequences(downstream.Sequence);
        upstream.Start();
        downstream.Start();

        for (int i = 0; i < events; i++)
        {
            Assert.True(ring.TryNext(1, Never, out long sequence));
            ring.Publish(sequence);
        }

        Assert.True(upstream.DrainAndStop(Never));
        Assert.True(downstream.DrainAndStop(Never));
        Assert.Equal(events, first.Count);
        Assert.Equal(events, second.Count);
    }

    private static RingBuffer<long> Ring(string name) =>
        RingBuffer<long>.CreateSingleProducer(64, name == ParksAtOnce ? new SpinThenParkWaitStrategy(yields: 0) : WaitStrategy.ByName(name));

    private sealed class Counter : IEventHandler<long>
    {
        public int Count { get; private set; }

        public void OnEvent(ref long data, long sequence, bool endOfBatch) => Count++;
    }
}
