using System.Runtime.InteropServices;
using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

public sealed class RingBufferTests
{
    public static TheoryData<bool> BothKinds => [false, true];

    [Fact]
    public void PublishQuietly_SleepingConsumer_SeesItAtTheNextSignal()
    {
        RingBuffer<long> ring = RingBuffer<long>.CreateSingleProducer(8, WaitStrategy.ByName("blocking"));
        long sum = 0;
        BatchEventProcessor<long> consumer = new("sleeper", ring, new Summing(value => Interlocked.Add(ref sum, value)));
        ring.AddGatingSequences(consumer.Sequence);
        consumer.Start();
        long sequence = ring.Next();
        ring[sequence] = 42;

        ring.PublishQuietly(sequence, sequence);
        Assert.Equal(sequence, ring.NewBarrier().AvailableUpTo(sequence));
        ring.SignalProgress();

        SpinWait.SpinUntil(() => Interlocked.Read(ref sum) == 42);
        consumer.Halt();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    [InlineData(12)]
    public void Create_SizeNotAPowerOfTwo_NamesTheFix(int size)
    {
        Assert.Contains("power of two", Assert.Throws<ArgumentOutOfRangeException>(() => Ring(size, shared: false)).Message);
        Assert.Contains("power of two", Assert.Throws<ArgumentOutOfRangeException>(() => Ring(size, shared: true)).Message);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Next_OneByOne_CountsFromZero(bool shared)
    {
        RingBuffer<long> ring = Ring(8, shared);

        Assert.Equal(0, ring.Next());
        Assert.Equal(1, ring.Next());
        Assert.Equal(4, ring.Next(3));
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Next_CountOutOfRange_Throws(bool shared)
    {
        RingBuffer<long> ring = Ring(8, shared);

        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Next(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Next(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.TryNext(9, out _));
        Assert.Equal(7, ring.Next(8));
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Publish_Claimed_IsSeenByABarrierAndNotBefore(bool shared)
    {
        RingBuffer<long> ring = Ring(8, shared);
        SequenceBarrier barrier = ring.NewBarrier();

        long sequence = ring.Next();
        Assert.True(barrier.AvailableUpTo(sequence) < sequence);
        ring[sequence] = 42;
        ring.Publish(sequence);

        Assert.Equal(sequence, barrier.AvailableUpTo(sequence));
        Assert.Equal(42, ring[sequence]);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Publish_Batch_IsSeenWhole(bool shared)
    {
        RingBuffer<long> ring = Ring(8, shared);
        SequenceBarrier barrier = ring.NewBarrier();

        long hi = ring.Next(5);
        ring.Publish(hi - 4, hi);

        Assert.Equal(hi, barrier.AvailableUpTo(0));
    }

    [Fact]
    public void Publish_ManyProducersOutOfOrder_NothingPassesTheGap()
    {
        RingBuffer<long> ring = Ring(8, shared: true);
        SequenceBarrier barrier = ring.NewBarrier();
        long first = ring.Next(), second = ring.Next(), third = ring.Next();

        ring.Publish(third);
        Assert.Equal(first - 1, barrier.AvailableUpTo(first));
        ring.Publish(first);
        Assert.Equal(first, barrier.AvailableUpTo(first));
        ring.Publish(second);
        Assert.Equal(third, barrier.AvailableUpTo(first));
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void TryNext_RingFull_ClaimsNothingUntilTheConsumerAdvances(bool shared)
    {
        RingBuffer<long> ring = Ring(4, shared);
        Sequence consumer = new();
        ring.AddGatingSequences(consumer);
        ring.Publish(0, ring.Next(4));

        Assert.Equal(0, ring.RemainingCapacity);
        Assert.False(ring.TryNext(out _));
        Assert.False(ring.TryNext(1, TimeSpan.FromMilliseconds(5), out _));
        consumer.Set(0);
        Assert.Equal(1, ring.RemainingCapacity);
        Assert.False(ring.TryNext(2, out _));
        Assert.True(ring.TryNext(out long sequence));
        Assert.Equal(4, sequence);
        Assert.False(ring.TryNext(out _));
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void TryNext_SeveralGatingSequences_TheSlowestHolds(bool shared)
    {
        RingBuffer<long> ring = Ring(4, shared);
        Sequence fast = new(), slow = new();
        ring.AddGatingSequences(fast, slow);
        ring.Publish(0, ring.Next(4));

        fast.Set(3);
        Assert.False(ring.TryNext(out _));
        slow.Set(1);
        Assert.True(ring.TryNext(2, out long hi));
        Assert.Equal(5, hi);
        Assert.False(ring.TryNext(out _));
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Next_ManyLaps_EachSlotHoldsTheLastEventWrittenToIt(bool shared)
    {
        RingBuffer<long> ring = Ring(4, shared);
        Sequence consumer = new();
        ring.AddGatingSequences(consumer);
        SequenceBarrier barrier = ring.NewBarrier();

        for (long expected = 0; expected < 1000; expected++)
        {
            long sequence = ring.Next();
            ring[sequence] = expected * 3;
            ring.Publish(sequence);
            Assert.Equal(expected, sequence);
            Assert.Equal(expected, barrier.WaitFor(expected));
            Assert.Equal(expected * 3, ring[expected]);
            consumer.Set(expected);
        }
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void Next_RingFull_WaitsForTheConsumer(bool shared)
    {
        RingBuffer<long> ring = Ring(4, shared);
        Sequence consumer = new();
        ring.AddGatingSequences(consumer);
        ring.Publish(0, ring.Next(4));
        long claimedWhileFull = -1;
        Thread producer = new(() => Volatile.Write(ref claimedWhileFull, ring.Next()));

        producer.Start();
        Assert.False(producer.Join(20));
        consumer.Set(0);
        producer.Join();

        Assert.Equal(4, claimedWhileFull);
    }

    [Theory, MemberData(nameof(BothKinds))]
    public void AddGatingSequences_AfterAClaim_IsRefused(bool shared)
    {
        RingBuffer<long> ring = Ring(4, shared);
        ring.Next();

        Assert.Throws<InvalidOperationException>(() => ring.AddGatingSequences(new Sequence()));
    }

    [Theory]
    [InlineData(0, 3, 4)]
    [InlineData(6, 7, 2)]
    [InlineData(6, 9, 2)]
    [InlineData(8, 9, 2)]
    [InlineData(3, 10, 5)]
    public void Run_OfSequences_EndsWithThemOrWhereTheRingBeginsAnew(long lo, long hi, int length)
    {
        RingBuffer<long> ring = Ring(8, shared: false);

        Span<long> run = ring.Run(lo, hi);
        for (int i = 0; i < run.Length; i++)
            run[i] = lo + i;

        Assert.Equal(length, run.Length);
        for (long sequence = lo; sequence < lo + length; sequence++)
            Assert.Equal(sequence, ring[sequence]);
    }

    [Fact]
    public void Next_AfterARefusedTry_GoesOnWhereItWas()
    {
        RingBuffer<long> ring = Ring(4, shared: false);
        Sequence consumer = new();
        ring.AddGatingSequences(consumer);
        ring.Publish(0, ring.Next(3));

        Assert.False(ring.TryNext(2, out _));
        Assert.Equal(3, ring.Next());
        consumer.Set(2);
        Assert.Equal(6, ring.Next(3));
        Assert.False(ring.TryNext(out _));
    }

    [Theory]
    [InlineData(1024, 128)]
    [InlineData(1 << 18, 2 << 20)]
    [InlineData(1 << 19, 2 << 20)]
    public void Memory_OfTheSlots_IsAlignedAndHoldsThemAll(int size, long alignment)
    {
        RingBuffer<long> ring = Ring(size, shared: false);

        (nint address, nuint bytes) = ring.Memory;

        Assert.Equal((nuint)size * sizeof(long), bytes);
        Assert.Equal(0, address % alignment);
        ring[size - 1] = 42;
        Assert.Equal(42, Marshal.ReadInt64(address + (nint)bytes - sizeof(long)));
    }

    [Fact]
    public void Slots_Fresh_AreZero()
    {
        RingBuffer<long> ring = Ring(64, shared: false);

        for (long sequence = 0; sequence < 64; sequence++)
            Assert.Equal(0, ring[sequence]);
    }

    [Fact]
    public void Slots_AfterCollections_KeepTheirContent()
    {
        RingBuffer<long> ring = Ring(1024, shared: false);
        for (int i = 0; i < 1024; i++)
            ring[i] = i;
        ref long last = ref ring[1023];
        ring = null!;

        GC.Collect();
        byte[][] pressure = new byte[64][];
        for (int i = 0; i < pressure.Length; i++)
            pressure[i] = GC.AllocateArray<byte>(16 * 1024, pinned: true);

        Assert.Equal(1023, last);
        GC.KeepAlive(pressure);
    }

    private static RingBuffer<long> Ring(int size, bool shared)
    {
        WaitStrategy wait = WaitStrategy.ByName("yielding");
        return shared ? RingBuffer<long>.CreateMultiProducer(size, wait) : RingBuffer<long>.CreateSingleProducer(size, wait);
    }

    private sealed class Summing(Action<long> add) : IEventHandler<long>
    {
        public void OnEvent(ref long data, long sequence, bool endOfBatch) => add(data);
    }
}
