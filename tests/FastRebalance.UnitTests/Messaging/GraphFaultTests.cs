using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

/// <summary>
/// What a handler that throws does to the graph around it: nobody behind it sees an event that it has not done with, those beside it
/// go on until the ring is full, and then a producer that asks is told so.
/// </summary>
public sealed class GraphFaultTests
{
    private const int RingSize = 16;
    private const long BadEvent = 20;

    private readonly RingBuffer<long> _ring = RingBuffer<long>.CreateSingleProducer(RingSize, WaitStrategy.ByName("blocking"));
    private readonly InvalidOperationException _boom = new("boom");
    private readonly List<Exception> _told = [];

    public static TheoryData<bool> BothHandlers => [false, true];

    [Theory, MemberData(nameof(BothHandlers))]
    public void Pipeline_FirstStageThrows_TheOthersSeeNothingBeyond(bool batches)
    {
        Seen second = new(), third = new();
        BatchEventProcessor<long> bad = Faulty(batches);
        BatchEventProcessor<long> middle = new("second", _ring, second, bad.Sequence);
        BatchEventProcessor<long> last = new("third", _ring, third, middle.Sequence);
        _ring.AddGatingSequences(last.Sequence);

        long published = PublishUntilFull(bad, middle, last);

        AssertFaulted(bad);
        SettleAt(bad.Sequence.Value, middle, last);
        Assert.Equal(bad.Sequence.Value + RingSize, published);
        Assert.Equal(Upto(bad.Sequence.Value), second.Events);
        Assert.Equal(Upto(bad.Sequence.Value), third.Events);
        HaltAll(middle, last);
    }

    [Theory, MemberData(nameof(BothHandlers))]
    public void Pipeline_LastStageThrows_TheOthersDrainWhatIsPublished(bool batches)
    {
        Seen first = new();
        BatchEventProcessor<long> front = new("first", _ring, first);
        BatchEventProcessor<long> bad = Faulty(batches, front.Sequence);
        _ring.AddGatingSequences(bad.Sequence);

        long published = PublishUntilFull(front, bad);
        front.DrainAndStop();

        AssertFaulted(bad);
        Assert.Equal(ProcessorState.Stopped, front.State);
        Assert.Equal(Upto(published), first.Events);
    }

    [Theory, MemberData(nameof(BothHandlers))]
    public void Diamond_OneSideThrows_TheOtherGoesOnAndTheJoinSeesNothingBeyond(bool batches)
    {
        Seen good = new(), joined = new();
        BatchEventProcessor<long> left = Faulty(batches);
        BatchEventProcessor<long> right = new("right", _ring, good);
        BatchEventProcessor<long> join = new("join", _ring, joined, left.Sequence, right.Sequence);
        _ring.AddGatingSequences(join.Sequence);

        long published = PublishUntilFull(left, right, join);
        right.DrainAndStop();

        AssertFaulted(left);
        SettleAt(left.Sequence.Value, join);
        Assert.Equal(left.Sequence.Value + RingSize, published);
        Assert.Equal(Upto(published), good.Events);
        Assert.Equal(Upto(left.Sequence.Value), joined.Events);
        Assert.False(join.DrainAndStop(TimeSpan.FromMilliseconds(20)));
        HaltAll(join);
    }

    /// <summary>Publishes until the ring takes no more and stays full. The last sequence published.</summary>
    private long PublishUntilFull(params BatchEventProcessor<long>[] all)
    {
        foreach (BatchEventProcessor<long> processor in all)
            processor.Start();
        long last = -1;
        while (_ring.TryNext(1, TimeSpan.FromSeconds(30), out long sequence))
        {
            _ring[sequence] = last = sequence;
            _ring.Publish(sequence);
            if (sequence > BadEvent)
                break;
        }

        SpinWait.SpinUntil(() => all.Any(processor => processor.State == ProcessorState.Faulted));
        while (_ring.TryNext(1, TimeSpan.FromMilliseconds(50), out long sequence))
        {
            _ring[sequence] = last = sequence;
            _ring.Publish(sequence);
        }

        return last;
    }

    private BatchEventProcessor<long> Faulty(bool batches, params Sequence[] dependsOn) => batches
        ? new("faulty", _ring, new ThrowingBatches(_boom), dependsOn) { OnFault = _told.Add, MaxBatch = 4 }
        : new("faulty", _ring, new ThrowingEvents(_boom), dependsOn) { OnFault = _told.Add, MaxBatch = 4 };

    private void AssertFaulted(BatchEventProcessor<long> processor)
    {
        processor.DrainAndStop();
        Assert.Equal(ProcessorState.Faulted, processor.State);
        Assert.Same(_boom, processor.Fault);
        Assert.Same(_boom, Assert.Single(_told));
        Assert.InRange(processor.Sequence.Value, BadEvent - 4, BadEvent - 1);
    }

    private static void SettleAt(long sequence, params BatchEventProcessor<long>[] behind)
    {
        SpinWait.SpinUntil(() => behind.All(processor => processor.Sequence.Value >= sequence));
        Assert.All(behind, processor => Assert.Equal(sequence, processor.Sequence.Value));
        Assert.All(behind, processor => Assert.Equal(ProcessorState.Running, processor.State));
    }

    private static void HaltAll(params BatchEventProcessor<long>[] all)
    {
        foreach (BatchEventProcessor<long> processor in all)
            processor.Halt();
        Assert.All(all, processor => Assert.Equal(ProcessorState.Stopped, processor.State));
    }

    private static IEnumerable<long> Upto(long sequence) => Enumerable.Range(0, (int)sequence + 1).Select(i => (long)i);

    private sealed class Seen : IBatchHandler<long>
    {
        public List<long> Events { get; } = [];

        public void OnBatch(RingBuffer<long> ring, long lo, long hi)
        {
            for (long sequence = lo; sequence <= hi; sequence++)
                Events.Add(ring[sequence]);
        }
    }

    private sealed class ThrowingEvents(Exception what) : IEventHandler<long>
    {
        public void OnEvent(ref long data, long sequence, bool endOfBatch)
        {
            if (data == BadEvent)
                throw what;
        }
    }

    private sealed class ThrowingBatches(Exception what) : IBatchHandler<long>
    {
        public void OnBatch(RingBuffer<long> ring, long lo, long hi)
        {
            if (lo <= BadEvent && hi >= BadEvent)
                throw what;
        }
    }
}
