using FastRebalance.Core.Events;
using FastRebalance.Engine.Stages;
using FastRebalance.Messaging;

namespace FastRebalance.Engine;

/// <summary>
/// The stages on threads of their own: the caller's thread applies and evaluates, a second one sizes, checks and routes the passes that
/// fire, a third one publishes. The decisions are those of <see cref="RebalancePipeline"/>, byte for byte.
/// </summary>
/// <remarks>
/// A pass that fired is waited for before the next event is applied: it reads the state, and whether it became an order is part of
/// what the next pass must know. Such passes are rare. What the extra threads take off the event thread is what every pass pays
/// behind its verdict, and the caches that routing would sweep. Sizing and routing share a thread, since one never runs beside the other.
/// </remarks>
public sealed class StagedPipeline : IRebalancePipeline, IDisposable
{
    /// <summary>Name of the thread that sizes, checks and routes.</summary>
    public const string TradeThread = "trade";

    /// <summary>Name of the thread that publishes.</summary>
    public const string PublishThread = "publish";

    private const int PassesAhead = 1024;

    private readonly RebalancePipeline _stages;
    private readonly RingBuffer<Pass> _passes;
    private readonly BatchEventProcessor<Pass> _trade;
    private readonly BatchEventProcessor<Pass> _publish;
    private readonly SequenceBarrier _published;

    /// <param name="stages">The stages; nothing else may run them from now on.</param>
    /// <param name="wait">How the two threads wait for passes; an instance of its own.</param>
    /// <param name="onFault">Told, on the thread that broke, when a stage has thrown. It must not throw itself.</param>
    /// <param name="onThreadStart">What each thread does first, by its name: where it is given its core.</param>
    /// <param name="onPublisherIdle">What the publishing thread does when nothing waits to be published; short.</param>
    public StagedPipeline(
        RebalancePipeline stages, WaitStrategy wait, Action<Exception>? onFault = null, Func<string, Action?>? onThreadStart = null,
        Action? onPublisherIdle = null)
    {
        _stages = stages;
        _passes = RingBuffer<Pass>.CreateSingleProducer(PassesAhead, wait);
        _trade = new BatchEventProcessor<Pass>(TradeThread, _passes, new TradeHandler(stages))
        {
            OnFault = Broken,
            OnThreadStart = onThreadStart?.Invoke(TradeThread),
        };
        _publish = new BatchEventProcessor<Pass>(PublishThread, _passes, new PublishHandler(stages), _trade.Sequence)
        {
            OnFault = Broken,
            OnThreadStart = onThreadStart?.Invoke(PublishThread),
            OnIdle = onPublisherIdle,
        };
        _passes.AddGatingSequences(_publish.Sequence);
        _published = _passes.NewBarrier(_publish.Sequence);

        void Broken(Exception e)
        {
            // The event thread may be waiting for a pass that will never be published.
            _published!.Alert();
            onFault?.Invoke(e);
        }
    }

    public MarketState Market => _stages.Market;

    public StageTimings Timings => _stages.Timings;

    public long Decisions => _stages.Decisions;

    public long RefusedEvents => _stages.RefusedEvents;

    /// <summary>What a stage threw, once one has.</summary>
    public Exception? Fault => _trade.Fault ?? _publish.Fault;

    /// <summary>Starts the two threads; to be called before the first event.</summary>
    public void Start()
    {
        _publish.Start();
        _trade.Start();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A stage has thrown: nothing is decided any more.</exception>
    public void OnEvent(in MarketEvent e, long sequence, bool endOfBatch)
    {
        if (_stages.Evaluation.Apply(in e, endOfBatch))
            HandOver(sequence, e.DueNs);
    }

    /// <summary>Waits until every pass is published; what was only counted goes out when the publishing thread ends.</summary>
    public void Flush() => WaitFor(_passes.Cursor.Value);

    /// <summary>Publishes what was handed over, ends the threads, and says whether they ended as asked. The event thread must have stopped.</summary>
    public bool DrainAndStop(TimeSpan timeout)
    {
        // Behind a stage that has thrown nothing comes any more: what waits for it is stopped where it stands.
        bool isDrained = _trade.DrainAndStop(timeout) && Fault is null && _publish.DrainAndStop(timeout) && Fault is null;
        if (!isDrained)
            Dispose();
        return isDrained;
    }

    public void Dispose()
    {
        _trade.Halt();
        _publish.Halt();
    }

    private void HandOver(long sequence, long dueNs)
    {
        if (!_passes.TryNext(out long place))
            place = NextPlace();
        ref Pass pass = ref _passes[place];
        _stages.Evaluation.Evaluate(ref pass, sequence, dueNs);
        // From the publication on the pass belongs to the others, and with it, while it is undecided, the state.
        bool isUndecided = pass.IsUndecided;
        _passes.Publish(place);
        if (isUndecided)
            WaitFor(place);
    }

    private long NextPlace()
    {
        long place;
        while (!_passes.TryNext(1, TimeSpan.FromMilliseconds(100), out place))
            RequireNoFault();
        return place;
    }

    private void WaitFor(long place)
    {
        if (_published.WaitFor(place) < place)
            RequireNoFault();
    }

    private void RequireNoFault()
    {
        if (_trade.State >= ProcessorState.Stopped || _publish.State >= ProcessorState.Stopped)
            throw new InvalidOperationException($"a stage has stopped: {Fault?.Message ?? "asked to"}", Fault);
    }

    private sealed class TradeHandler(RebalancePipeline stages) : IEventHandler<Pass>
    {
        public void OnEvent(ref Pass pass, long sequence, bool endOfBatch)
        {
            if (!pass.IsUndecided)
                return;
            stages.Sizing.Run(ref pass);
            stages.Routing.Run(ref pass);
        }
    }

    private sealed class PublishHandler(RebalancePipeline stages) : IEventHandler<Pass>
    {
        public void OnEvent(ref Pass pass, long sequence, bool endOfBatch) => stages.Publishing.Run(ref pass);

        public void OnShutdown() => stages.Publishing.Flush();
    }
}
