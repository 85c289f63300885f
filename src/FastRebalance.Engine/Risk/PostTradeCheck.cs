using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses trades that would not leave the portfolio better: at the worst slippage allowed the squared drift must be smaller than before,
/// and at none no traded asset may end on the other side of its target by more than the tolerance. (The rule of Seamless' leverage tokens,
/// strictly nearer and never across, with an offset as DeFi Saver has it.)
/// </summary>
public sealed class PostTradeCheck(Bps tolerance) : IRiskCheck
{
    public RiskVerdict Check(RebalanceCycle cycle)
    {
        if (cycle.TradeCount == 0)
            return RiskVerdict.Approved;
        double slippage = cycle.Bounds.MaxSlippage.Fraction;
        double lost = 0;
        foreach (ref readonly Trade trade in cycle.Trades)
            lost += trade.ValueNumeraire * slippage;
        double before = 0, after = 0;
        for (int i = 0; i < cycle.Values.Length; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            if (Crosses(cycle, asset))
                return cycle.Refuse(RiskVerdict.PostTrade, asset);
            double drift = ((cycle.Values[i] + BoughtOf(cycle, asset, slippage)) / (cycle.TotalNumeraire - lost)) - cycle.Targets[i];
            before += cycle.Drift[i] * cycle.Drift[i];
            after += drift * drift;
        }
        return after < before ? RiskVerdict.Approved : RiskVerdict.PostTrade;
    }

    private bool Crosses(RebalanceCycle cycle, AssetId asset)
    {
        double bought = BoughtOf(cycle, asset, slippage: 0);
        if (bought == 0)
            return false;
        double drift = cycle.Drift[asset.Index];
        double after = drift + (bought / cycle.TotalNumeraire);
        return drift > 0 ? !(after >= -tolerance.Fraction) : !(after <= tolerance.Fraction);
    }

    /// <summary>Numeraire worth that the trades bring of the asset when they lose this share, less what they take.</summary>
    private static double BoughtOf(RebalanceCycle cycle, AssetId asset, double slippage)
    {
        double bought = 0;
        foreach (ref readonly Trade trade in cycle.Trades)
            bought += trade.Buy == asset ? trade.ValueNumeraire * (1 - slippage) : trade.Sell == asset ? -trade.ValueNumeraire : 0;
        return bought;
    }
}
