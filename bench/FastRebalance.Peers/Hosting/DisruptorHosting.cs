using Disruptor.Dsl;
using FastRebalance.Core.Events;
using FastRebalance.Engine;

namespace FastRebalance.Peers.Hosting;

/// <summary>
/// The engine behind a Disruptor that the desk has already. One line at set-up, before the start; the handlers that come back can be
/// followed by the desk's own. A handler that throws stops its processor, as Disruptor-net's own default has it.
/// </summary>
public static class DisruptorHosting
{
    /// <summary>All stages in turn in one handler.</summary>
    /// <param name="pipeline">Nothing else may feed it from now on.</param>
    public static ValueEventHandlerGroup<MarketEvent> HandleEventsWithRebalance(
        this ValueDisruptor<MarketEvent> disruptor, IRebalancePipeline pipeline) => disruptor.HandleEventsWith(new RebalanceHandler(pipeline));

    /// <summary>Three handlers in a row, each on its thread: one applies and evaluates, one sizes, checks and routes, one publishes.</summary>
    /// <param name="stages">Nothing else may run them from now on.</param>
    public static ValueEventHandlerGroup<MarketEvent> HandleEventsWithRebalanceStages(
        this ValueDisruptor<MarketEvent> disruptor, RebalancePipeline stages)
    {
        StageHandlers handlers = new(stages, (int)disruptor.BufferSize);
        return disruptor.HandleEventsWith(handlers.Evaluate).Then(handlers.Trade).Then(handlers.Publish);
    }
}
