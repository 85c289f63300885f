using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses once the portfolio has lost more from its peak than allowed, and stays at that, wherever the value goes, until an operator
/// resumes: see <see cref="HighWaterMark"/>.
/// </summary>
public sealed class DrawdownCheck(Bps maxDrawdown) : IRiskCheck
{
    public bool WantsHighWater => true;

    public RiskVerdict Check(RebalanceCycle cycle) =>
        cycle.HighWater.WorstDrawdown <= maxDrawdown.Fraction ? RiskVerdict.Approved : RiskVerdict.Drawdown;
}
