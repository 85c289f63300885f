using FastRebalance.Core.Events;

namespace FastRebalance.Engine.Planning;

/// <summary>
/// The slow loop: watches the same events as the engine and now and then makes a plan of them. A pure function of the events it was
/// shown: no clock, no random number, no thread of its own.
/// </summary>
public sealed class Planner
{
    /// <summary>Takes one event in. True when a plan is due: <see cref="Plan"/> is then to be called, now or a little later.</summary>
    public bool Observe(in MarketEvent e)
    {
        _ = e;
        return false;
    }

    /// <summary>
    /// Appends the events of a plan, made of what was observed so far, to be shown to the engine in this order. Appends nothing where
    /// there is nothing to say yet.
    /// </summary>
    public void Plan(List<MarketEvent> plan) => _ = plan;
}
