using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.UnitTests.Engine.Triggers;

/// <summary>Plans for a bench, as slow work would send them.</summary>
internal static class PlanEvents
{
    public static void Plan(this EngineBench bench, PlanParts parts, PlanAsset[] assets, double stress = 1, double averageGas = 0)
    {
        for (int i = 0; i < assets.Length; i++)
            Apply(bench, new MarketEvent { Kind = MarketEventKind.PlanAsset, Subject = AssetId.FromIndex(i).Value, PlanAsset = assets[i] });
        Ready(bench, parts, stress, averageGas);
    }

    public static void PlanRows(this EngineBench bench, PlanMatrix matrix, double[][] rows)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            PlanRow part = new() { Matrix = matrix, Count = (byte)rows[row].Length };
            for (int i = 0; i < rows[row].Length; i++)
                part.Numbers[i] = rows[row][i];
            Apply(bench, new MarketEvent { Kind = MarketEventKind.PlanRow, Subject = AssetId.FromIndex(row).Value, PlanRow = part });
        }
        Ready(bench, matrix == PlanMatrix.Covariance ? PlanParts.Covariance : PlanParts.Ellipsoid, 1, 0);
    }

    /// <summary>A plan of estimates that says nothing new but the stress.</summary>
    public static void Stress(this EngineBench bench, double stress) => bench.Plan(PlanParts.Estimates, new PlanAsset[3], stress);

    private static void Ready(EngineBench bench, PlanParts parts, double stress, double averageGas) => Apply(bench, new MarketEvent
    {
        Kind = MarketEventKind.PlanReady,
        PlanReady = new PlanReady { Parts = parts, Stress = stress, AverageGasNumeraire = averageGas },
    });

    private static void Apply(EngineBench bench, MarketEvent e)
    {
        e.UnixNs = bench.NowUnixNs;
        Assert.Equal(FastRebalance.Engine.ApplyVerdict.Applied, bench.Market.Apply(in e));
    }
}
