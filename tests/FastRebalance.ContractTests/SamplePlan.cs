using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.ContractTests;

/// <summary>A plan with every part for the assets of a <see cref="SampleCycle"/>, brought by events as any plan.</summary>
internal static class SamplePlan
{
    public static readonly double[] Weights = [0.4, 0.25, 0.35];

    private const PlanParts AllParts =
        PlanParts.Targets | PlanParts.Estimates | PlanParts.Regions | PlanParts.Covariance | PlanParts.Ellipsoid;

    public static SampleCycle WithPlan(this SampleCycle sample)
    {
        double[] volatilities = [0.8, 0.6, 0], prices = [2500, 60_000, 1];
        for (int i = 0; i < Weights.Length; i++)
        {
            sample.Apply(new MarketEvent
            {
                Kind = MarketEventKind.PlanAsset,
                Subject = AssetId.FromIndex(i).Value,
                PlanAsset = new PlanAsset
                {
                    TargetWeight = Weights[i], Volatility = volatilities[i], AnchorPrice = prices[i], TriggerDrift = 0.03, LandingDrift = 0.01,
                    DriftVariance = 0.02, RiskPrice = 3, LossRate = 0.001, Cost = 0.001,
                },
            });
            Row(sample, PlanMatrix.Covariance, i, volatilities[i] * volatilities[i]);
            Row(sample, PlanMatrix.Region, i, 1000);
        }
        sample.Apply(new MarketEvent
        {
            Kind = MarketEventKind.PlanReady,
            PlanReady = new PlanReady { Parts = AllParts, Stress = 1.5, AverageGasNumeraire = 5 },
        });
        return sample;
    }

    private static void Row(SampleCycle sample, PlanMatrix matrix, int row, double diagonal)
    {
        PlanRow part = new() { Matrix = matrix, Count = (byte)Weights.Length };
        part.Numbers[row] = diagonal;
        sample.Apply(new MarketEvent { Kind = MarketEventKind.PlanRow, Subject = AssetId.FromIndex(row).Value, PlanRow = part });
    }
}
