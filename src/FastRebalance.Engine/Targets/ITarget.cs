namespace FastRebalance.Engine.Targets;

/// <summary>Says which weights the portfolio should have now. Allocates nothing.</summary>
public interface ITarget
{
    /// <summary>Writes one weight per asset into <see cref="RebalanceCycle.Targets"/>; they add up to one.</summary>
    void Aim(RebalanceCycle cycle);

    /// <summary>False while the target lacks something to aim by, such as a first plan; nothing is decided then.</summary>
    bool IsReady(RebalanceCycle cycle) => true;

    /// <summary>True when the weights are the same at every pass. One that says nothing is asked every time.</summary>
    bool IsConstant => false;

    /// <summary>True when its weights follow from what was before, such as a floor: another in its place would not know it.</summary>
    bool HasMemory => false;

    /// <summary>True when it goes by the market's plan: a planner then runs beside the engine.</summary>
    bool WantsPlan => false;
}
