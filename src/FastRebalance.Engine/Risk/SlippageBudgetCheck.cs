using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses while what the last trades brought less than they were worth has used up its budget, a share of what the portfolio is worth.
/// What was lost is forgiven evenly over the decay time (the accumulator of dHEDGE's slippage guard).
/// </summary>
public sealed class SlippageBudgetCheck(Bps budget, TimeSpan decay) : IRiskCheck
{
    private readonly long _decayNs = (long)decay.TotalNanoseconds;

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        double lost = cycle.Market.Ledger.DecayedSlippage(cycle.NowUnixNs, _decayNs);
        // Nothing lost is inside any budget, also of a portfolio that is not valued yet.
        return lost == 0 || lost < budget.Fraction * cycle.TotalNumeraire ? RiskVerdict.Approved : RiskVerdict.SlippageBudget;
    }
}
