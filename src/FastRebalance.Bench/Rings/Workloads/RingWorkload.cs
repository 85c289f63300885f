using System.Runtime.CompilerServices;
using FastRebalance.Core.Measures;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>Ours: any of the shapes over one ring.</summary>
internal sealed class RingWorkload<T> : IWorkload where T : unmanaged, IBenchSlot
{
    /// <summary>Events between two calls of a producer's inner loop, which the compiler so gets to see often.</summary>
    private const int Chunk = 1000;

    private readonly RingShape _shape;
    private readonly RingBuffer<T> _ring;
    private readonly int _producerBatch;
    private readonly List<SummingHandler<T>> _handlers = [];
    private readonly List<BatchEventProcessor<T>> _processors = [];
    private readonly HotThread[] _producers;
    private long _next;

    /// <param name="shape">Who hands events to whom.</param>
    /// <param name="size">Slots of the ring.</param>
    /// <param name="strategy">Name of the consumers' wait strategy.</param>
    /// <param name="producerBatch">Slots that a producer claims and publishes at once.</param>
    /// <param name="pin">Called on every hot thread with its number, the producers' first.</param>
    public RingWorkload(RingShape shape, int size, string strategy, int producerBatch = 1, Action<int>? pin = null)
    {
        WaitStrategy wait = WaitStrategy.ByName(strategy);
        _shape = shape;
        _producerBatch = producerBatch;
        int threads = shape == RingShape.ThreeToOne ? RingShapes.Fan : 1;
        _ring = threads == 1 ? RingBuffer<T>.CreateSingleProducer(size, wait) : RingBuffer<T>.CreateMultiProducer(size, wait);
        Wire(new Pinning(pin, threads));
        Pinning producers = new(pin, 0);
        if (threads == 1)
            producers.Next()?.Invoke();
        _producers = threads > 1
            ? [.. Enumerable.Range(0, threads).Select(i => new HotThread($"producer {i}", producers.Next(), Produce))]
            : [];
    }

    public WorkloadRun Run(int events)
    {
        long last = _next + events - 1;
        foreach (SummingHandler<T> handler in _handlers)
            handler.Expect(last);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = MonotonicClock.NowNs;
        ProduceAll(events);
        Await();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;

        Check(events);
        _next += events;
        long end = start;
        foreach (SummingHandler<T> handler in _handlers)
        {
            end = Math.Max(end, handler.EndNs);
            bytes += handler.AllocatedBytes;
        }
        foreach (HotThread producer in _producers)
            bytes += producer.AllocatedBytes;
        return new WorkloadRun(events, end - start, _handlers[^1].Batches, bytes);
    }

    public void Dispose()
    {
        foreach (BatchEventProcessor<T> processor in _processors)
            processor.Halt();
        foreach (HotThread producer in _producers)
            producer.Dispose();
    }

    private void Wire(Pinning pinning)
    {
        switch (_shape)
        {
            case RingShape.OneToThree:
                for (int i = 0; i < RingShapes.Fan; i++)
                    _ring.AddGatingSequences(AddConsumer(pinning, 0));
                break;
            case RingShape.Pipeline:
                Sequence first = AddConsumer(pinning, 1);
                Sequence second = AddConsumer(pinning, RingShapes.PipelineAdds - 1, first);
                _ring.AddGatingSequences(AddConsumer(pinning, 0, second));
                break;
            case RingShape.Diamond:
                _ring.AddGatingSequences(AddConsumer(pinning, 0, AddConsumer(pinning, 0), AddConsumer(pinning, 0)));
                break;
            default:
                _ring.AddGatingSequences(AddConsumer(pinning, 0));
                break;
        }
        foreach (BatchEventProcessor<T> processor in _processors)
            processor.Start();
        foreach (SummingHandler<T> handler in _handlers)
            handler.WaitForStart();
    }

    private Sequence AddConsumer(Pinning pinning, int adds, params ReadOnlySpan<Sequence> dependsOn)
    {
        SummingHandler<T> handler = new(adds, pinning.Next());
        BatchEventProcessor<T> processor = new($"consumer {_handlers.Count}", _ring, handler, dependsOn);
        _handlers.Add(handler);
        _processors.Add(processor);
        return processor.Sequence;
    }

    private void ProduceAll(int events)
    {
        if (_producers.Length == 0)
        {
            Produce(events);
            return;
        }
        int share = events / _producers.Length;
        for (int i = 0; i < _producers.Length; i++)
            _producers[i].Go(i == 0 ? events - share * (_producers.Length - 1) : share);
        foreach (HotThread producer in _producers)
            producer.Wait();
    }

    private long Produce(int events)
    {
        for (int left = events; left > 0; left -= Chunk)
        {
            int count = Math.Min(left, Chunk);
            if (_producerBatch == 1)
                PublishSingly(_ring, count);
            else
                PublishInBatches(_ring, count, _producerBatch);
        }
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PublishSingly(RingBuffer<T> ring, int count)
    {
        for (int i = 0; i < count; i++)
        {
            long sequence = ring.Next();
            ring[sequence].Fill(sequence);
            ring.Publish(sequence);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PublishInBatches(RingBuffer<T> ring, int count, int batch)
    {
        for (int left = count; left > 0; left -= batch)
        {
            int size = Math.Min(left, batch);
            long hi = ring.Next(size);
            long lo = hi - size + 1;
            for (long sequence = lo; sequence <= hi; sequence++)
                ring[sequence].Fill(sequence);
            ring.Publish(lo, hi);
        }
    }

    private void Await()
    {
        long deadline = MonotonicClock.NowNs + (long)Patience.Longest.TotalNanoseconds;
        foreach (SummingHandler<T> handler in _handlers)
            while (!handler.IsDone)
            {
                Thread.Yield();
                if (MonotonicClock.NowNs > deadline)
                    throw new WrongResultException($"ring: the last event has not arrived after {Patience.Longest.TotalSeconds} s");
            }
    }

    private void Check(int events)
    {
        long expected = RingShapes.SumOf(_next, events);
        for (int i = 0; i < _handlers.Count; i++)
        {
            // In a pipeline the first stage adds one, the second one more, and the third finds both.
            long added = _shape == RingShape.Pipeline ? (long)events * Math.Min(i + 1, RingShapes.PipelineAdds) : 0;
            WrongResultException.Check(_processors[i].Name, expected + added, _handlers[i].Sum);
        }
    }
}

/// <summary>Numbers the hot threads of a workload as they are made.</summary>
internal sealed class Pinning(Action<int>? pin, int next)
{
    /// <summary>What the next thread has to call; null when nobody pins.</summary>
    public Action? Next()
    {
        int number = next++;
        return pin is null ? null : () => pin(number);
    }
}
