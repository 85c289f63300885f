using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>One question with one reason to say no. It needs no other check to have run, and allocates nothing.</summary>
public interface IRiskCheck
{
    RiskVerdict Check(RebalanceCycle cycle);

    /// <summary>True when it goes by the market's plan: a planner then runs beside the engine.</summary>
    bool WantsPlan => false;
}
