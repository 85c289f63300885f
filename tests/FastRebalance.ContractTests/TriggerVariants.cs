using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.ContractTests;

/// <summary>Every registered trigger with its sample options, and with others that take its other ways.</summary>
internal static class TriggerVariants
{
    private static readonly (string Name, string Options)[] s_others =
    [
        ("drift-band", """{ "absoluteBps": 300, "perAsset": { "WETH": 150 } }"""),
        ("l2-norm", """{ "normBps": 300, "includeCash": false }"""),
        ("no-trade-ellipsoid", """{ "halfAxisBps": { "WETH": 200, "WBTC": 300 } }"""),
        ("volatility-band", """{ "mode": "cost", "absoluteBps": 150 }"""),
        ("volatility-band", """{ "mode": "noise", "sigmas": 2 }"""),
        ("calendar", """{ "cron": "*/15 8-20 * * MON-FRI", "minimumDriftBps": 150, "window": "00:05:00" }"""),
        ("hybrid", """{ "when": "both", "every": "00:30:00", "absoluteBps": 100 }"""),
        ("price-level", """{ "asset": "WETH", "above": 2520 }"""),
        ("price-level", """{ "asset": "WBTC", "below": 59500, "reArmBps": 50 }"""),
        ("gas", """{ "fractionOfAverage": 0.25 }"""),
        ("cost-benefit", """{ "gasUnits": 21000, "dearGasLasts": "1.00:00:00" }"""),
        ("all", """{ "triggers": [ { "kind": "interval", "every": "00:30:00" }, { "kind": "price-level", "asset": "WETH", "above": 2510, "reArmBps": 20 } ] }"""),
        ("all", """{ "triggers": [ { "kind": "gas", "maxGwei": 20 }, { "kind": "hysteresis", "releaseBps": 30, "trigger": { "kind": "drift-band", "absoluteBps": 100 } } ] }"""),
        ("any", """{ "triggers": [ { "kind": "interval", "every": "00:30:00", "minimumDriftBps": 80 }, { "kind": "price-level", "asset": "WETH", "below": 2490, "reArmBps": 20 } ] }"""),
        ("cool-down", """{ "time": "00:30:00", "trigger": { "kind": "price-level", "asset": "WETH", "above": 2510, "reArmBps": 20 } }"""),
        ("hysteresis", """{ "releaseBps": 50, "trigger": { "kind": "any", "triggers": [ { "kind": "l2-norm", "normBps": 200 }, { "kind": "interval", "every": "02:00:00" } ] } }"""),
    ];

    // No band that prices alone reach: time, or a block's gas, or an estimate on the safe side decides.
    private static readonly HashSet<string> s_withoutABand = ["interval", "calendar", "gas", "cost-benefit"];

    public static TheoryData<string, string> All => [.. Triggers.Registry.Names.Select(Sample).Concat(s_others)];

    /// <summary>Those whose fence must be so exact that one a hundredth wider is wrong.</summary>
    public static TheoryData<string, string> Banded => [.. Triggers.Registry.Names.Where(name => !s_withoutABand.Contains(name)).Select(Sample)];

    public static ITrigger Create(string name, string options, PolicyTier tier = PolicyTier.Economic)
    {
        ITrigger? trigger = TryCreate(name, options, tier, out List<ConfigProblem> problems);
        Assert.True(trigger is not null, string.Join("; ", problems));
        return trigger;
    }

    /// <summary>Null, with the reason, where these options are wrong for the tier.</summary>
    public static ITrigger? TryCreate(string name, string options, PolicyTier tier, out List<ConfigProblem> problems) =>
        PluginSamples.TryCreate(Triggers.Registry, name, options, out problems, tier);

    private static (string Name, string Options) Sample(string name) => (name, PluginSamples.Of(name).Options);
}
