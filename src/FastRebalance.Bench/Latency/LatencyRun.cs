using System.Runtime.ExceptionServices;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;
using FastRebalance.Core.Measures;
using FastRebalance.Engine;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// One run: a fresh engine on its own thread between two rings, the schedule on another thread, the signer on a third. Run it, then
/// read what was measured; <see cref="Failures"/> says what of it must not be believed.
/// </summary>
internal sealed class LatencyRun
{
    private const int InboundSize = 65_536;
    private const int OrderRingSize = 4_096;

    /// <summary>An engine that is so much of the run behind at its end does not keep up.</summary>
    private const double BehindAtTheEnd = 0.01;

    private static readonly TimeSpan UntilFirstPrice = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(30);

    private readonly int[] _collectionsBefore = new int[GC.MaxGeneration + 1];
    private readonly List<string> _failures = [];
    private readonly WatchedBusySpin? _watch;
    private readonly Clockwork _times;
    private long _bytesBefore;

    private LatencyRun(LatencyOptions options)
    {
        Options = options;
        Seating = new Seating(options);
        _times = new Clockwork(options, MonotonicClock.NowNs + (long)UntilFirstPrice.TotalNanoseconds);
        _watch = options.Wait == WatchedBusySpin.WatchedName ? new WatchedBusySpin(_times.MeasuredFromNs) : null;
    }

    public LatencyOptions Options { get; }

    public Mode Mode => Options.Mode;

    public Seating Seating { get; }

    public EngineLoop Engine { get; private set; } = null!;

    public PriceSchedule Schedule { get; private set; } = null!;

    public StageTimings Stages { get; private set; } = null!;

    public OrderSink Sink { get; private set; } = null!;

    /// <summary>From the due time of the price that crossed the band to its order in the order ring.</summary>
    public LatencyHistogram DueToOrder { get; } = new();

    /// <summary>From the same due time to the signed transaction.</summary>
    public LatencyHistogram DueToSigned { get; } = new();

    /// <summary>From the same due time to the return of the write of the request that carries it.</summary>
    public LatencyHistogram DueToSocketWrite { get; } = new();

    /// <summary><see cref="DueToSigned"/> second by second.</summary>
    public Timeline SignedTimeline { get; private set; } = null!;

    /// <summary>From the order in hand to the signed bytes.</summary>
    public LatencyHistogram Sign { get; private set; } = null!;

    /// <summary>From the signed bytes to the return of the write.</summary>
    public LatencyHistogram SocketWrite { get; private set; } = null!;

    /// <summary>The stalls of the engine's core; null when its wait strategy does not watch them.</summary>
    public LatencyHistogram? EngineGaps => _watch?.Gaps;

    /// <summary>What the machine's stalls, on the cores that were watched, would have cost these prices by themselves.</summary>
    public LatencyHistogram Hiccup { get; private set; } = null!;

    /// <summary>Measured crossings that were due while the one before was still waiting for its order.</summary>
    public int DelayedCrossings { get; private set; }

    public int Signed { get; private set; }

    /// <summary>Transactions that came out of the socket and whose signature was recovered to the desk's account.</summary>
    public int VerifiedSignatures { get; private set; }

    public (int Least, int Most) TransactionBytes { get; private set; }

    public (int Least, int Most) Legs { get; private set; }

    public string PathSearch { get; private set; } = "";

    public string SocketKind { get; private set; } = "";

    /// <summary>Bytes that publisher, engine and signer allocated while measuring, in that order.</summary>
    public IReadOnlyList<(string Thread, long Bytes)> HotBytes { get; private set; } = [];

    /// <summary>Collections by generation while measuring, in the whole process.</summary>
    public int[] Collections { get; } = new int[GC.MaxGeneration + 1];

    /// <summary>Bytes that the whole process allocated while measuring, the compiler and this program among it.</summary>
    public long ProcessBytes { get; private set; }

    /// <summary>How long after the last price was due the last decision was there.</summary>
    public long BehindNs => Engine.LastDecidedNs - _times.LastDueNs;

    /// <summary>The prices came faster than they were taken: every latency grew for as long as the run lasted.</summary>
    public bool IsSaturated => BehindNs > BehindAtTheEnd * (Options.WarmUp + Options.Measured).TotalNanoseconds;

    /// <summary>There was a core for every busy thread.</summary>
    public bool IsConclusive => Seating.BusyThreads <= Machine.Cores;

    public IReadOnlyList<string> Failures => _failures;

    public static LatencyRun Of(LatencyOptions options)
    {
        LatencyRun run = new(options);
        run.Execute();
        return run;
    }

    /// <summary>Adds what must hold besides.</summary>
    public void Require(bool holds, string failure)
    {
        if (!holds)
            _failures.Add(failure);
    }

    private void Execute()
    {
        SampleMarket market = new();
        int maxOrders = Options.Crossings + 1;
        WaitStrategy wait = _watch ?? WaitStrategy.ByName(Options.Wait);
        RingBuffer<MarketEvent> inbound = RingBuffer<MarketEvent>.CreateMultiProducer(InboundSize, wait);
        RingBuffer<OrderEvent> orders = RingBuffer<OrderEvent>.CreateSingleProducer(OrderRingSize, WaitStrategy.ByName(Options.OrderWait));
        using SigningDesk desk = new(market, maxOrders) { MeasuredFromNs = _times.MeasuredFromNs };
        Sink = new OrderSink(orders, maxOrders);
        RebalancePipeline stages = market.Pipeline(Sink, out string search);
        using StagedPipeline? staged = Options.Topology == Topology.Staged
            ? new StagedPipeline(stages, WaitStrategy.ByName(Options.Wait), onThreadStart: Seating.For)
            : null;
        IRebalancePipeline pipeline = staged is null ? stages : staged;
        PathSearch = search;
        SocketKind = desk.Socket.Kind;
        Stages = pipeline.Timings;
        Schedule = new PriceSchedule(_times, market, inbound, desk) { OnMeasuring = BeginMeasuring, GivesWay = Seating.PublisherGivesWay };
        Engine = new EngineLoop(pipeline, _times, InboundSize);
        BatchEventProcessor<MarketEvent> engine = new("engine", inbound, Engine) { OnThreadStart = Seating.Engine.Take };
        BatchEventProcessor<OrderEvent> signer = new("signer", orders, desk) { OnThreadStart = Seating.Signer.Take };
        inbound.AddGatingSequences(engine.Sequence);
        orders.AddGatingSequences(signer.Sequence);
        signer.Start();
        staged?.Start();
        engine.Start();

        RunSchedule();
        EndMeasuring();
        Stop(engine, staged, signer);
        Evaluate(desk, pipeline, engine.Sequence.Value + 1);
    }

    /// <summary>On a thread of its own: what a pinned thread starts is pinned as well, and the caller's thread starts others.</summary>
    private void RunSchedule()
    {
        ExceptionDispatchInfo? fault = null;
        Thread publisher = new(() =>
        {
            try
            {
                Seating.Publisher.Take();
                Schedule.PublishOpening();
                Schedule.Run();
            }
            catch (InvalidOperationException e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        }) { Name = "publisher", IsBackground = true };
        publisher.Start();
        publisher.Join();
        fault?.Throw();
    }

    private void BeginMeasuring()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
            _collectionsBefore[generation] = GC.CollectionCount(generation);
        _bytesBefore = GC.GetTotalAllocatedBytes(precise: false);
    }

    private void EndMeasuring()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
            Collections[generation] = GC.CollectionCount(generation) - _collectionsBefore[generation];
        ProcessBytes = GC.GetTotalAllocatedBytes(precise: false) - _bytesBefore;
    }

    private void Stop(BatchEventProcessor<MarketEvent> engine, StagedPipeline? staged, BatchEventProcessor<OrderEvent> signer)
    {
        Require(engine.DrainAndStop(DrainPatience), "the engine did not drain");
        Require(staged?.DrainAndStop(DrainPatience) ?? true, $"the stages did not drain: {staged?.Fault}");
        Require(signer.DrainAndStop(DrainPatience), "the signer did not drain");
        Require(engine.Fault is null, $"the engine broke: {engine.Fault}");
        Require(signer.Fault is null, $"the signer broke: {signer.Fault}");
    }

    private void Evaluate(SigningDesk desk, IRebalancePipeline pipeline, long taken)
    {
        Require(taken == Schedule.Published, $"{Schedule.Published} events were published and {taken} taken");
        Require(pipeline.RefusedEvents == 0, $"the engine refused {pipeline.RefusedEvents} events");
        Require(Engine.Decisions > 0, "nothing was decided while measuring");
        long decided = Engine.DueToDecision.Count;
        Require(decided == Options.MeasuredSlots, $"{Options.MeasuredSlots} prices were due and {decided} decided on");
        Require(Sink.Decisions == pipeline.Decisions, $"{pipeline.Decisions} decisions were made and {Sink.Decisions} published");
        Require(desk.Decisions == Sink.Decisions, $"{Sink.Decisions} decisions were published and {desk.Decisions} arrived");
        Require(desk.SignedCount == Sink.Orders, $"{Sink.Orders} orders were decided and {desk.SignedCount} signed");
        Signed = desk.SignedCount;
        Sign = desk.Sign;
        SocketWrite = desk.SocketWrite;
        HotBytes = [("publisher", Schedule.AllocatedBytes), ("engine", Engine.AllocatedBytes), ("signer", desk.AllocatedBytes)];
        SignedTimeline = new Timeline(_times.MeasuredFromNs, Options.Measured);
        Hiccup = Hiccups.Of(WatchedGaps(), 1_000_000_000 / Options.RatePerSecond, Options.MeasuredSlots);
        if (Mode == Mode.Quiet)
            Require(Sink.Orders == 0, $"prices inside the band brought {Sink.Orders} orders");
        else
            EvaluateOrders(desk);
    }

    /// <summary>Where the publisher gives way, its gaps are other threads' work as well as the machine's.</summary>
    private LatencyHistogram[] WatchedGaps() =>
        EngineGaps is null ? [Schedule.Gaps] : Seating.PublisherGivesWay ? [EngineGaps] : [Schedule.Gaps, EngineGaps];

    private void EvaluateOrders(SigningDesk desk)
    {
        int previous = -1;
        Require(Signed == Schedule.Crossed, $"{Schedule.Crossed} crossings brought {Signed} orders");
        foreach ((long due, int order) in Schedule.Crossings)
        {
            if (due < _times.MeasuredFromNs || order >= Signed)
                continue;
            if (order == previous)
                DelayedCrossings++;
            previous = order;
            Record(due, Sink.OrderNs[order], in desk[order]);
        }
        TransactionBytes = RangeOf(desk, static o => o.Bytes);
        Legs = RangeOf(desk, static o => o.Legs);
        VerifyArrivals(desk);
    }

    private void Record(long due, long orderedNs, in SignedOrder order)
    {
        // Written before it was due: the publisher was held up, and only found the order done when it came back.
        if (order.WrittenNs < due)
            return;
        // Decided or signed before it was due, and written after: it waited for the rest alone.
        if (orderedNs >= due)
            DueToOrder.Record(orderedNs - due);
        if (order.SignedNs >= due)
        {
            DueToSigned.Record(order.SignedNs - due);
            SignedTimeline.Record(due, order.SignedNs - due);
        }
        DueToSocketWrite.Record(order.WrittenNs - due);
    }

    private (int Least, int Most) RangeOf(SigningDesk desk, Func<SignedOrder, int> figure)
    {
        int[] all = [.. Enumerable.Range(0, Signed).Select(i => figure(desk[i]))];
        return (all.DefaultIfEmpty().Min(), all.DefaultIfEmpty().Max());
    }

    /// <summary>What came out at the far end of the socket is what was signed, and the desk signed it.</summary>
    private void VerifyArrivals(SigningDesk desk)
    {
        DiscardingSocket socket = desk.Socket;
        Require(
            socket.WaitFor(desk.WrittenBytes, DrainPatience),
            $"{desk.WrittenBytes} bytes went into the socket and {socket.Bytes} came out");
        Require(socket.Requests == Signed, $"{Signed} requests went into the socket and {socket.Requests} came out");
        foreach ((int index, byte[] request) in socket.Kept())
        {
            bool right = RawTransactionRequest.TransactionIn(request) is { } raw && IsTheDesks(raw, in desk[index], desk.Account);
            Require(right, $"request {index} out of the socket does not carry order {desk[index].OrderId} as the desk signed it");
            VerifiedSignatures += right ? 1 : 0;
        }
    }

    private static bool IsTheDesks(byte[] raw, in SignedOrder order, Address account) =>
        TransactionDecoder.Decode(raw, out SignedTransaction transaction).IsValid
        && Keccak256.Hash(raw) == order.Hash && transaction.Hash == order.Hash
        && transaction.TryRecoverSender(out Address sender) && sender == account
        && transaction.Fields.Nonce == order.Nonce && transaction.Fields.To == SigningDesk.Router;
}
