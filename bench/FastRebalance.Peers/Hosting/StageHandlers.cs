using Disruptor;
using Disruptor.Processing;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Stages;

namespace FastRebalance.Peers.Hosting;

/// <summary>
/// The stages as three handlers in a row. Each event has a pass of its own beside the ring, at the same place; the ring hands it from
/// handler to handler as it does the event.
/// </summary>
/// <remarks>
/// A pass that fired is waited for before the next event is applied, for the reasons that <see cref="StagedPipeline"/> gives. The
/// evaluating handler then has to tell the Disruptor in the middle of a batch how far it has come.
/// </remarks>
/// <param name="stages">Nothing else may run them.</param>
/// <param name="ringSize">The ring's, a power of two.</param>
public sealed class StageHandlers(RebalancePipeline stages, int ringSize)
{
    private readonly Pass[] _passes = new Pass[ringSize];
    private readonly Sequence _published = new();
    private volatile bool _isBroken;

    public IValueEventHandler<MarketEvent> Evaluate => field ??= new EvaluateHandler(this, stages.Evaluation);

    public IValueEventHandler<MarketEvent> Trade => field ??= new TradeHandler(this, stages);

    public IValueEventHandler<MarketEvent> Publish => field ??= new PublishHandler(this, stages.Publishing);

    private ref Pass PassOf(long sequence) => ref _passes[(int)sequence & (ringSize - 1)];

    private void WaitUntilPublished(long sequence)
    {
        SpinWait spin = default;
        while (_published.Value < sequence)
        {
            if (_isBroken)
                throw new InvalidOperationException("a later stage has thrown: nothing is decided any more");
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    public sealed class EvaluateHandler(StageHandlers handlers, EvaluationStage evaluation) : IValueEventHandler<MarketEvent>, IEventProcessorSequenceAware
    {
        private Sequence _done = null!;

        public void SetSequenceCallback(Sequence sequenceCallback) => _done = sequenceCallback;

        public void OnEvent(ref MarketEvent data, long sequence, bool endOfBatch)
        {
            ref Pass pass = ref handlers.PassOf(sequence);
            pass.Sequence = -1;
            if (!evaluation.Apply(in data, endOfBatch))
                return;
            evaluation.Evaluate(ref pass, sequence, data.DueNs);
            if (!pass.IsUndecided)
                return;
            _done.SetValue(sequence);
            handlers.WaitUntilPublished(sequence);
        }
    }

    public sealed class TradeHandler(StageHandlers handlers, RebalancePipeline stages) : IValueEventHandler<MarketEvent>
    {
        public void OnEvent(ref MarketEvent data, long sequence, bool endOfBatch)
        {
            ref Pass pass = ref handlers.PassOf(sequence);
            if (pass.Sequence != sequence || !pass.IsUndecided)
                return;
            try
            {
                stages.Sizing.Run(ref pass);
                stages.Routing.Run(ref pass);
            }
            catch
            {
                handlers._isBroken = true;
                throw;
            }
        }
    }

    public sealed class PublishHandler(StageHandlers handlers, PublishingStage publishing) : IValueEventHandler<MarketEvent>
    {
        public void OnEvent(ref MarketEvent data, long sequence, bool endOfBatch)
        {
            ref Pass pass = ref handlers.PassOf(sequence);
            if (pass.Sequence != sequence)
                return;
            try
            {
                publishing.Run(ref pass);
            }
            catch
            {
                handlers._isBroken = true;
                throw;
            }

            handlers._published.SetValue(sequence);
        }

        public void OnShutdown() => publishing.Flush();
    }
}
