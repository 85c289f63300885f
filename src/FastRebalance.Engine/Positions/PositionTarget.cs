using FastRebalance.Engine.Targets;

namespace FastRebalance.Engine.Positions;

/// <summary>A position as a target: where it should be.</summary>
public sealed class PositionTarget(Position position) : ITarget
{
    public bool IsConstant => position.IsConstant;

    /// <summary>What it speaks for.</summary>
    public Position Position => position;

    public void Aim(RebalanceCycle cycle) => position.Aim(cycle);
}
