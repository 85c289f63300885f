using FastRebalance.Core.Events;
using FastRebalance.Engine.Routing;
using FastRebalance.Engine.Stages;

namespace FastRebalance.Engine;

/// <summary>
/// The page to read first. Events come in, the state changes, and at the end of each batch one decision goes out. State and
/// decisions are a pure function of the events and of where the batches ended: no clock, no random number, no other thread.
/// </summary>
/// <remarks>
/// The stages in turn on one thread: the fused topology. <see cref="StagedPipeline"/> runs the same stages on threads of their own.
/// After construction it allocates nothing, except that a pool may grow when it meets a new tick. Another policy comes as an event, and is built by
/// whoever published it.
/// </remarks>
public sealed class RebalancePipeline : IRebalancePipeline
{
    private readonly PolicyInForce _policy;
    private Pass _pass;

    /// <param name="market">The state that the events build.</param>
    /// <param name="policy">What the portfolio is held to.</param>
    /// <param name="router">Finds the legs.</param>
    /// <param name="sink">Takes the decisions.</param>
    /// <param name="source">Has the policies of later configurations; null where none can come.</param>
    public RebalancePipeline(MarketState market, PortfolioPolicy policy, Router router, IDecisionSink sink, IPolicySource? source = null)
    {
        Market = market;
        LastCycle = new RebalanceCycle(market, policy.Bounds, policy.Numeraire);
        _policy = new PolicyInForce(LastCycle, policy, source);
        Evaluation = new EvaluationStage(LastCycle, _policy, Timings);
        Sizing = new SizingStage(LastCycle, _policy, Timings);
        Routing = new RoutingStage(LastCycle, router, Timings);
        Publishing = new PublishingStage(LastCycle, _policy, sink, Timings);
    }

    /// <summary>What the portfolio is held to now. The event thread's.</summary>
    public PortfolioPolicy Policy => _policy.Now.Policy;

    public MarketState Market { get; }

    public StageTimings Timings { get; } = new();

    public long RefusedEvents => Evaluation.RefusedEvents;

    public long Decisions => Evaluation.Passes;

    /// <summary>The parts of the last pass; valid until the next event.</summary>
    public RebalanceCycle LastCycle { get; }

    // The stages, for whoever runs them on threads of their own.

    public EvaluationStage Evaluation { get; }

    public SizingStage Sizing { get; }

    public RoutingStage Routing { get; }

    public PublishingStage Publishing { get; }

    /// <inheritdoc/>
    public void OnEvent(in MarketEvent e, long sequence, bool endOfBatch)
    {
        if (Evaluation.Apply(in e, endOfBatch))
            Decide(sequence, e.DueNs);
    }

    /// <summary>One pass on the events applied so far: for replay, where the record says at which events passes were made.</summary>
    public void Decide(long sequence, long dueNs)
    {
        Evaluation.Evaluate(ref _pass, sequence, dueNs);
        if (_pass.IsUndecided)
        {
            Sizing.Run(ref _pass);
            Routing.Run(ref _pass);
        }
        Publishing.Run(ref _pass);
    }

    public void Flush() => Publishing.Flush();
}
