using System.Runtime.InteropServices;
using FastRebalance.Bench;
using FastRebalance.Bench.Latency;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Messaging;

namespace FastRebalance.StressTests.Engine;

/// <summary>A million seeded events through every way of laying the stages over threads: the same bytes come out.</summary>
public sealed class TopologyTests(TopologyTests.Recorded recorded) : IClassFixture<TopologyTests.Recorded>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Strategies => [.. WaitStrategy.Names.Where(name => name != "busy-spin" || Environment.ProcessorCount > 3)];

    [Fact]
    public void Record_Seeded_TakesEveryWayThroughTheEngine()
    {
        List<OrderEvent> published = recorded.Stream.Published;

        Assert.Equal(1_000_000, recorded.Stream.Events.Count, tolerance: 100);
        Assert.True(published.Count(e => e.OrderId != 0 && e.Kind == OrderEventKind.Decision) > 1_000, "too few orders");
        Assert.True(recorded.Stream.FencedPasses > 20_000, $"the fence answered {recorded.Stream.FencedPasses} passes");
        foreach (DecisionVerdict verdict in Enum.GetValues<DecisionVerdict>().Except([DecisionVerdict.Undecided, DecisionVerdict.NotReady, DecisionVerdict.NothingToTrade]))
            Assert.Contains(published, e => e.Kind == OrderEventKind.Decision && e.Decision.Verdict == verdict);
        long told = published.Sum(e => e.Kind switch { OrderEventKind.Decision => 1, OrderEventKind.Passes => e.Passes.Count, _ => 0 });
        Assert.Equal(recorded.Stream.Decisions, told);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void OnEvent_Staged_PublishesTheBytesOfFused(string strategy)
    {
        Collector sink = new(recorded.Stream.Published.Count);
        using StagedPipeline staged = new(new SampleMarket().Pipeline(sink, out _), WaitStrategy.ByName(strategy));
        staged.Start();

        recorded.Drive(staged);
        staged.Flush();

        Assert.True(staged.DrainAndStop(s_patience), $"{staged.Fault}");
        Assert.Equal(recorded.Stream.Decisions, staged.Decisions);
        recorded.AssertSame(sink.Published);
    }

    [Fact]
    public void OnEvent_FusedAgain_PublishesTheSameBytes()
    {
        Collector sink = new(recorded.Stream.Published.Count);
        RebalancePipeline fused = new SampleMarket().Pipeline(sink, out _);

        recorded.Drive(fused);
        fused.Flush();

        recorded.AssertSame(sink.Published);
    }

    [Fact]
    public void OnEvent_WithoutTheFence_PublishesTheSameBytes()
    {
        Collector sink = new(recorded.Stream.Published.Count);
        RebalancePipeline unfenced = new SampleMarket().Pipeline(sink, out _, fenced: false);

        recorded.Drive(unfenced);
        unfenced.Flush();

        Assert.Equal(0, unfenced.Evaluation.FencedPasses);
        recorded.AssertSame(sink.Published);
    }

    /// <summary>The stream and what the fused engine made of it.</summary>
    public sealed class Recorded
    {
        internal SeededStream Stream { get; } = SeededStream.Record(seed: 7, count: 1_000_000);

        internal void Drive(IRebalancePipeline pipeline)
        {
            int batch = 0;
            for (int i = 0; i < Stream.Events.Count; i++)
            {
                bool endOfBatch = Stream.BatchEnds[batch] == i;
                MarketEvent e = Stream.Events[i];
                pipeline.OnEvent(in e, i, endOfBatch);
                if (endOfBatch && batch < Stream.BatchEnds.Count - 1)
                    batch++;
            }
        }

        internal void AssertSame(List<OrderEvent> published)
        {
            Span<OrderEvent> expected = CollectionsMarshal.AsSpan(Stream.Published);
            Assert.Equal(expected.Length, published.Count);
            for (int i = 0; i < expected.Length; i++)
                if (!Bytes(ref expected[i]).SequenceEqual(Bytes(ref CollectionsMarshal.AsSpan(published)[i])))
                    Assert.Fail($"slot {i}: expected {expected[i].Kind} at event {expected[i].InputSequence}, got {published[i].Kind} at {published[i].InputSequence}");
        }

        private static ReadOnlySpan<byte> Bytes(ref OrderEvent e) => MemoryMarshal.AsBytes(new ReadOnlySpan<OrderEvent>(ref e));
    }

    private sealed class Collector(int capacity) : IDecisionSink
    {
        public List<OrderEvent> Published { get; } = new(capacity);

        public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => Published.AddRange(decisionAndLegs);
    }
}
