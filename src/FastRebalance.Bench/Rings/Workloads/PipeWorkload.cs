using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>
/// The baselines: the same shapes with a queue wherever two threads meet. What one ring shows to three readers takes three queues here.
/// </summary>
internal sealed class PipeWorkload<T, TPipe> : IWorkload
    where T : unmanaged, IBenchSlot
    where TPipe : struct, IPipe<T>
{
    private const int Chunk = 1000;

    private readonly RingShape _shape;
    private readonly Func<TPipe> _newPipe;
    private readonly List<TPipe> _inlets = [];
    private readonly List<HotThread> _consumers = [];
    private readonly List<HotThread> _producers = [];
    private readonly Pinning _pinning;
    private long _next;

    public PipeWorkload(RingShape shape, Func<TPipe> newPipe, Action<int>? pin = null)
    {
        _shape = shape;
        _newPipe = newPipe;
        _pinning = new Pinning(pin, 0);
        if (shape != RingShape.ThreeToOne)
            _pinning.Next()?.Invoke();
        Wire();
    }

    public WorkloadRun Run(int events)
    {
        foreach (HotThread consumer in _consumers)
            consumer.Go(events);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = MonotonicClock.NowNs;
        ProduceAll(events);
        foreach (HotThread consumer in _consumers)
            consumer.Wait();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;

        Check(events);
        _next += events;
        long end = start;
        foreach (HotThread consumer in _consumers)
        {
            end = Math.Max(end, consumer.EndNs);
            bytes += consumer.AllocatedBytes;
        }
        foreach (HotThread producer in _producers)
            bytes += producer.AllocatedBytes;
        return new WorkloadRun(events, end - start, Batches: 0, bytes);
    }

    public void Dispose()
    {
        foreach (HotThread thread in _consumers.Concat(_producers))
            thread.Dispose();
    }

    private void Wire()
    {
        switch (_shape)
        {
            case RingShape.OneToThree:
                for (int i = 0; i < RingShapes.Fan; i++)
                    AddEnd(Inlet());
                break;
            case RingShape.Pipeline:
                AddEnd(AddStage(AddStage(Inlet(), 1), RingShapes.PipelineAdds - 1));
                break;
            case RingShape.Diamond:
                AddJoin(AddStage(Inlet(), 0), AddStage(Inlet(), 0));
                break;
            case RingShape.ThreeToOne:
                TPipe shared = Inlet();
                for (int i = 0; i < RingShapes.Fan; i++)
                    AddProducer(i, shared);
                AddEnd(shared);
                break;
            default:
                AddEnd(Inlet());
                break;
        }
    }

    private TPipe Inlet()
    {
        TPipe pipe = _newPipe();
        _inlets.Add(pipe);
        return pipe;
    }

    private TPipe AddStage(TPipe from, int adds)
    {
        TPipe to = _newPipe();
        Add($"stage {_consumers.Count}", count => Pass(from, to, count, adds));
        return to;
    }

    private void AddEnd(TPipe from) => Add($"consumer {_consumers.Count}", count => Sum(from, count));

    private void AddJoin(TPipe left, TPipe right) => Add("join", count => Join(left, right, count));

    private void Add(string name, Func<int, long> work) => _consumers.Add(new HotThread(name, _pinning.Next(), Chunked(work)));

    /// <summary>Each producer has numbers of its own: every third of the run's.</summary>
    private void AddProducer(int index, TPipe to) => _producers.Add(new HotThread($"producer {index}", _pinning.Next(), events =>
    {
        long value = _next + index;
        for (int left = events; left > 0; left -= Chunk)
            Publish(to, ref value, Math.Min(left, Chunk), RingShapes.Fan);
        return 0;
    }));

    private static Func<int, long> Chunked(Func<int, long> work) => events =>
    {
        long sum = 0;
        for (int left = events; left > 0; left -= Chunk)
            sum += work(Math.Min(left, Chunk));
        return sum;
    };

    private void ProduceAll(int events)
    {
        if (_producers.Count > 0)
        {
            for (int i = 0; i < _producers.Count; i++)
                _producers[i].Go((events + _producers.Count - 1 - i) / _producers.Count);
            foreach (HotThread producer in _producers)
                producer.Wait();
            return;
        }
        long first = _next;
        for (int left = events; left > 0; left -= Chunk)
            PublishToAll(ref first, Math.Min(left, Chunk));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PublishToAll(ref long value, int count)
    {
        ReadOnlySpan<TPipe> inlets = CollectionsMarshal.AsSpan(_inlets);
        T slot = default;
        for (int i = 0; i < count; i++)
        {
            slot.Fill(value++);
            foreach (ref readonly TPipe inlet in inlets)
                inlet.Write(in slot);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Publish(TPipe to, ref long value, int count, int step)
    {
        T slot = default;
        for (int i = 0; i < count; i++, value += step)
        {
            slot.Fill(value);
            to.Write(in slot);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Sum(TPipe from, int count)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
            sum += from.Read().Value;
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Pass(TPipe from, TPipe to, int count, int adds)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            T slot = from.Read();
            if (adds != 0)
                slot.Fill(slot.Value + adds);
            to.Write(in slot);
            sum += slot.Value;
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Join(TPipe left, TPipe right, int count)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
            sum += (left.Read().Value + right.Read().Value) >> 1;
        return sum;
    }

    private void Check(int events)
    {
        long expected = RingShapes.SumOf(_next, events);
        for (int i = 0; i < _consumers.Count; i++)
        {
            long added = _shape == RingShape.Pipeline ? (long)events * Math.Min(i + 1, RingShapes.PipelineAdds) : 0;
            WrongResultException.Check(_consumers[i].Name, expected + added, _consumers[i].Checksum);
        }
    }
}
