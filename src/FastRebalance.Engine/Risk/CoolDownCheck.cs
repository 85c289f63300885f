using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>Refuses while the last order is too recent.</summary>
public sealed class CoolDownCheck(TimeSpan coolDown) : IRiskCheck
{
    private readonly long _coolDownNs = (long)coolDown.TotalNanoseconds;

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        long last = cycle.Market.Orders.LastUnixNsFor(cycle.Tier);
        return last != long.MinValue && cycle.NowUnixNs - last < _coolDownNs ? RiskVerdict.CoolDown : RiskVerdict.Approved;
    }
}
