using System.Globalization;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.Explaining;

/// <summary>Puts what the engine counts in numbers into the configuration's words.</summary>
internal sealed class Words(ConfigFile config)
{
    public string SymbolOf(AssetId asset) => asset.IsNone ? "" : config.Assets[asset.Index].Symbol;

    /// <summary>The configured name of a tier's trigger, by its place from 1.</summary>
    public string KindOf(PolicyTier tier, int place)
    {
        IReadOnlyList<PluginSection> triggers = TriggersOf(tier);
        return place >= 1 && place <= triggers.Count ? triggers[place - 1].Kind : "";
    }

    /// <summary>Such as <c>economic 1: drift-band</c>; empty where nothing fired.</summary>
    public string TriggerOf(PolicyTier tier, int place) => tier == PolicyTier.None ? "" : place == 0 ? "operator: flatten" : $"{NameOf(tier)} {place}: {KindOf(tier, place)}";

    /// <summary>Such as <c>Refused: StalePrice (WETH)</c>.</summary>
    public string ReasonOf(in DecisionOutcome outcome) => outcome.Verdict switch
    {
        DecisionVerdict.Refused when !outcome.RiskAsset.IsNone => $"Refused: {outcome.Risk} ({SymbolOf(outcome.RiskAsset)})",
        DecisionVerdict.Refused => $"Refused: {outcome.Risk}",
        DecisionVerdict.NoRoute => $"NoRoute: {outcome.Route}",
        _ => outcome.Verdict.ToString(),
    };

    public static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    public static string NameOf(IRiskCheck check)
    {
        string name = check.GetType().Name;
        return name.EndsWith("Check", StringComparison.Ordinal) ? name[..^"Check".Length] : name;
    }

    /// <summary>Such as <c>83 of 100 bps</c>; empty where the trigger does not tell.</summary>
    public string ReadingOf(TriggerReading reading)
    {
        (double scale, string unit) = reading.Unit switch
        {
            TriggerUnit.Fraction => (Bps.PerUnit, "bps"),
            TriggerUnit.AnnualFraction => (Bps.PerUnit, "bps a year"),
            TriggerUnit.Seconds => (1, "s"),
            TriggerUnit.Numeraire => (1, SymbolOf(config.Numeraire)),
            TriggerUnit.Gwei => (1, "gwei"),
            _ => (0, ""),
        };
        return scale == 0 ? "" : reading.FiresBelow
            ? $"{Number(reading.Value * scale)} {unit}, fires below {Number(reading.Limit * scale)}"
            : $"{Number(reading.Value * scale)} of {Number(reading.Limit * scale)} {unit}";
    }

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private IReadOnlyList<PluginSection> TriggersOf(PolicyTier tier) => tier switch
    {
        PolicyTier.Economic => config.Portfolio.Triggers,
        PolicyTier.Safety => config.Portfolio.Safety?.Triggers ?? [],
        _ => [],
    };
}
