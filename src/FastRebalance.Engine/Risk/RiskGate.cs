using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>Asks every check; the first no is the answer, and no check at all is no approval.</summary>
public sealed class RiskGate(IReadOnlyList<IRiskCheck> checks)
{
    private readonly IRiskCheck[] _checks = [.. checks];

    public bool Approves(RebalanceCycle cycle)
    {
        cycle.Risk = RiskVerdict.Unchecked;
        cycle.RiskAsset = AssetId.None;
        foreach (IRiskCheck check in _checks)
            check.Trim(cycle);
        foreach (IRiskCheck check in _checks)
        {
            cycle.Risk = check.Check(cycle);
            if (cycle.Risk != RiskVerdict.Approved)
                return false;
        }
        return cycle.Risk == RiskVerdict.Approved;
    }
}
