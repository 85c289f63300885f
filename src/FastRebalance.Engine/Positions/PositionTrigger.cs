using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine.Positions;

/// <summary>A position as the trigger of one tier.</summary>
public sealed class PositionTrigger(Position position, PolicyTier tier) : ITrigger
{
    public bool Fires(RebalanceCycle cycle) => position.Look(cycle) is { Acts: true } decision && decision.Tier == tier;

    public TriggerFence Fence(RebalanceCycle cycle) => position.Fence(cycle);

    public TriggerReading Read(RebalanceCycle cycle) => position.Read(cycle, tier);
}
