using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>Refuses once the gas paid since midnight UTC has used up the day's budget.</summary>
public sealed class GasBudgetCheck(double maxGasNumerairePerDay) : IRiskCheck
{
    public RiskVerdict Check(RebalanceCycle cycle) =>
        cycle.Market.GasSpentToday >= maxGasNumerairePerDay ? RiskVerdict.GasBudget : RiskVerdict.Approved;
}
