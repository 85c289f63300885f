using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Markets;

namespace FastRebalance.BackTesting;

/// <summary>Reads the section <c>backtest</c>; every field has a default, and every mistake is told with its path.</summary>
internal static class BackTestSectionReader
{
    private const string ShapeWanted = "\"linear\" or \"square-root\"";
    private const string PositiveWanted = "a number above 0";
    private const string NotNegativeWanted = "a number of 0 or more";

    public static BackTestSection Read(JsonSection section, IReadOnlyList<AssetSection> assets, bool borrows)
    {
        BackTestSection read = new(
            section.Number("initialValueNumeraire", PositiveWanted, x => x > 0, 100_000),
            ReadHoldings(section, assets),
            ReadMarket(section, assets),
            section.Has("gasPerTrade") ? (uint)section.Integer("gasPerTrade", "gas, a whole number from 21000 to 30000000", 21_000, 30_000_000) : null,
            section.Has("gasNumerairePerTrade") ? section.Number("gasNumerairePerTrade", NotNegativeWanted, x => x >= 0) : null,
            section.Number("gasPriceGwei", NotNegativeWanted, x => x is >= 0 and < 1e9, 0),
            section.Time("blockTime", "a time of zero or more, such as \"00:00:12\"", t => t >= TimeSpan.Zero, TimeSpan.Zero),
            section.Time("latency", "a time of zero or more, such as \"00:00:00.1\"", t => t >= TimeSpan.Zero, TimeSpan.FromMilliseconds(100)),
            section.Number("failureRate", "a share from 0 to below 1", x => x is >= 0 and < 1, 0),
            (int)section.Integer("seed", "a whole number", int.MinValue, int.MaxValue, 1),
            section.Number("riskAversion", NotNegativeWanted, x => x >= 0, 5));
        if (borrows)
            read = read with { Lending = ReadLending(section.Section("lending", "{ \"thresholdBps\": 8250 }", required: false), assets) };
        if (section.Has("initialValueNumeraire") && section.Has("holdings"))
            section.ReportField("holdings", "holdings beside initialValueNumeraire", "one of the two");
        section.RejectUnknown();
        return read;
    }

    /// <summary>Of Aave's usual size where nothing is said.</summary>
    private static LendingModel ReadLending(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        const string Share = "basis points above 0 and up to 10000", Rate = "percent a year, from 0 to below 1000";
        double[] thresholds = PerAsset(section, "thresholdBps", assets, Share, x => x is > 0 and <= 10_000, 8_250);
        double[] loans = PerAsset(section, "loanToValueBps", assets, Share, x => x is > 0 and <= 10_000, 8_000);
        double[] supply = PerAsset(section, "supplyRatePercent", assets, Rate, x => x is >= 0 and < 1000, 1);
        double[] borrow = PerAsset(section, "borrowRatePercent", assets, Rate, x => x is >= 0 and < 1000, 4);
        double bonus = section.Number("liquidationBonusBps", "basis points from 0 to below 10000", x => x is >= 0 and < 10_000, 500);
        for (int i = 0; i < thresholds.Length; i++)
            if (loans[i] > thresholds[i])
                section.ReportField("loanToValueBps", $"{loans[i]} above a threshold of {thresholds[i]}", "no more than thresholdBps");
        section.RejectUnknown();
        return new LendingModel(Fractions(thresholds, 1e4), Fractions(loans, 1e4), Fractions(supply, 100), Fractions(borrow, 100), bonus / 1e4);
    }

    private static double[] Fractions(double[] numbers, double per) => [.. numbers.Select(number => number / per)];

    private static MarketModel ReadMarket(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        double[] cost = PerAsset(section, "costBps", assets, "basis points from 0 to below 5000", x => x is >= 0 and < 5000, 10);
        double[] impact = PerAsset(section, "impactBpsPerMillion", assets, NotNegativeWanted, x => x >= 0, 0);
        string text = section.Text("impact", ShapeWanted, "linear");
        ImpactShape shape = text switch { "linear" => ImpactShape.Linear, "square-root" => ImpactShape.SquareRoot, _ => ImpactShape.Unknown };
        if (shape == ImpactShape.Unknown && text.Length > 0)
            section.ReportField("impact", $"\"{text}\"", ShapeWanted);
        if (!section.Has("pools"))
            return new CostModel(cost, impact, shape);
        foreach (string other in (string[])["costBps", "impactBpsPerMillion", "impact"])
            if (section.Has(other))
                section.ReportField(other, "a cost beside pools", "one of the two: pools bring their own costs");
        return new PoolModel([.. section.Sections("pools", "a list of { \"kind\", \"assets\", \"feePips\", \"depthNumeraire\" }").Select(p => ReadPool(p, assets))]);
    }

    private static SimulatedPool ReadPool(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        string kinds = string.Join(", ", PoolKinds.All.Select(k => k.Name));
        string kind = section.Text("kind", $"one of {kinds}");
        if (kind.Length > 0 && !PoolKinds.TryFind(kind, out _))
            section.ReportField("kind", $"\"{kind}\"", $"one of {kinds}");
        List<string> pair = section.Texts("assets", "two different asset symbols");
        AssetId first = AssetAt(section, assets, pair, 0), second = AssetAt(section, assets, pair, 1);
        if (pair.Count != 2 || first == second)
            section.ReportField("assets", $"{pair.Count} symbols: {string.Join(", ", pair)}", "two different asset symbols");
        long fee = section.Integer("feePips", "the fee in millionths, from 0 to 999999", 0, 999_999, 3_000);
        bool hasTicks = kind == UniswapV3Pool.KindName;
        long spacing = hasTicks ? section.Integer("tickSpacing", "a whole number from 1 to 16383", 1, 16_383, fee == 500 ? 10 : 60) : 0;
        double depth = section.Number("depthNumeraire", PositiveWanted, x => x is > 0 and < 1e15);
        section.RejectUnknown();
        return new SimulatedPool(kind, first, second, (uint)fee, (int)spacing, depth);
    }

    private static AssetId AssetAt(JsonSection section, IReadOnlyList<AssetSection> assets, List<string> pair, int place)
    {
        if (place >= pair.Count)
            return AssetId.None;
        for (int i = 0; i < assets.Count; i++)
            if (assets[i].Symbol == pair[place])
                return AssetId.FromIndex(i);
        section.Report($"{section.PathOf("assets")}[{place}]", $"\"{pair[place]}\"", $"one of {string.Join(", ", assets.Select(a => a.Symbol))}");
        return AssetId.FromIndex(assets.Count + place);
    }

    /// <summary>One number for all assets, or an object with numbers for some.</summary>
    private static double[] PerAsset(
        JsonSection section, string name, IReadOnlyList<AssetSection> assets, string wanted, Func<double, bool> isRight, double usual)
    {
        double[] numbers = new double[assets.Count];
        if (section.Exists && section.Element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object)
        {
            JsonSection byAsset = section.Section(name, wanted);
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = byAsset.Number(assets[i].Symbol, wanted, isRight, usual);
            byAsset.RejectUnknown();
            return numbers;
        }
        Array.Fill(numbers, section.Number(name, $"{wanted}, or an object with one per asset", isRight, usual));
        return numbers;
    }

    private static UInt256[]? ReadHoldings(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        if (!section.Has("holdings"))
            return null;
        JsonSection holdings = section.Section("holdings", "whole tokens by asset");
        UInt256[] units = new UInt256[assets.Count];
        for (int i = 0; i < units.Length; i++)
        {
            if (!holdings.Has(assets[i].Symbol))
                continue;
            JsonElement value = holdings.Element.GetProperty(assets[i].Symbol);
            string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            if (!TokenUnits.TryParse(text, assets[i].Decimals, out units[i]))
                holdings.ReportField(assets[i].Symbol, text, $"whole tokens with at most {assets[i].Decimals} decimals, such as 1.5");
        }
        holdings.RejectUnknown();
        if (units.All(u => u.IsZero))
            section.ReportField("holdings", "nothing", "whole tokens by asset, some of them above 0");
        return units;
    }
}
