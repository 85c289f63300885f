using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Messaging;

/// <summary>How consumers can hang together.</summary>
public enum GraphShape
{
    None = 0,

    /// <summary>Three stages, one behind the other.</summary>
    Pipeline,

    /// <summary>Two beside each other, and one behind both.</summary>
    Diamond,

    /// <summary>Three that know nothing of each other.</summary>
    Multicast,
}

/// <summary>Graphs of consumers that are stopped while a producer writes as fast as it can: nothing is lost, doubled or overtaken.</summary>
public sealed class GraphShutdownTests
{
    private const int RingSize = 256;
    private const int Rounds = 40;
    private const int Seed = 20_261;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    public static TheoryData<GraphShape, string> ShapesAndStrategies
    {
        get
        {
            TheoryData<GraphShape, string> data = [];
            foreach (GraphShape shape in new[] { GraphShape.Pipeline, GraphShape.Diamond, GraphShape.Multicast })
                foreach (string strategy in WaitStrategy.Names)
                    if (strategy != "busy-spin" || Environment.ProcessorCount > 4)
                        data.Add(shape, strategy);
            return data;
        }
    }

    [Theory, MemberData(nameof(ShapesAndStrategies))]
    public void DrainAndStop_ProducerStoppedUnderLoad_EveryConsumerHasSeenEverything(GraphShape shape, string strategy)
    {
        Random random = new(Seed);
        for (int round = 0; round < Rounds; round++)
        {
            Graph graph = new(shape, strategy);
            Load load = new(graph.Ring);
            graph.Start();
            load.RunFor(random.Next(100, 2_000));

            long published = load.Stop();
            Assert.All(graph.InOrder, processor => Assert.True(processor.DrainAndStop(s_patience), "the drain did not end"));

            graph.AssertSound();
            Assert.All(graph.InOrder, processor => Assert.Equal(published, processor.Sequence.Value));
        }
    }

    [Theory, MemberData(nameof(ShapesAndStrategies))]
    public void Halt_ProducerStillWriting_EveryConsumerEndsAtABatchAndBehindThoseBeforeIt(GraphShape shape, string strategy)
    {
        Random random = new(Seed + 1);
        for (int round = 0; round < Rounds; round++)
        {
            Graph graph = new(shape, strategy);
            Load load = new(graph.Ring);
            graph.Start();
            load.RunFor(random.Next(100, 2_000));

            BatchEventProcessor<long>[] anyOrder = [.. graph.InOrder];
            random.Shuffle(anyOrder);
            foreach (BatchEventProcessor<long> processor in anyOrder)
                processor.Halt();
            long published = load.Stop();

            graph.AssertSound();
            Assert.All(graph.InOrder, processor => Assert.InRange(processor.Sequence.Value, -1, published));
        }
    }

    /// <summary>A producer on a thread of its own, which writes until it is told to stop; a full ring holds it up but never for good.</summary>
    private sealed class Load
    {
        private readonly Thread _thread;
        private bool _stop;
        private long _published = -1;

        public Load(RingBuffer<long> ring) => _thread = new Thread(() =>
        {
            while (!Volatile.Read(ref _stop))
            {
                if (!ring.TryNext(out long sequence))
                {
                    Thread.Yield();
                    continue;
                }

                ring[sequence] = sequence * 3;
                ring.Publish(sequence);
                Volatile.Write(ref _published, sequence);
            }
        })
        { IsBackground = true };

        /// <summary>Starts, and returns once so many events or more were published.</summary>
        public void RunFor(int events)
        {
            _thread.Start();
            SpinWait.SpinUntil(() => Volatile.Read(ref _published) >= events, s_patience);
        }

        /// <summary>The last sequence published.</summary>
        public long Stop()
        {
            Volatile.Write(ref _stop, true);
            _thread.Join();
            return _published;
        }
    }

    private sealed class Graph
    {
        private readonly Witness[] _witnesses = [new(), new(), new()];
        private readonly GraphShape _shape;

        public Graph(GraphShape shape, string strategy)
        {
            _shape = shape;
            Ring = RingBuffer<long>.CreateSingleProducer(RingSize, WaitStrategy.ByName(strategy));
            BatchEventProcessor<long> first = new("first", Ring, _witnesses[0]);
            BatchEventProcessor<long> second = new("second", Ring, _witnesses[1], shape == GraphShape.Pipeline ? [first.Sequence] : []);
            Sequence[] before = shape switch
            {
                GraphShape.Pipeline => [second.Sequence],
                GraphShape.Diamond => [first.Sequence, second.Sequence],
                _ => [],
            };
            BatchEventProcessor<long> third = new("third", Ring, _witnesses[2], before);
            InOrder = [first, second, third];
            Ring.AddGatingSequences(shape == GraphShape.Multicast ? [first.Sequence, second.Sequence, third.Sequence] : [third.Sequence]);
        }

        public RingBuffer<long> Ring { get; }

        public BatchEventProcessor<long>[] InOrder { get; }

        public void Start()
        {
            foreach (BatchEventProcessor<long> processor in InOrder)
                processor.Start();
        }

        /// <summary>Each consumer saw every event up to its sequence, once and whole, and no further than those that it depends on.</summary>
        public void AssertSound()
        {
            for (int i = 0; i < InOrder.Length; i++)
            {
                Assert.Null(InOrder[i].Fault);
                Assert.Equal(ProcessorState.Stopped, InOrder[i].State);
                Assert.Equal(InOrder[i].Sequence.Value + 1, _witnesses[i].Count);
            }

            (long first, long second, long third) = (InOrder[0].Sequence.Value, InOrder[1].Sequence.Value, InOrder[2].Sequence.Value);
            if (_shape == GraphShape.Pipeline)
                Assert.True(first >= second && second >= third, $"{first}, {second}, {third}: a stage was overtaken");
            else if (_shape == GraphShape.Diamond)
                Assert.True(Math.Min(first, second) >= third, $"{first}, {second}, {third}: a side was overtaken");
        }
    }

    /// <summary>Takes events in order, and nothing else: any other is a fault.</summary>
    private sealed class Witness : IBatchHandler<long>
    {
        public long Count { get; private set; }

        public void OnBatch(RingBuffer<long> ring, long lo, long hi)
        {
            for (long sequence = lo; sequence <= hi; sequence++)
            {
                if (sequence != Count || ring[sequence] != sequence * 3)
                    throw new InvalidOperationException($"event {sequence} holds {ring[sequence]}; {Count} was next");
                Count++;
            }
        }
    }
}
