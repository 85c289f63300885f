using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>Refuses an order with a trade above the limit. Sizers stay below it; this catches one that does not.</summary>
public sealed class TradeSizeCheck(double maxTradeNumeraire) : IRiskCheck
{
    public RiskVerdict Check(RebalanceCycle cycle)
    {
        foreach (ref readonly Sizing.Trade trade in cycle.Trades)
            if (!(trade.ValueNumeraire <= maxTradeNumeraire))
                return cycle.Refuse(RiskVerdict.TradeTooLarge, trade.Sell);
        return RiskVerdict.Approved;
    }
}
