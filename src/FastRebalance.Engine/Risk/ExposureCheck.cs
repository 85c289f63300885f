using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses an order after which an asset, or all that is not cash, would weigh more than allowed. An exposure that is too large already
/// may be left or made smaller, never made larger.
/// </summary>
/// <param name="maxWeights">By asset, as fractions of the portfolio; infinity for none.</param>
/// <param name="maxRisky">Of everything but the numeraire together; infinity for none.</param>
public sealed class ExposureCheck(double[] maxWeights, double maxRisky) : IRiskCheck
{
    public RiskVerdict Check(RebalanceCycle cycle)
    {
        if (cycle.TradeCount == 0)
            return RiskVerdict.Approved;
        for (int i = 0; i < maxWeights.Length; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            double bought = BoughtOf(cycle, asset);
            if (!(bought <= 0 || (cycle.Values[i] + bought) / cycle.TotalNumeraire <= maxWeights[i]))
                return cycle.Refuse(RiskVerdict.Exposure, asset);
        }
        double risky = cycle.TotalNumeraire - cycle.Values[cycle.Numeraire.Index];
        double added = -BoughtOf(cycle, cycle.Numeraire);
        return added <= 0 || (risky + added) / cycle.TotalNumeraire <= maxRisky
            ? RiskVerdict.Approved
            : cycle.Refuse(RiskVerdict.Exposure, cycle.Numeraire);
    }

    /// <summary>Numeraire worth that the trades bring of the asset, less what they take.</summary>
    private static double BoughtOf(RebalanceCycle cycle, AssetId asset)
    {
        double bought = 0;
        foreach (ref readonly Trade trade in cycle.Trades)
            bought += trade.Buy == asset ? trade.ValueNumeraire : trade.Sell == asset ? -trade.ValueNumeraire : 0;
        return bought;
    }
}
