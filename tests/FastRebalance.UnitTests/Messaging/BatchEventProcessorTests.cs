using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

public sealed class BatchEventProcessorTests
{
    private readonly RingBuffer<long> _ring = RingBuffer<long>.CreateSingleProducer(16, WaitStrategy.ByName("spin-then-park"));

    [Fact]
    public void DrainAndStop_EverythingPublishedBefore_IsProcessed()
    {
        Recorder handler = new();
        BatchEventProcessor<long> processor = Start(handler);
        Publish(1000);

        processor.DrainAndStop();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), handler.Seen);
        Assert.Equal(999, processor.Sequence.Value);
        Assert.Equal(ProcessorState.Stopped, processor.State);
        Assert.Equal(["start", "shutdown"], handler.Lifecycle);
    }

    [Fact]
    public void DrainAndStop_PublishedAfterwards_IsLeftAlone()
    {
        Recorder handler = new();
        BatchEventProcessor<long> processor = Start(handler);
        Publish(5);

        processor.DrainAndStop();
        Publish(3);

        Assert.Equal(5, handler.Seen.Count);
        Assert.Equal(4, processor.Sequence.Value);
    }

    [Fact]
    public void OnIdle_SeveralBatches_ComesOnlyWhenAllIsRead()
    {
        Recorder handler = new();
        List<int> seenAtIdle = [];
        BatchEventProcessor<long> processor = new("test", _ring, handler) { MaxBatch = 2, OnIdle = () => seenAtIdle.Add(handler.Seen.Count) };
        _ring.AddGatingSequences(processor.Sequence);
        Publish(5);

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal([5], seenAtIdle);
    }

    [Fact]
    public void DrainAndStop_ClaimNeverPublished_SaysSoAndCanBeHalted()
    {
        BatchEventProcessor<long> processor;
        RingBuffer<long> ring = RingBuffer<long>.CreateMultiProducer(16, WaitStrategy.ByName("blocking"));
        processor = new("test", ring, new Recorder());
        processor.Start();
        ring.Next();

        Assert.False(processor.DrainAndStop(TimeSpan.FromMilliseconds(20)));
        Assert.Equal(ProcessorState.Draining, processor.State);
        processor.Halt();

        Assert.Equal(ProcessorState.Stopped, processor.State);
        Assert.Equal(-1, processor.Sequence.Value);
    }

    [Fact]
    public void Halt_BusyWithABatch_FinishesItAndTakesNoOther()
    {
        using ManualResetEventSlim entered = new(), leave = new();
        Recorder handler = new() { Before = (_, _) => { entered.Set(); leave.Wait(); } };
        BatchEventProcessor<long> processor = new("test", _ring, handler) { MaxBatch = 2 };
        _ring.AddGatingSequences(processor.Sequence);
        Publish(10);
        processor.Start();
        entered.Wait();
        Thread halter = new(processor.Halt);

        halter.Start();
        SpinWait.SpinUntil(() => processor.State == ProcessorState.Halting);
        leave.Set();
        halter.Join();

        Assert.Equal([0L, 1L], handler.Seen);
        Assert.Equal(1, processor.Sequence.Value);
        Assert.Equal(ProcessorState.Stopped, processor.State);
    }

    [Fact]
    public void Halt_Waiting_EndsTheWait()
    {
        BatchEventProcessor<long> processor = Start(new Recorder());

        processor.Halt();

        Assert.Equal(ProcessorState.Stopped, processor.State);
    }

    [Fact]
    public void Halt_FromItsOwnHandler_DoesNotWaitForItself()
    {
        BatchEventProcessor<long> processor = null!;
        Recorder handler = new() { Before = (_, _) => processor.Halt() };
        processor = Start(handler);

        Publish(1);
        SpinWait.SpinUntil(() => processor.State == ProcessorState.Stopped);

        Assert.Equal([0L], handler.Seen);
    }

    [Fact]
    public void Halt_NeverStarted_IsStoppedAndCannotBeStarted()
    {
        BatchEventProcessor<long> processor = new("test", _ring, new Recorder());

        processor.Halt();

        Assert.Equal(ProcessorState.Stopped, processor.State);
        Assert.Throws<InvalidOperationException>(processor.Start);
    }

    [Fact]
    public void Start_Twice_IsRefused()
    {
        BatchEventProcessor<long> processor = Start(new Recorder());

        Assert.Throws<InvalidOperationException>(processor.Start);
        processor.Halt();
    }

    [Fact]
    public void OnBatch_MaxBatchSet_IsNeverLarger()
    {
        List<long> sizes = [];
        Recorder handler = new() { Before = (lo, hi) => sizes.Add(hi - lo + 1) };
        BatchEventProcessor<long> processor = new("test", _ring, handler) { MaxBatch = 3 };
        _ring.AddGatingSequences(processor.Sequence);
        Publish(10);

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal([3, 3, 3, 1], sizes);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchEventProcessor<long>("test", _ring, handler) { MaxBatch = 0 });
    }

    [Fact]
    public void OnEvent_Batch_MarksOnlyItsLastEvent()
    {
        List<(long Sequence, bool Last)> calls = [];
        BatchEventProcessor<long> processor = new("test", _ring, new EachEvent((_, sequence, last) => calls.Add((sequence, last))));
        _ring.AddGatingSequences(processor.Sequence);
        Publish(4);

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal([(0, false), (1, false), (2, false), (3, true)], calls);
    }

    [Fact]
    public void OnEvent_Throws_StopsBeforeTheBadEventAndTellsOnce()
    {
        InvalidOperationException bad = new("boom");
        List<Exception> told = [];
        List<long> seen = [];
        BatchEventProcessor<long> processor = new("test", _ring, new EachEvent((value, _, _) =>
        {
            if (value == 3)
                throw bad;
            seen.Add(value);
        }))
        { OnFault = told.Add };
        _ring.AddGatingSequences(processor.Sequence);
        Publish(8);

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal([0L, 1, 2], seen);
        Assert.Equal(2, processor.Sequence.Value);
        Assert.Equal(ProcessorState.Faulted, processor.State);
        Assert.Same(bad, processor.Fault);
        Assert.Same(bad, Assert.Single(told));
    }

    [Fact]
    public void OnBatch_Throws_CountsNothingOfTheBatchAndTheRingFillsUp()
    {
        Recorder handler = new() { Before = (_, _) => throw new InvalidOperationException("boom") };
        BatchEventProcessor<long> processor = Start(handler);

        Publish(1);
        SpinWait.SpinUntil(() => processor.State == ProcessorState.Faulted);

        Assert.Equal(-1, processor.Sequence.Value);
        Assert.True(_ring.TryNext(15, out long hi));
        _ring.Publish(1, hi);
        Assert.False(_ring.TryNext(out _));
        Assert.Equal(["start", "shutdown"], handler.Lifecycle);
    }

    [Fact]
    public void OnStart_Throws_FaultsBeforeAnyEvent()
    {
        Recorder handler = new() { FailStart = true };
        BatchEventProcessor<long> processor = Start(handler);
        Publish(3);

        processor.DrainAndStop();

        Assert.Equal(ProcessorState.Faulted, processor.State);
        Assert.Empty(handler.Seen);
    }

    [Fact]
    public void OnThreadStart_Set_RunsFirstAndOnTheProcessorsThread()
    {
        string? thread = null;
        Recorder handler = new();
        BatchEventProcessor<long> processor = new("pinned", _ring, handler)
        {
            OnThreadStart = () =>
            {
                thread = Thread.CurrentThread.Name;
                handler.Lifecycle.Add("thread");
            },
        };
        _ring.AddGatingSequences(processor.Sequence);
        Publish(1);

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal("pinned", thread);
        Assert.Equal(["thread", "start", "shutdown"], handler.Lifecycle);
        Assert.Equal([0L], handler.Seen);
    }

    [Fact]
    public void OnThreadStart_Throws_FaultsBeforeAnyEvent()
    {
        InvalidOperationException refused = new("no such core");
        Recorder handler = new();
        BatchEventProcessor<long> processor = new("pinned", _ring, handler) { OnThreadStart = () => throw refused };
        _ring.AddGatingSequences(processor.Sequence);
        Publish(3);

        processor.Start();
        processor.DrainAndStop();

        Assert.Equal(ProcessorState.Faulted, processor.State);
        Assert.Same(refused, processor.Fault);
        Assert.Empty(handler.Seen);
        Assert.DoesNotContain("start", handler.Lifecycle);
    }

    [Fact]
    public void OnFault_NotSet_AHandlerThatThrowsStillStopsTheProcessor()
    {
        BatchEventProcessor<long> processor = Start(new Recorder { Before = (_, _) => throw new InvalidOperationException("boom") });
        Publish(1);

        processor.DrainAndStop();
        _ring.Publish(_ring.Next());

        Assert.Equal(ProcessorState.Faulted, processor.State);
        Assert.Equal(-1, processor.Sequence.Value);
        Assert.Throws<InvalidOperationException>(processor.Start);
    }

    private BatchEventProcessor<long> Start(IBatchHandler<long> handler)
    {
        BatchEventProcessor<long> processor = new("test", _ring, handler);
        _ring.AddGatingSequences(processor.Sequence);
        processor.Start();
        return processor;
    }

    private void Publish(int count)
    {
        for (int i = 0; i < count; i++)
        {
            long sequence = _ring.Next();
            _ring[sequence] = sequence;
            _ring.Publish(sequence);
        }
    }

    private sealed class Recorder : IBatchHandler<long>
    {
        public List<long> Seen { get; } = [];

        public List<string> Lifecycle { get; } = [];

        public Action<long, long>? Before { get; init; }

        public bool FailStart { get; init; }

        public void OnBatch(RingBuffer<long> ring, long lo, long hi)
        {
            Before?.Invoke(lo, hi);
            for (long sequence = lo; sequence <= hi; sequence++)
                Seen.Add(ring[sequence]);
        }

        public void OnStart()
        {
            Lifecycle.Add("start");
            if (FailStart)
                throw new InvalidOperationException("cannot start");
        }

        public void OnShutdown() => Lifecycle.Add("shutdown");
    }

    private sealed class EachEvent(Action<long, long, bool> onEvent) : IEventHandler<long>
    {
        public void OnEvent(ref long data, long sequence, bool endOfBatch) => onEvent(data, sequence, endOfBatch);
    }
}
