using FastRebalance.Engine.Targets;

namespace FastRebalance.Engine.Positions;

/// <summary>A position as a target: where it should be.</summary>
public sealed class PositionTarget(Position position) : ITarget
{
    // No trigger of a position goes by the weights: the fence that its own triggers draw holds whether these follow the price or not.
    public bool IsConstant => true;

    /// <summary>What it speaks for.</summary>
    public Position Position => position;

    public void Aim(RebalanceCycle cycle) => position.Aim(cycle);
}
