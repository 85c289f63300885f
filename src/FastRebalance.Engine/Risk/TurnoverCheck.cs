using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses an order that would carry the day's turnover (what was traded since midnight UTC of the event clock, each trade counted once)
/// above its limit.
/// </summary>
/// <param name="maxShare">Most turnover as a share of what the portfolio is worth now; infinity for none.</param>
/// <param name="maxNumeraire">Most turnover in the numeraire; infinity for none.</param>
public sealed class TurnoverCheck(double maxShare, double maxNumeraire) : IRiskCheck
{
    public RiskVerdict Check(RebalanceCycle cycle)
    {
        if (cycle.TradeCount == 0)
            return RiskVerdict.Approved;
        double turnover = cycle.Market.Ledger.TurnoverTodayNumeraire;
        foreach (ref readonly Trade trade in cycle.Trades)
            turnover += trade.ValueNumeraire;
        bool isInside = turnover <= maxNumeraire && turnover / cycle.TotalNumeraire <= maxShare;
        return isInside ? RiskVerdict.Approved : RiskVerdict.Turnover;
    }
}
