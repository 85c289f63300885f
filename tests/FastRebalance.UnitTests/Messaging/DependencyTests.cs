using FastRebalance.Messaging;

namespace FastRebalance.UnitTests.Messaging;

/// <summary>Consumers behind consumers: each event passes them in the order of the graph, for every shape of graph.</summary>
public sealed class DependencyTests
{
    private const int Events = 20_000;

    /// <summary>Each stage leaves its mark in the slot, and checks that those before it have left theirs.</summary>
    private struct Slot
    {
        public long Value;
        public long First;
        public long Second;
    }

    [Fact]
    public void Pipeline_ThreeStages_EachSeesTheOneBefore()
    {
        RingBuffer<Slot> ring = Ring();
        BatchEventProcessor<Slot> first = new("first", ring, new Stage((ref Slot slot) => slot.First = slot.Value + 1));
        BatchEventProcessor<Slot> second = new("second", ring, new Stage((ref Slot slot) => slot.Second = slot.First * 2), first.Sequence);
        Stage last = new((ref Slot slot) => Require(slot.Second == (slot.Value + 1) * 2));
        BatchEventProcessor<Slot> third = new("third", ring, last, second.Sequence);
        ring.AddGatingSequences(third.Sequence);

        Run(ring, first, second, third);

        Assert.Equal(Events, last.Count);
    }

    [Fact]
    public void Diamond_TwoSides_TheLastSeesBoth()
    {
        RingBuffer<Slot> ring = Ring();
        BatchEventProcessor<Slot> left = new("left", ring, new Stage((ref Slot slot) => slot.First = slot.Value + 1));
        BatchEventProcessor<Slot> right = new("right", ring, new Stage((ref Slot slot) => slot.Second = slot.Value + 2));
        Stage last = new((ref Slot slot) => Require(slot.First == slot.Value + 1 && slot.Second == slot.Value + 2));
        BatchEventProcessor<Slot> join = new("join", ring, last, left.Sequence, right.Sequence);
        ring.AddGatingSequences(join.Sequence);

        Run(ring, left, right, join);

        Assert.Equal(Events, last.Count);
    }

    [Fact]
    public void Multicast_ThreeConsumers_AllSeeAll()
    {
        RingBuffer<Slot> ring = Ring();
        Stage[] stages = [new(Ignore), new(Ignore), new(Ignore)];
        BatchEventProcessor<Slot>[] all = [.. stages.Select((stage, i) => new BatchEventProcessor<Slot>($"consumer {i}", ring, stage))];
        ring.AddGatingSequences([.. all.Select(processor => processor.Sequence)]);

        Run(ring, all);

        Assert.All(stages, stage => Assert.Equal(Events, stage.Count));
        Assert.All(stages, stage => Assert.Equal((long)Events * (Events - 1) / 2, stage.Sum));
    }

    private static void Ignore(ref Slot slot)
    {
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new InvalidOperationException("a stage was overtaken");
    }

    private static RingBuffer<Slot> Ring() => RingBuffer<Slot>.CreateSingleProducer(64, WaitStrategy.ByName("blocking"));

    private static void Run(RingBuffer<Slot> ring, params BatchEventProcessor<Slot>[] inOrder)
    {
        foreach (BatchEventProcessor<Slot> processor in inOrder)
            processor.Start();
        for (int i = 0; i < Events; i++)
        {
            // A faulted stage frees no slot, so the producer must not insist on one.
            if (!ring.TryNext(1, TimeSpan.FromSeconds(30), out long sequence))
                break;
            ring[sequence] = new Slot { Value = i };
            ring.Publish(sequence);
        }

        foreach (BatchEventProcessor<Slot> processor in inOrder)
        {
            Assert.True(processor.DrainAndStop(TimeSpan.FromSeconds(30)));
            Assert.Null(processor.Fault);
        }
    }

    private delegate void Work(ref Slot slot);

    private sealed class Stage(Work work) : IEventHandler<Slot>
    {
        public long Count { get; private set; }

        public long Sum { get; private set; }

        public void OnEvent(ref Slot data, long sequence, bool endOfBatch)
        {
            work(ref data);
            Count++;
            Sum += data.Value;
        }
    }
}
