using System.CommandLine;
using System.Runtime.InteropServices;
using Disruptor;
using Disruptor.Dsl;
using Disruptor.Processing;
using FastRebalance.Bench;
using FastRebalance.Bench.Latency;
using FastRebalance.Core.Events;
using FastRebalance.Engine;

namespace FastRebalance.Peers.Hosting;

/// <summary>`decisions`: the stages inside a Disruptor give the decisions that they give in our own ring, byte for byte.</summary>
public static class DecisionsCommand
{
    private const int RingSize = 4096;

    /// <summary>A stage that has thrown makes no room any more; the program then says so instead of waiting.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    public static Command Create()
    {
        Option<int> events = new("--events") { Description = "seeded events", DefaultValueFactory = _ => 1_000_000 };
        Option<int> seed = new("--seed") { Description = "of the stream", DefaultValueFactory = _ => 7 };
        Command command = new("decisions", "Runs the engine inside a Disruptor and holds what it decides against our own; exit code 1 where they differ.") { events, seed };
        command.SetAction(given =>
        {
            SeededStream stream = SeededStream.Record(given.GetValue(seed), given.GetValue(events));
            bool same = InStep("one handler, batches as recorded", stream, static (disruptor, pipeline) => disruptor.HandleEventsWithRebalance(pipeline));
            same &= InStep("three handlers, batches as recorded", stream, static (disruptor, pipeline) => disruptor.HandleEventsWithRebalanceStages(pipeline));
            same &= AtFullSpeed("one handler, batches as they come", stream);
            same &= AtFullSpeedInThree("three handlers at full speed, told where the recorded batches end", stream);
            return same ? 0 : 1;
        });
        return command;
    }

    /// <summary>Publishes each recorded batch at once and waits for it, so that the Disruptor's batches end where the recorded ones did.</summary>
    private static bool InStep(string name, SeededStream stream, Func<ValueDisruptor<MarketEvent>, RebalancePipeline, ValueEventHandlerGroup<MarketEvent>> register)
    {
        Collector sink = new();
        using ValueDisruptor<MarketEvent> disruptor = NewDisruptor();
        Progress progress = new();
        register(disruptor, new SampleMarket().Pipeline(sink, out _)).Then(progress);
        disruptor.Start().Wait();
        int from = 0;
        foreach (long end in Ends(stream))
        {
            Publish(disruptor.RingBuffer, stream, from, (int)end);
            progress.WaitFor(end);
            from = (int)end + 1;
        }

        disruptor.Shutdown(s_patience).Wait();
        return Compare(name, stream.Published, sink.Published, from);
    }

    /// <summary>Publishes without waiting, notes where batches ended, and then gives our own engine the same events and the same ends.</summary>
    private static bool AtFullSpeed(string name, SeededStream stream)
    {
        Collector sink = new(), ours = new();
        Noting noting = new(new SampleMarket().Pipeline(sink, out _));
        using ValueDisruptor<MarketEvent> disruptor = NewDisruptor();
        disruptor.HandleEventsWithRebalance(noting);
        Pour(disruptor, stream);
        RebalancePipeline again = new SampleMarket().Pipeline(ours, out _);
        for (int i = 0; i < stream.Events.Count; i++)
        {
            MarketEvent e = stream.Events[i];
            again.OnEvent(in e, i, noting.Ends.Contains(i));
        }

        again.Flush();
        return Compare(name, ours.Published, sink.Published, stream.Events.Count);
    }

    /// <summary>Publishes without waiting, so that the three threads are busy at once; passes are made where the recorded ones were.</summary>
    private static bool AtFullSpeedInThree(string name, SeededStream stream)
    {
        Collector sink = new();
        StageHandlers handlers = new(new SampleMarket().Pipeline(sink, out _), RingSize);
        using ValueDisruptor<MarketEvent> disruptor = NewDisruptor();
        disruptor.HandleEventsWith(new AtRecordedEnds(handlers.Evaluate, stream.BatchEnds)).Then(handlers.Trade).Then(handlers.Publish);
        Pour(disruptor, stream);
        return Compare(name, stream.Published, sink.Published, stream.Events.Count);
    }

    private static void Pour(ValueDisruptor<MarketEvent> disruptor, SeededStream stream)
    {
        disruptor.Start().Wait();
        int from = 0;
        foreach (long end in Ends(stream))
        {
            Publish(disruptor.RingBuffer, stream, from, (int)end);
            from = (int)end + 1;
        }

        disruptor.Shutdown(s_patience).Wait();
    }

    private static ValueDisruptor<MarketEvent> NewDisruptor() =>
        new(static () => default, RingSize, TaskScheduler.Default, ProducerType.Single, new YieldingWaitStrategy());

    /// <summary>Where the recorded batches end, and the last event where none ends there.</summary>
    private static IEnumerable<long> Ends(SeededStream stream) =>
        stream.BatchEnds[^1] == stream.Events.Count - 1 ? stream.BatchEnds : stream.BatchEnds.Append(stream.Events.Count - 1);

    private static void Publish(ValueRingBuffer<MarketEvent> ring, SeededStream stream, int from, int to)
    {
        long hi = 0;
        if (!SpinWait.SpinUntil(() => ring.TryNext(to - from + 1, out hi), s_patience))
            throw new TimeoutException("the Disruptor makes no room: a stage has stopped");
        long lo = hi - (to - from);
        for (int i = from; i <= to; i++)
            ring[lo + (i - from)] = stream.Events[i];
        ring.Publish(lo, hi);
    }

    private static bool Compare(string name, List<OrderEvent> expected, List<OrderEvent> found, int events)
    {
        ReadOnlySpan<byte> ours = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(expected));
        ReadOnlySpan<byte> theirs = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(found));
        int orders = expected.Count(e => e.Kind == OrderEventKind.Decision && e.OrderId != 0);
        int difference = ours.CommonPrefixLength(theirs);
        bool same = ours.Length == theirs.Length && difference == ours.Length && orders > 0;
        Console.WriteLine(same
            ? $"{name}: {events} events, {expected.Count} records with {orders} orders, the same bytes"
            : $"{name}: {expected.Count} and {found.Count} records ({orders} orders), DIFFERENT from record {difference / Marshal.SizeOf<OrderEvent>()} on");
        return same;
    }

    /// <summary>The last handler: tells the producer that a batch has been through all of them.</summary>
    public sealed class Progress : IValueEventHandler<MarketEvent>
    {
        private long _seen = -1;

        public void OnEvent(ref MarketEvent data, long sequence, bool endOfBatch) => Volatile.Write(ref _seen, sequence);

        public void WaitFor(long sequence)
        {
            if (!SpinWait.SpinUntil(() => Volatile.Read(ref _seen) >= sequence, s_patience))
                throw new TimeoutException($"event {sequence} never came through: a stage has stopped");
        }
    }

    /// <summary>The evaluating handler, told of other ends of batches than the Disruptor's.</summary>
    public sealed class AtRecordedEnds(IValueEventHandler<MarketEvent> evaluate, IReadOnlyList<long> recorded)
        : IValueEventHandler<MarketEvent>, IEventProcessorSequenceAware
    {
        private int _next;

        public void SetSequenceCallback(Sequence sequenceCallback) => ((IEventProcessorSequenceAware)evaluate).SetSequenceCallback(sequenceCallback);

        public void OnEvent(ref MarketEvent data, long sequence, bool endOfBatch)
        {
            bool ends = _next < recorded.Count && recorded[_next] == sequence;
            if (ends)
                _next++;
            evaluate.OnEvent(ref data, sequence, ends);
        }
    }

    /// <summary>The engine, and a note of where batches ended.</summary>
    private sealed class Noting(RebalancePipeline pipeline) : IRebalancePipeline
    {
        public HashSet<long> Ends { get; } = [];

        public MarketState Market => pipeline.Market;

        public StageTimings Timings => pipeline.Timings;

        public long Decisions => pipeline.Decisions;

        public long RefusedEvents => pipeline.RefusedEvents;

        public void OnEvent(in MarketEvent e, long sequence, bool endOfBatch)
        {
            if (endOfBatch)
                Ends.Add(sequence);
            pipeline.OnEvent(in e, sequence, endOfBatch);
        }

        public void Flush() => pipeline.Flush();
    }

    private sealed class Collector : IDecisionSink
    {
        public List<OrderEvent> Published { get; } = [];

        public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => Published.AddRange(decisionAndLegs);
    }
}
