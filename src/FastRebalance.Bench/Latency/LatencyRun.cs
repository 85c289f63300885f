using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Messaging;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// One run: a fresh engine on its own thread between two rings, the schedule on this thread, the signer on a third. Run it, then read
/// what was measured; <see cref="Failures"/> says what of it must not be believed.
/// </summary>
internal sealed class LatencyRun
{
    private const int InboundSize = 65_536;
    private const int OrderRingSize = 4_096;
    private static readonly TimeSpan UntilFirstPrice = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(30);

    private readonly int[] _collectionsBefore = new int[GC.MaxGeneration + 1];
    private readonly List<string> _failures = [];
    private long _bytesBefore;

    private LatencyRun(LatencyOptions options, Mode mode)
    {
        Options = options;
        Mode = mode;
    }

    public LatencyOptions Options { get; }

    public Mode Mode { get; }

    public EngineLoop Engine { get; private set; } = null!;

    public PriceSchedule Schedule { get; private set; } = null!;

    public StageTimings Stages { get; private set; } = null!;

    public OrderSink Sink { get; private set; } = null!;

    /// <summary>From the due time of the price that crossed the band to its order in the order ring.</summary>
    public LatencyHistogram DueToOrder { get; } = new();

    /// <summary>From the same due time to the signed transaction.</summary>
    public LatencyHistogram DueToSigned { get; } = new();

    /// <summary>Measured crossings that were due while the one before was still waiting for its order.</summary>
    public int DelayedCrossings { get; private set; }

    public int Signed { get; private set; }

    /// <summary>Kept transactions whose signature was recovered to the desk's account.</summary>
    public int VerifiedSignatures { get; private set; }

    public (int Least, int Most) TransactionBytes { get; private set; }

    public (int Least, int Most) Legs { get; private set; }

    public string PathSearch { get; private set; } = "";

    /// <summary>Collections by generation while measuring, in the whole process.</summary>
    public int[] Collections { get; } = new int[GC.MaxGeneration + 1];

    /// <summary>Bytes that the whole process allocated while measuring, the compiler and this program among it.</summary>
    public long ProcessBytes { get; private set; }

    public IReadOnlyList<string> Failures => _failures;

    public static LatencyRun Of(LatencyOptions options, Mode mode)
    {
        LatencyRun run = new(options, mode);
        run.Execute();
        return run;
    }

    private void Execute()
    {
        SampleMarket market = new();
        int maxOrders = Options.Crossings + 1;
        RingBuffer<MarketEvent> inbound = RingBuffer<MarketEvent>.CreateMultiProducer(InboundSize, WaitStrategy.ByName(Options.Wait));
        RingBuffer<OrderEvent> orders = RingBuffer<OrderEvent>.CreateSingleProducer(OrderRingSize, WaitStrategy.ByName(Options.OrderWait));
        using SigningDesk desk = new(market, maxOrders);
        Sink = new OrderSink(orders, maxOrders);
        RebalancePipeline pipeline = market.Pipeline(Sink, out string search);
        PathSearch = search;
        Stages = pipeline.Timings;
        Schedule = new PriceSchedule(Options, Mode, market, inbound, desk) { OnMeasuring = BeginMeasuring };

        long startNs = MonotonicClock.NowNs + (long)UntilFirstPrice.TotalNanoseconds;
        long measuredFromNs = startNs + Options.OffsetNs(Options.WarmUpSlots);
        Engine = new EngineLoop(pipeline, measuredFromNs, InboundSize);
        BatchEventProcessor<MarketEvent> engine = new("engine", inbound, Engine);
        BatchEventProcessor<OrderEvent> signer = new("signer", orders, desk);
        inbound.AddGatingSequences(engine.Sequence);
        orders.AddGatingSequences(signer.Sequence);
        signer.Start();
        engine.Start();

        Schedule.PublishOpening();
        Schedule.Run(startNs);
        EndMeasuring();
        Stop(engine, signer);
        Evaluate(desk, pipeline, engine.Sequence.Value + 1, measuredFromNs);
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

    private void Stop(BatchEventProcessor<MarketEvent> engine, BatchEventProcessor<OrderEvent> signer)
    {
        Require(engine.DrainAndStop(DrainPatience), "the engine did not drain");
        Require(signer.DrainAndStop(DrainPatience), "the signer did not drain");
        Require(engine.Fault is null, $"the engine broke: {engine.Fault}");
        Require(signer.Fault is null, $"the signer broke: {signer.Fault}");
    }

    private void Evaluate(SigningDesk desk, RebalancePipeline pipeline, long taken, long measuredFromNs)
    {
        Require(taken == Schedule.Published, $"{Schedule.Published} events were published and {taken} taken");
        Require(pipeline.RefusedEvents == 0, $"the engine refused {pipeline.RefusedEvents} events");
        Require(Engine.Decisions > 0, "nothing was decided while measuring");
        Require(desk.Decisions == pipeline.Decisions, $"{pipeline.Decisions} decisions were made and {desk.Decisions} arrived");
        Require(desk.SignedCount == Sink.Orders, $"{Sink.Orders} orders were decided and {desk.SignedCount} signed");
        Signed = desk.SignedCount;
        if (Mode == Mode.Quiet)
            Require(Sink.Orders == 0, $"prices inside the band brought {Sink.Orders} orders");
        else
            EvaluateOrders(desk, measuredFromNs);
    }

    private void EvaluateOrders(SigningDesk desk, long measuredFromNs)
    {
        int previous = -1;
        Require(Signed == Schedule.Crossed, $"{Schedule.Crossed} crossings brought {Signed} orders");
        foreach ((long due, int order) in Schedule.Crossings)
        {
            if (due < measuredFromNs || order >= Signed)
                continue;
            if (order == previous)
                DelayedCrossings++;
            previous = order;
            // Signed before it was due: this thread was held up, and only found the order done when it came back.
            if (desk[order].SignedNs < due)
                continue;
            // Decided before it was due, and signed after: it waited for the signer alone.
            if (Sink.OrderNs[order] >= due)
                DueToOrder.Record(Sink.OrderNs[order] - due);
            DueToSigned.Record(desk[order].SignedNs - due);
        }
        Verify(desk);
    }

    private void Verify(SigningDesk desk)
    {
        int[] bytes = [.. Enumerable.Range(0, Signed).Select(i => (int)desk[i].Bytes)];
        int[] legs = [.. Enumerable.Range(0, Signed).Select(i => (int)desk[i].Legs)];
        TransactionBytes = (bytes.DefaultIfEmpty().Min(), bytes.DefaultIfEmpty().Max());
        Legs = (legs.DefaultIfEmpty().Min(), legs.DefaultIfEmpty().Max());
        foreach ((SignedOrder order, byte[] raw) in desk.Kept())
        {
            TransactionVerdict verdict = TransactionDecoder.Decode(raw, out SignedTransaction transaction);
            bool right = verdict.IsValid && transaction.TryRecoverSender(out Address sender) && sender == desk.Account
                && transaction.Hash == order.Hash && transaction.Fields.Nonce == order.Nonce && transaction.Fields.To == SigningDesk.Router;
            Require(right, $"the transaction of order {order.OrderId} is not the desk's: {verdict}");
            VerifiedSignatures += right ? 1 : 0;
        }
    }

    private void Require(bool holds, string failure)
    {
        if (!holds)
            _failures.Add(failure);
    }
}
