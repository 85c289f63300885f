using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Configuration;

/// <summary>Reads what every sizer of a portfolio keeps to. Every field may be left out: what is not named does not constrain.</summary>
internal static class ConstraintsReader
{
    /// <summary>Steps in which an asset is traded; the one constraint that a position with debt keeps to.</summary>
    public const string Lots = "lots";

    private const string Fraction = "a fraction above 0 and at most 1";

    /// <param name="section">The portfolio's <c>constraints</c>; may be missing.</param>
    /// <param name="assets">All assets, in order.</param>
    public static SizingConstraints Read(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        bool onlyDrifted = section.Flag("onlyDrifted", fallback: false);
        double band = section.Number("bandBps", "a number above 0 and below 10000", static x => x is > 0 and < Bps.PerUnit, 0);
        if (onlyDrifted && band == 0)
            section.ReportField("bandBps", "nothing", "with onlyDrifted, half the band inside which an asset is left alone, in basis points");
        SizingConstraints constraints = new(assets.Count)
        {
            DriftedBand = onlyDrifted ? new Bps(band).Fraction : 0,
            CashBuffer = new Bps(section.Number("cashBufferBps", "a number from 0 and below 10000", static x => x is >= 0 and < Bps.PerUnit, 0)).Fraction,
            MinTradeNumeraire = section.Number("minTradeNumeraire", "a number of 0 or more", static x => x >= 0, 0),
            DustNumeraire = section.Number("dustNumeraire", "a number of 0 or more", static x => x >= 0, 0),
            GasOverCost = section.Flag("gasOverCost", fallback: false),
        };
        Mark(section, "noBuy", assets, constraints.NoBuy);
        Mark(section, "noSell", assets, constraints.NoSell);
        Mark(section, "frozen", assets, constraints.NoBuy, constraints.NoSell);
        Fill(section.Section(Lots, "{ \"SYMBOL\": 0.001 }", required: false), "whole tokens above 0", static x => x > 0, assets, constraints.Lots);
        Fill(section.Section("maxWeight", "{ \"SYMBOL\": 0.6 }", required: false), Fraction, static x => x is > 0 and <= 1, assets, constraints.MaxWeights);
        section.RejectUnknown();
        return constraints;
    }

    private static void Mark(JsonSection section, string name, IReadOnlyList<AssetSection> assets, params ReadOnlySpan<bool[]> lists)
    {
        string known = Known(assets);
        if (!section.Has(name) || IsEmptyList(section.ValueOf(name)))
            return;
        foreach (string symbol in section.Texts(name, $"a list of {known}"))
        {
            int index = IndexOf(assets, symbol);
            if (index < 0)
                section.ReportField(name, $"\"{symbol}\"", $"a list of {known}");
            else
                foreach (bool[] list in lists)
                    list[index] = true;
        }
    }

    private static void Fill(JsonSection section, string wanted, Func<double, bool> isRight, IReadOnlyList<AssetSection> assets, double[] numbers)
    {
        foreach (string symbol in section.FieldNames)
        {
            int index = IndexOf(assets, symbol);
            double number = section.Number(symbol, wanted, isRight);
            if (index < 0)
                section.ReportField(symbol, "an asset that is not configured", $"one of {Known(assets)}");
            else
                numbers[index] = number;
        }
    }

    private static bool IsEmptyList(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static string Known(IReadOnlyList<AssetSection> assets) => string.Join(", ", assets.Select(a => a.Symbol));

    private static int IndexOf(IReadOnlyList<AssetSection> assets, string symbol)
    {
        for (int i = 0; i < assets.Count; i++)
            if (assets[i].Symbol == symbol)
                return i;
        return -1;
    }
}
