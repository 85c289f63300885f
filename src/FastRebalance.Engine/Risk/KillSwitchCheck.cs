using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>Refuses while an operator has paused or ended trading.</summary>
public sealed class KillSwitchCheck : IRiskCheck
{
    public RiskVerdict Check(RebalanceCycle cycle) =>
        cycle.Market.IsKilled || cycle.Market.IsPaused ? RiskVerdict.KillSwitch : RiskVerdict.Approved;
}
