using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Quant.NoTrade;

namespace FastRebalance.Engine.Planning;

/// <summary>Makes every asset's no-trade region of target weights, covariance and costs.</summary>
internal sealed class RegionMaker(int assetCount, AssetId numeraire, PlannerOptions options)
{
    private readonly double[] _drift = new double[assetCount * assetCount];

    /// <summary>Covariance of the weights' drift, of the weights last given.</summary>
    public ReadOnlySpan<double> DriftCovarianceMatrix => _drift;

    public void Make(ReadOnlySpan<double> weights, ReadOnlySpan<double> covariance, double gasFraction, Span<PlanAsset> lines)
    {
        DriftCovariance.Of(weights, covariance, _drift);
        for (int i = 0; i < assetCount; i++)
        {
            double riskPrice = options.RiskAversion * covariance[(i * assetCount) + i];
            double driftVariance = Math.Max(0, _drift[(i * assetCount) + i]);
            Describe(Rule(i, driftVariance, riskPrice, gasFraction), ref lines[i]);
        }
    }

    private NoTradeRule Rule(int asset, double driftVariance, double riskPrice, double gasFraction)
    {
        if (asset == numeraire.Index)
            return NoTradeRule.Never; // cash is what the others leave
        NoTradeRule rule = NoTradeRegion.Solve(driftVariance, riskPrice, options.CostOf(asset), gasFraction);
        return double.IsFinite(rule.TriggerDrift) ? rule : OneOff(asset, riskPrice, gasFraction);
    }

    /// <summary>
    /// Where nothing drifts, as at a target of zero, a weight that is off is corrected once and for good: worth its cost when a year's
    /// loss exceeds it, qx²/2 = εx + k.
    /// </summary>
    private NoTradeRule OneOff(int asset, double riskPrice, double gasFraction)
    {
        double cost = options.CostOf(asset);
        double trigger = (cost + Math.Sqrt((cost * cost) + (2 * riskPrice * gasFraction))) / riskPrice;
        return double.IsFinite(trigger) ? new NoTradeRule(trigger, 0, 0, 0, riskPrice, cost) : NoTradeRule.Never;
    }

    /// <summary>A drift is never above one, so that a trigger at one never fires.</summary>
    private static void Describe(NoTradeRule rule, ref PlanAsset line)
    {
        line.TriggerDrift = Math.Min(1, rule.TriggerDrift);
        line.LandingDrift = Math.Min(line.TriggerDrift, rule.LandingDrift);
        line.DriftVariance = rule.DriftVariance;
        line.RiskPrice = rule.RiskPrice;
        line.LossRate = double.IsFinite(rule.LossRate) ? rule.LossRate : 0;
        line.Cost = rule.Cost;
    }
}
