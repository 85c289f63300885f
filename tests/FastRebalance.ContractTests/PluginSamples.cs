using System.Text.Json;
using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.ContractTests;

/// <summary>Options of every registered plug-in, and the way from a name and options to the plug-in as a configuration goes it.</summary>
internal static class PluginSamples
{
    private const string Here = "tests/FastRebalance.ContractTests/PluginSamples.cs";

    public static readonly List<string> Symbols = ["WETH", "WBTC", "USDC"];

    // Name, options that are right (a trigger's: it fires at half the portfolio adrift after two days), and for every field with a
    // rule a value that breaks it.
    private static readonly Dictionary<string, Sample> Table = new()
    {
        ["drift-band"] = new("""{ "absoluteBps": 100 }""", ("absoluteBps", "0"), ("absoluteBps", "-1"), ("absoluteBps", "10000"),
            ("perAsset.DOGE", """{ "DOGE": 100 }"""), ("perAsset.WETH", """{ "WETH": -1 }""")),
        ["interval"] = new("""{ "every": "01:00:00", "minimumDriftBps": 5 }""", ("every", "\"00:00:00\""), ("every", "\"-01:00:00\""),
            ("minimumDriftBps", "-1"), ("minimumDriftBps", "10000")),
        ["fixed-weights"] = new("""{ "weights": { "WETH": 0.5, "WBTC": 0.2, "USDC": 0.3 } }""", ("weights", "{ }"),
            ("weights", """{ "WETH": 0.5, "USDC": 0.4 }"""), ("weights.DOGE", """{ "WETH": 0.5, "DOGE": 0.5 }"""),
            ("weights.WETH", """{ "WETH": -0.5, "USDC": 1.5 }""")),
        ["relative-band"] = new("""{ "relativePercent": 25, "dustBps": 10 }""", ("relativePercent", "0"), ("relativePercent", "1001"), ("dustBps", "0"),
            ("stressWidening", "-1"), ("stressCap", "0.5")),
        ["five-twenty-five"] = new("{ }", ("absoluteBps", "0"), ("relativePercent", "-25"), ("dustBps", "10000")),
        ["l2-norm"] = new("""{ "normBps": 300 }""", ("normBps", "0"), ("normBps", "10000")),
        ["tracking-error"] = new("""{ "capBps": 200 }""", ("capBps", "0"), ("capBps", "-1")),
        ["no-trade-region"] = new("{ }", ("stressTightening", "5"), ("stressWidening", "5")),
        ["no-trade-ellipsoid"] = new("{ }", ("halfAxisBps.WETH", """{ "WETH": 0 }"""), ("halfAxisBps.DOGE", """{ "DOGE": 100 }""")),
        ["volatility-band"] = new("""{ "mode": "tracking-error", "trackingErrorBps": 200 }""", ("mode", "\"wide\""), ("trackingErrorBps", "0"),
            ("minBps", "0"), ("maxBps", "5"), ("horizon", "\"00:00:00\""), ("hysteresis", "1"), ("referenceCostBps", "0")),
        ["calendar"] = new("""{ "cron": "0 * * * *", "minimumDriftBps": 5 }""", ("cron", "\"0 24 * * *\""), ("cron", "\"\""), ("minimumDriftBps", "-1"),
            ("window", "\"00:00:00\"")),
        ["hybrid"] = new("""{ "when": "either", "every": "01:00:00", "absoluteBps": 100, "minimumDriftBps": 20 }""", ("when", "\"never\""),
            ("every", "\"00:00:00\""), ("absoluteBps", "0"), ("minimumDriftBps", "-1")),
        ["price-level"] = new("""{ "asset": "WETH", "above": 2400, "reArmBps": 100 }""", ("asset", "\"DOGE\""), ("above", "-1"), ("below", "3000"),
            ("reArmBps", "10000")),
        ["cost-benefit"] = new("{ }", ("gasUnits", "0"), ("dearGasLasts", "\"00:00:00\"")),
        ["gas"] = new("""{ "maxGwei": 20 }""", ("maxGwei", "0"), ("fractionOfAverage", "0.5"), ("gasUnits", "1")),
        ["all"] = new("""{ "triggers": [ { "kind": "interval", "every": "00:20:00" }, { "kind": "drift-band", "absoluteBps": 100 } ] }""",
            ("triggers", "[ ]"), ("triggers[0].absoluteBps", """[ { "kind": "drift-band", "absoluteBps": 0 } ]""")),
        ["any"] = new("""{ "triggers": [ { "kind": "drift-band", "absoluteBps": 200 }, { "kind": "relative-band", "relativePercent": 5 } ] }""",
            ("triggers", "[ ]"), ("triggers[1].kind", """[ { "kind": "interval", "every": "01:00:00" }, { "kind": "hunch" } ]"""),
            ("triggers[0].triggers[0].absoluteBps", """[ { "kind": "all", "triggers": [ { "kind": "drift-band", "absoluteBps": 0 } ] } ]""")),
        ["cool-down"] = new("""{ "time": "00:10:00", "trigger": { "kind": "drift-band", "absoluteBps": 100 } }""", ("time", "\"00:00:00\""),
            ("trigger.absoluteBps", """{ "kind": "drift-band", "absoluteBps": 0 }"""), ("trigger.kind", "{ }")),
        ["hysteresis"] = new("""{ "releaseBps": 20, "trigger": { "kind": "drift-band", "absoluteBps": 100 } }""", ("releaseBps", "-1"),
            ("trigger.every", """{ "kind": "interval", "every": "00:00:00" }""")),
        ["to-target"] = new("""{ "minTradeNumeraire": 10 }""", ("minTradeNumeraire", "0"), ("minTradeNumeraire", "-10"), ("maxStepBps", "-1")),
        ["to-edge"] = new("""{ "absoluteBps": 100 }""", ("absoluteBps", "0"), ("absoluteBps", "10000"), ("minTradeNumeraire", "0"),
            ("perAsset.DOGE", """{ "DOGE": 100 }"""), ("perAsset.WETH", """{ "WETH": -1 }""")),
        ["to-fraction"] = new("""{ "speed": 0.5 }""", ("speed", "0"), ("speed", "1.1"), ("minTradeNumeraire", "-1")),
        ["to-region"] = new("{ }", ("minTradeNumeraire", "0")),
        ["twap"] = new("""{ "sizer": { "kind": "to-target" }, "slices": 4, "coolDown": "00:05:00", "stopBps": 20 }""", ("slices", "0"),
            ("coolDown", "\"-00:00:01\""), ("stopBps", "-1"), ("sizer.kind", """{ "kind": "all-in" }"""),
            ("sizer.minTradeNumeraire", """{ "kind": "to-target", "minTradeNumeraire": 0 }""")),
        ["to-target"] = new("""{ "minTradeNumeraire": 10 }""", ("minTradeNumeraire", "0"), ("minTradeNumeraire", "-10")),
        ["equal-weights"] = new("""{ "assets": ["WETH", "USDC"] }""", ("assets", "[ ]"), ("assets", """["DOGE"]"""), ("assets", """["WETH", "WETH"]"""),
            ("assets", """["*", "WETH"]""")),
        ["market-cap"] = new("""{ "supplies": { "WETH": 120000000, "WBTC": 150000 }, "maxWeight": 0.8, "cash": 0.05 }""", ("supplies", "{ }"),
            ("supplies.DOGE", """{ "DOGE": 1 }"""), ("supplies.WETH", """{ "WETH": 0 }"""), ("supplies", """{ "WETH": 1, "USDC": 1 }"""),
            ("maxWeight", "0"), ("maxWeight", "0.4"), ("maxWeight", "1.1"), ("cash", "-0.1"), ("cash", "1")),
        ["cppi"] = new("""{ "floorFraction": 0.8, "risky": { "WETH": 0.6, "WBTC": 0.4 }, "floorGrowthPerYear": 0.02, "multiplier": 4, "maxExposure": 0.9, "confirmAfter": "00:00:30", "safe": "USDC" }""",
            ("floorFraction", "0"), ("floorFraction", "1"), ("floorNumeraire", "1000"), ("floorNumeraire", "-1"), ("risky", "{ }"),
            ("risky.DOGE", """{ "DOGE": 1 }"""), ("risky", """{ "WETH": 0.5 }"""), ("risky", """{ "USDC": 1 }"""), ("floorGrowthPerYear", "-0.1"),
            ("multiplier", "0.5"), ("maxExposure", "0"), ("maxExposure", "1.5"), ("confirmAfter", "\"-00:00:01\""), ("safe", "\"DOGE\""), ("safe", "\"WETH\"")),
        ["tipp"] = new("""{ "floorFraction": 0.85, "risky": { "WETH": 1 }, "multiplier": 3 }""", ("floorFraction", "0"), ("floorFraction", "1"),
            ("risky", "{ }"), ("multiplier", "0"), ("floorGrowthPerYear", "2"), ("maxExposure", "-1"), ("safe", "\"WETH\"")),
        ["weighted-pool"] = new("""{ "weights": { "WETH": 0.5, "USDC": 0.5 }, "toWeights": { "WETH": 0.2, "WBTC": 0.8 }, "starts": "2023-11-14T22:00:00Z", "ends": "2023-11-15T06:00:00Z", "path": "spherical" }""",
            ("weights", "{ }"), ("weights.DOGE", """{ "DOGE": 1 }"""), ("toWeights", "{ }"), ("toWeights", """{ "WETH": 0.5 }"""),
            ("ends", "\"2023-11-14T22:00:00Z\""), ("starts", "\"0001-01-01T00:00:00Z\""), ("path", "\"curly\"")),
        ["inverse-volatility"] = new("""{ "assets": ["WETH", "WBTC"], "cash": 0.1 }""", ("assets", "[ ]"), ("assets", """["USDC"]"""), ("cash", "1")),
        ["minimum-variance"] = new("""{ "cash": 0.1, "maxWeight": 0.7 }""", ("assets", "[ ]"), ("assets", """["WETH", "DOGE"]"""), ("cash", "-0.1"), ("maxWeight", "0")),
        ["mean-variance"] = new("""{ "expectedReturns": { "WETH": 0.3, "WBTC": 0.2 }, "riskAversion": 3 }""", ("expectedReturns", "{ }"),
            ("expectedReturns.DOGE", """{ "DOGE": 1 }"""), ("expectedReturns.WETH", """{ "WETH": 11 }"""), ("expectedReturns", """{ "USDC": 0.1 }"""),
            ("riskAversion", "0"), ("maxWeight", "2")),
        ["maximum-sharpe"] = new("""{ "expectedReturns": { "WETH": 0.3, "WBTC": 0.2 }, "cash": 0.2 }""", ("expectedReturns", "{ }"), ("cash", "1")),
        ["risk-parity"] = new("""{ "budgets": { "WETH": 2, "WBTC": 1 }, "cash": 0.2 }""", ("budgets.WETH", """{ "WETH": 0 }"""), ("budgets", """{ "USDC": 1 }"""),
            ("budgets.DOGE", """{ "DOGE": 1 }"""), ("assets", """["USDC"]"""), ("assets", "[ ]"), ("cash", "1")),
        ["volatility-target"] = new("""{ "weights": { "WETH": 0.5, "WBTC": 0.5 }, "volatility": 0.3 }""", ("weights", "{ }"), ("weights", """{ "USDC": 1 }"""),
            ("volatility", "0"), ("volatility", "11"), ("maxExposure", "0")),
        ["constant-leverage"] = new("""{ "collateral": "WETH", "debt": "USDC", "interval": "10000.00:00:00" }""", ("collateral", "\"DOGE\""), ("debt", "\"WETH\""),
            ("target", "2.5"), ("mostTradeNumeraire", "0"), ("ripcordMostTradeNumeraire", "-1"), ("costBps", "-1"), ("ripcordHealth", "1")),
        ["collateral-ratio"] = new("""{ "collateral": "WETH", "debt": "USDC", "boostAbove": 1.8 }""", ("collateral", "\"\""), ("debt", "\"WETH\""),
            ("repayBelow", "1"), ("ripcordBelow", "1.3"), ("costBps", "10000"), ("mostTradeNumeraire", "0"), ("ripcordMostTradeNumeraire", "0")),
        ["delta-neutral"] = new("""{ "asset": "WETH", "cash": "USDC" }""", ("asset", "\"DOGE\""), ("cash", "\"WETH\""), ("ripcord", "0.9"),
            ("volatility", "-1"), ("mostTradeNumeraire", "0")),
        ["external"] = new("""{ "maxAge": "01:00:00" }""", ("maxAge", "\"-00:00:01\"")),
    };

    public sealed record Sample(string Options, params (string Field, string Wrong)[] Mistakes);

    /// <summary>The sample of a registered name; a plug-in without one fails here and is told where to get one.</summary>
    public static Sample Of(string name) =>
        Table.TryGetValue(name, out Sample? sample)
            ? sample
            : throw new InvalidOperationException($"the plug-in '{name}' is registered and has no sample: add a line with its options to {Here}");

    /// <summary>Every pair of a name and one mistake in its options.</summary>
    public static IEnumerable<(string Name, string Field, string Wrong)> Mistakes(IEnumerable<string> names) =>
        names.SelectMany(name => Of(name).Mistakes.Select(m => (name, m.Field, m.Wrong)));

    public static T Create<T>(Registry<T> registry, string name)
        where T : class
    {
        T? plugin = TryCreate(registry, name, Of(name).Options, out List<ConfigProblem> problems);
        Assert.True(problems.Count == 0, $"the sample options of '{name}' in {Here} are refused: {string.Join("; ", problems)}");
        return plugin ?? throw new InvalidOperationException($"'{name}' was not made, and no reason given");
    }

    public static T? TryCreate<T>(Registry<T> registry, string name, string options, out List<ConfigProblem> problems, PolicyTier tier = PolicyTier.Economic)
        where T : class =>
        TryCreate(registry, name, options, new BuildContext(Symbols, AssetId.FromIndex(2)) { Tier = tier }, out problems);

    public static T? TryCreate<T>(Registry<T> registry, string name, string options, BuildContext context, out List<ConfigProblem> problems)
        where T : class
    {
        problems = [];
        JsonElement json = JsonDocument.Parse($$"""{ "kind": "{{name}}", {{options.Trim()[1..]}}""", new() { AllowTrailingCommas = true }).RootElement;
        return registry.Create(new PluginSection("plugin", name, json), context, problems);
    }

    /// <summary>The sample options with the field's first part at another value, or with the field added.</summary>
    public static string With(string name, string field, string value)
    {
        string top = field.Split('.', '[')[0];
        using JsonDocument sample = JsonDocument.Parse(Of(name).Options);
        IEnumerable<string> others = sample.RootElement.EnumerateObject().Where(p => p.Name != top).Select(p => $"\"{p.Name}\": {p.Value.GetRawText()}");
        return $$"""{ {{string.Join(", ", others.Append($"\"{top}\": {value}"))}} }""";
    }
}
