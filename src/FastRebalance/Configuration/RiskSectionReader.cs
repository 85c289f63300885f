namespace FastRebalance.Configuration;

/// <summary>Reads a section of limits.</summary>
internal static class RiskSectionReader
{
    public const double DefaultSigmas = 8;
    public const double DefaultSpreadBps = 20;

    private const string Above0 = "a number above 0";
    private const string Fraction = "a fraction above 0 and at most 1";
    private const string ShareWanted = "a share of the portfolio above 0, such as 0.5";
    private const string SlippageWanted = "a number above 0 and at most 5000";
    private const string CoolDownWanted = "a time of zero or more, such as \"00:00:02\"";
    private const string BpsWanted = "a number above 0 and at most 10000";
    private const string TimeWanted = "a time above zero, such as \"00:00:12\"";

    /// <param name="section">The limits.</param>
    /// <param name="assets">Those that limits may name.</param>
    public static RiskSection Read(JsonSection section, IReadOnlyList<AssetSection> assets) => ReadRest(section, assets, new RiskSection(
        section.Number("maxSlippageBps", SlippageWanted, IsSlippage),
        section.Number("maxTradeNumeraire", Above0, x => x > 0),
        section.Time("maxPriceAge", TimeWanted, t => t > TimeSpan.Zero),
        section.Time("coolDown", CoolDownWanted, t => t >= TimeSpan.Zero, TimeSpan.Zero),
        section.Number("maxGasNumerairePerDay", Above0, x => x > 0)));

    /// <summary>
    /// The limits of safety. What is not named stands as in economy; but economy's gates on time, and its budgets, must not stop safety,
    /// and hold there only where they are named.
    /// </summary>
    public static RiskSection ReadSafety(JsonSection section, IReadOnlyList<AssetSection> assets, RiskSection economic) =>
        ReadRest(section, assets, economic with
        {
            MaxSlippageBps = section.Number("maxSlippageBps", SlippageWanted, IsSlippage, economic.MaxSlippageBps),
            MaxTradeNumeraire = section.Number("maxTradeNumeraire", Above0, x => x > 0, economic.MaxTradeNumeraire),
            MaxPriceAge = section.Time("maxPriceAge", TimeWanted, t => t > TimeSpan.Zero, economic.MaxPriceAge),
            CoolDown = section.Time("coolDown", CoolDownWanted, t => t >= TimeSpan.Zero, TimeSpan.Zero),
            MaxGasNumerairePerDay = section.Number("maxGasNumerairePerDay", Above0, x => x > 0, double.PositiveInfinity),
            MaxTurnoverPerDay = null,
            MaxTurnoverNumerairePerDay = null,
            SlippageBudget = null,
            MaxDrawdownBps = null,
        });

    /// <summary>The limits that may be left out: then they are the fallback's.</summary>
    private static RiskSection ReadRest(JsonSection section, IReadOnlyList<AssetSection> assets, RiskSection fallback)
    {
        RiskSection risk = fallback with
        {
            BadPrint = ReadBadPrint(section.Section("badPrint", "{ \"sigmas\": 8 }", required: false)) ?? fallback.BadPrint,
            MaxPoolDeviationBps = section.OptionalNumber("maxPoolDeviationBps", BpsWanted, IsBps) ?? fallback.MaxPoolDeviationBps,
            MaxReferenceAge = section.OptionalTime("maxReferenceAge", TimeWanted, t => t > TimeSpan.Zero) ?? fallback.MaxReferenceAge,
            MaxTurnoverPerDay = section.OptionalNumber("maxTurnoverPerDay", ShareWanted, x => x > 0) ?? fallback.MaxTurnoverPerDay,
            MaxTurnoverNumerairePerDay = section.OptionalNumber("maxTurnoverNumerairePerDay", Above0, x => x > 0) ?? fallback.MaxTurnoverNumerairePerDay,
            SlippageBudget = ReadSlippageBudget(section.Section("slippageBudget", "{ \"bps\": 50, \"decay\": \"06:00:00\" }", required: false)) ?? fallback.SlippageBudget,
            Exposure = ReadExposure(section.Section("exposure", "{ \"maxWeight\": { … }, \"maxRisky\": 0.9 }", required: false), assets) ?? fallback.Exposure,
            MaxDrawdownBps = section.OptionalNumber("maxDrawdownBps", BpsWanted, IsBps) ?? fallback.MaxDrawdownBps,
            FrozenPrices = ReadFrozenPrices(section.Section("frozenPrices", "{ \"after\": \"00:00:30\" }", required: false), assets) ?? fallback.FrozenPrices,
            PostTrade = section.Flag("postTrade", fallback.PostTrade),
        };
        if (section.Has("frozenPrices") && risk.FrozenPrices is { } frozen && risk.MaxPriceAge > TimeSpan.Zero && frozen.After >= risk.MaxPriceAge)
            section.ReportField("frozenPrices.after", $"\"{frozen.After}\", when nothing is traded any more", $"a time below maxPriceAge, \"{risk.MaxPriceAge}\"");
        section.RejectUnknown();
        return risk;
    }

    private static BadPrintSection? ReadBadPrint(JsonSection section)
    {
        double? deviation = section.OptionalNumber("maxReferenceDeviationBps", BpsWanted, IsBps);
        double? sigmas = section.OptionalNumber("sigmas", Above0, x => x > 0);
        double spread = section.Number("spreadBps", "a number from 0 to 10000", x => x is >= 0 and <= 10_000, DefaultSpreadBps);
        section.RejectUnknown();
        // One gate there must be; where none is named it is the one that needs no second source.
        return section.Exists ? new BadPrintSection(deviation is null ? sigmas ?? DefaultSigmas : sigmas, spread, deviation) : null;
    }

    private static SlippageBudgetSection? ReadSlippageBudget(JsonSection section)
    {
        SlippageBudgetSection budget = new(section.Number("bps", BpsWanted, IsBps), section.Time("decay", TimeWanted, t => t > TimeSpan.Zero));
        section.RejectUnknown();
        return section.Exists ? budget : null;
    }

    private static ExposureSection? ReadExposure(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        Dictionary<string, double> weights = ByAsset(
            section.Section("maxWeight", "{ \"SYMBOL\": 0.6 }", required: false), assets, (s, name) => s.Number(name, Fraction, IsFraction));
        ExposureSection exposure = new(weights, section.OptionalNumber("maxRisky", Fraction, IsFraction));
        if (section.Exists && weights.Count == 0 && !section.Has("maxWeight") && !section.Has("maxRisky"))
            section.Report(section.Path, "no limit", "\"maxWeight\", \"maxRisky\" or both");
        section.RejectUnknown();
        return section.Exists ? exposure : null;
    }

    private static FrozenPricesSection? ReadFrozenPrices(JsonSection section, IReadOnlyList<AssetSection> assets)
    {
        TimeSpan after = section.Time("after", TimeWanted, t => t > TimeSpan.Zero);
        Dictionary<string, TimeSpan> byAsset = ByAsset(
            section.Section("afterByAsset", "{ \"SYMBOL\": \"00:01:00\" }", required: false), assets, (s, name) => s.Time(name, TimeWanted, t => t > TimeSpan.Zero));
        double share = section.Number("maxShare", "a fraction from 0 to 1", x => x is >= 0 and <= 1, 1);
        section.RejectUnknown();
        return section.Exists ? new FrozenPricesSection(after, byAsset, share) : null;
    }

    private static Dictionary<string, T> ByAsset<T>(JsonSection section, IReadOnlyList<AssetSection> assets, Func<JsonSection, string, T> read)
    {
        Dictionary<string, T> limits = [];
        foreach (string symbol in section.FieldNames)
        {
            if (assets.Any(a => a.Symbol == symbol))
                limits[symbol] = read(section, symbol);
            else
                section.ReportField(symbol, "an asset that is not configured", $"one of {string.Join(", ", assets.Select(a => a.Symbol))}");
        }
        return limits;
    }

    private static bool IsSlippage(double number) => number is > 0 and <= 5000;

    private static bool IsBps(double number) => number is > 0 and <= 10_000;

    private static bool IsFraction(double number) => number is > 0 and <= 1;
}
