using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Planning;

namespace FastRebalance.Configuration;

/// <summary>Reads a portfolio's section <c>planner</c>. Every field has a default, and so has the section.</summary>
internal static class PlannerSectionReader
{
    private const string TimeWanted = "a time above zero, such as \"00:01:00\"";
    private const string CostWanted = "basis points from 0 to 5000: a number for every asset, or numbers by asset";
    private const int MostWarmUpSamples = 1_000_000;

    public static PlannerSection Read(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        PlannerOptions usual = new();
        TimeSpan sampleEvery = section.Time("sampleEvery", TimeWanted, IsAboveZero, usual.SampleEvery);
        PlannerOptions options = new()
        {
            SampleEvery = sampleEvery,
            Every = ReadEvery(section, sampleEvery, usual),
            HalfLife = section.Time("halfLife", TimeWanted, IsAboveZero, usual.HalfLife),
            Shrinkage = section.Number("shrinkage", "a fraction from 0 to 1", x => x is >= 0 and <= 1, usual.Shrinkage),
            RiskAversion = section.Number("riskAversion", "a number above 0 and at most 1000", x => x is > 0 and <= 1000, usual.RiskAversion),
            Costs = ReadCosts(section, assets),
            GasPerRebalance = section.Number("gasPerRebalance", "units of gas from 0 to 30000000", x => x is >= 0 and <= 30_000_000, usual.GasPerRebalance),
            GuardRail = section.Number("guardRail", "a fraction from 0 to 0.5", x => x is >= 0 and <= 0.5, usual.GuardRail),
            SpeedLimit = section.Number("speedLimit", "a fraction above 0 and at most 1", x => x is > 0 and <= 1, usual.SpeedLimit),
            WarmUpSamples = (int)section.Integer(
                "warmUpSamples", $"a whole number from 2 to {MostWarmUpSamples}", 2, MostWarmUpSamples, usual.WarmUpSamples),
        };
        section.RejectUnknown();
        return new PlannerSection(section.Path, options);
    }

    private static TimeSpan ReadEvery(JsonSection section, TimeSpan sampleEvery, PlannerOptions usual)
    {
        TimeSpan fallback = sampleEvery * Math.Ceiling(usual.Every / sampleEvery);
        TimeSpan every = section.Time("every", TimeWanted, IsAboveZero, fallback);
        if (every.Ticks % sampleEvery.Ticks != 0)
            section.ReportField("every", $"{every}", $"a whole multiple of sampleEvery, which is {sampleEvery}");
        return every;
    }

    private static double[] ReadCosts(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        double[] costs = new double[assets.Count];
        Array.Fill(costs, PlannerOptions.DefaultCost);
        if (!section.Has("costBps"))
            return costs;
        if (section.ValueOf("costBps").ValueKind != JsonValueKind.Object)
        {
            Array.Fill(costs, new Bps(section.Number("costBps", CostWanted, IsCost, 0)).Fraction);
            return costs;
        }
        JsonSection byAsset = section.Section("costBps", CostWanted);
        for (int i = 0; i < costs.Length; i++)
            if (assets[i].Symbol.Length > 0)
                costs[i] = new Bps(byAsset.Number(assets[i].Symbol, CostWanted, IsCost, costs[i] * Bps.PerUnit)).Fraction;
        byAsset.RejectUnknown();
        return costs;
    }

    private static bool IsAboveZero(TimeSpan time) => time > TimeSpan.Zero;

    private static bool IsCost(double bps) => bps is >= 0 and <= 5000;
}
