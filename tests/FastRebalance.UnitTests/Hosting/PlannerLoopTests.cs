using System.Runtime.InteropServices;
using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.MarketData;
using FastRebalance.Messaging;
using FastRebalance.UnitTests.Configuration;
using FastRebalance.UnitTests.Engine.Planning;

namespace FastRebalance.UnitTests.Hosting;

/// <summary>A planner beside an engine on a ring, as a live run has them.</summary>
public sealed class PlannerLoopTests
{
    private const int Minutes = 400;

    // A ring so small that the feed keeps it full: a plan has room only when the watching goes on while the worker waits.
    [Theory]
    [InlineData(64)]
    [InlineData(4096)]
    public void OnBatch_RingFullOfEvents_PlansComeInAndTheRecordReplaysToTheSameBytes(int slots)
    {
        PortfolioPolicy policy = Policy();
        RingBuffer<MarketEvent> ring = RingBuffer<MarketEvent>.CreateMultiProducer(slots, WaitStrategy.ByName("blocking"));
        RingEventSink sink = new(ring);
        DecisionBytes live = new();
        Recorder engine = new(Pipeline(policy, live));
        Exception? fault = null;
        using PlannerLoop planner = new(policy.MakePlanner!(), sink, e => fault = e);
        BatchEventProcessor<MarketEvent> engineThread = new("engine", ring, engine), plannerThread = new("watch", ring, planner);
        ring.AddGatingSequences(engineThread.Sequence, plannerThread.Sequence);
        engineThread.Start();
        plannerThread.Start();
        planner.Start();

        List<MarketEvent> events = Events();
        int planned = 0;
        foreach (MarketEvent e in events)
        {
            sink.Publish(new ReadOnlySpan<MarketEvent>(in e), default);
            // One pass at least is made before the first plan can be there, however far the feed would run ahead of the engine.
            if (e.Kind == MarketEventKind.Head && planned == 0)
                SpinWait.SpinUntil(() => engineThread.Sequence.Value >= ring.Cursor.Value || fault is not null, TimeSpan.FromMinutes(1));
            // The feed waits for a plan now and then: which of them fall out is a matter of threads otherwise.
            if (e.Kind == MarketEventKind.Head && ++planned % 50 == 0 && planned > 100)
                SpinWait.SpinUntil(() => planner.Published > (planned / 50) - 3 || fault is not null, TimeSpan.FromMinutes(1));
        }
        planner.Stop();
        engineThread.DrainAndStop();
        plannerThread.DrainAndStop();

        Assert.Null(fault);
        Assert.True(planner.Published >= 5, $"{planner.Published} plans");
        Assert.Equal(planner.Published, engine.Record.Count(r => r.Event.Kind == MarketEventKind.PlanReady));
        Assert.Equal(0, engine.Pipeline.RefusedEvents);
        Assert.Contains(live.Events, e => e.Decision.Verdict == DecisionVerdict.NotReady);
        Assert.Contains(live.Events, e => e.Decision.Verdict is not (DecisionVerdict.NotReady or DecisionVerdict.Undecided));

        DecisionBytes replayed = new();
        RebalancePipeline again = Pipeline(Policy(), replayed);
        for (int i = 0; i < engine.Record.Count; i++)
            again.OnEvent(engine.Record[i].Event, i, engine.Record[i].EndOfBatch);
        again.Flush();
        Assert.True(live.Bytes.SequenceEqual(replayed.Bytes));
    }

    [Fact]
    public void Work_SinkThatBreaks_IsToldOnceAndTheWatchingGoesOn()
    {
        RingBuffer<MarketEvent> ring = RingBuffer<MarketEvent>.CreateMultiProducer(8192, WaitStrategy.ByName("blocking"));
        using ManualResetEventSlim told = new();
        int faults = 0;
        using PlannerLoop planner = new(Policy().MakePlanner!(), new BrokenSink(), _ =>
        {
            faults++;
            told.Set();
        });
        planner.Start();
        List<MarketEvent> events = Events();
        RingEventSink sink = new(ring);
        foreach (MarketEvent e in events)
            sink.Publish(new ReadOnlySpan<MarketEvent>(in e), default);
        planner.OnBatch(ring, 0, events.Count - 1);
        told.Wait();
        planner.OnBatch(ring, 0, events.Count - 1);
        planner.Stop();
        Assert.Equal(1, faults);
        Assert.Equal(0, planner.Published);
        Assert.True(planner.PassedOver > 0);
    }

    private static List<MarketEvent> Events() => new PlannerBench(PlannerBench.Fixed, PlannerBench.Quick).Start().Walk(Minutes).Seen;

    private static PortfolioPolicy Policy()
    {
        using SampleConfig sample = new();
        sample.With("portfolios[0].target", """{ "kind": "risk-parity", "cash": 0.3 }""");
        sample.With("portfolios[0].planner", """{ "warmUpSamples": 60, "halfLife": "12:00:00" }""");
        List<ConfigProblem> problems = [];
        PortfolioPolicy? policy = PolicyFactory.Build(sample.Read(), problems);
        Assert.Empty(problems);
        return policy!;
    }

    private static RebalancePipeline Pipeline(PortfolioPolicy policy, IDecisionSink sink) =>
        PolicyFactory.Pipeline(PlannerBench.Setup, policy, PolicyFactory.Search(PlannerBench.Setup, out _), sink);

    private sealed class Recorder(RebalancePipeline pipeline) : IBatchHandler<MarketEvent>
    {
        public RebalancePipeline Pipeline => pipeline;

        public List<(MarketEvent Event, bool EndOfBatch)> Record { get; } = [];

        public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
        {
            for (long sequence = lo; sequence <= hi; sequence++)
            {
                Record.Add((ring[sequence], sequence == hi));
                pipeline.OnEvent(in ring[sequence], sequence, sequence == hi);
            }
        }

        public void OnShutdown() => pipeline.Flush();
    }

    private sealed class DecisionBytes : IDecisionSink
    {
        public List<OrderEvent> Events { get; } = [];

        public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(Events));

        public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => Events.AddRange(decisionAndLegs);
    }

    private sealed class BrokenSink : IEventSink
    {
        public void Publish(ReadOnlySpan<MarketEvent> events, CancellationToken cancellation) => throw new IOException("broken");
    }
}
