using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>One question with one reason to say no. It needs no other check to have run, and allocates nothing.</summary>
public interface IRiskCheck
{
    RiskVerdict Check(RebalanceCycle cycle);
}
