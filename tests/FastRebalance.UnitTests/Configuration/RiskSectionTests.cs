using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Risk;

namespace FastRebalance.UnitTests.Configuration;

public sealed class RiskSectionTests : IDisposable
{
    private const string Risk = "portfolios[0].risk";

    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Read_EveryLimit_IsThere()
    {
        RiskSection risk = With(
            ("badPrint", """{ "sigmas": 6, "spreadBps": 30, "maxReferenceDeviationBps": 100 }"""),
            ("maxReferenceAge", "\"00:00:20\""),
            ("maxPoolDeviationBps", "80"),
            ("maxTurnoverPerDay", "0.5"),
            ("maxTurnoverNumerairePerDay", "1000000"),
            ("slippageBudget", """{ "bps": 50, "decay": "06:00:00" }"""),
            ("exposure", """{ "maxWeight": { "WETH": 0.6 }, "maxRisky": 0.9 }"""),
            ("maxDrawdownBps", "1500"),
            ("frozenPrices", """{ "after": "00:00:06", "afterByAsset": { "WBTC": "00:00:10" }, "maxShare": 0.25 }"""),
            ("postTrade", "false")).Read().Portfolio.Risk;

        Assert.Equal(new BadPrintSection(6, 30, 100), risk.BadPrint);
        Assert.Equal(TimeSpan.FromSeconds(20), risk.MaxReferenceAge);
        Assert.Equal(80, risk.MaxPoolDeviationBps);
        Assert.Equal(0.5, risk.MaxTurnoverPerDay);
        Assert.Equal(1_000_000, risk.MaxTurnoverNumerairePerDay);
        Assert.Equal(new SlippageBudgetSection(50, TimeSpan.FromHours(6)), risk.SlippageBudget);
        Assert.Equal(0.6, Assert.Single(risk.Exposure!.MaxWeight).Value);
        Assert.Equal(0.9, risk.Exposure.MaxRisky);
        Assert.Equal(1500, risk.MaxDrawdownBps);
        Assert.Equal(TimeSpan.FromSeconds(6), risk.FrozenPrices!.After);
        Assert.Equal(TimeSpan.FromSeconds(10), risk.FrozenPrices.AfterByAsset["WBTC"]);
        Assert.Equal(0.25, risk.FrozenPrices.MaxShare);
        Assert.False(risk.PostTrade);
    }

    [Theory]
    [InlineData("{ }", 8.0, null)]
    [InlineData("""{ "maxReferenceDeviationBps": 100 }""", null, 100.0)]
    [InlineData("""{ "sigmas": 5, "maxReferenceDeviationBps": 100 }""", 5.0, 100.0)]
    public void Read_BadPrint_HasOneGateAtLeast(string json, double? sigmas, double? deviation) =>
        Assert.Equal(new BadPrintSection(sigmas, 20, deviation), With(("badPrint", json)).Read().Portfolio.Risk.BadPrint);

    [Theory]
    [InlineData("badPrint", """{ "sigmas": 0 }""", "badPrint.sigmas", "0", "above 0")]
    [InlineData("badPrint", """{ "sigma": 8 }""", "badPrint.sigma", "unknown", "sigmas")]
    [InlineData("badPrint", "true", "badPrint", "true", "object")]
    [InlineData("maxPoolDeviationBps", "0", "maxPoolDeviationBps", "0", "above 0")]
    [InlineData("maxTurnoverPerDay", "-1", "maxTurnoverPerDay", "-1", "share")]
    [InlineData("slippageBudget", """{ "bps": 50 }""", "slippageBudget.decay", "nothing", "time")]
    [InlineData("slippageBudget", """{ "bps": 0, "decay": "06:00:00" }""", "slippageBudget.bps", "0", "above 0")]
    [InlineData("exposure", "{ }", "exposure", "no limit", "maxWeight")]
    [InlineData("exposure", """{ "maxWeight": { "DOGE": 0.5 } }""", "exposure.maxWeight.DOGE", "not configured", "WETH")]
    [InlineData("exposure", """{ "maxWeight": { "WETH": 60 } }""", "exposure.maxWeight.WETH", "60", "at most 1")]
    [InlineData("exposure", """{ "maxRisky": 0 }""", "exposure.maxRisky", "0", "above 0")]
    [InlineData("maxDrawdownBps", "20000", "maxDrawdownBps", "20000", "at most 10000")]
    [InlineData("frozenPrices", """{ "after": "00:00:12" }""", "frozenPrices.after", "00:00:12", "below maxPriceAge")]
    [InlineData("frozenPrices", """{ "after": "00:00:06", "maxShare": 2 }""", "frozenPrices.maxShare", "2", "from 0 to 1")]
    [InlineData("frozenPrices", """{ "after": "00:00:06", "afterByAsset": { "DOGE": "00:00:06" } }""", "frozenPrices.afterByAsset.DOGE", "not configured", "WETH")]
    [InlineData("postTrade", "1", "postTrade", "1", "true or false")]
    public void Read_OneMistake_NamesItsPlaceWhatIsThereAndWhatIsWanted(string field, string json, string path, string found, string wanted)
    {
        ConfigProblem problem = Assert.Single(With((field, json)).Problems());

        Assert.Equal($"{Risk}.{path}", problem.Path);
        Assert.Contains(found, problem.Found);
        Assert.Contains(wanted, problem.Wanted);
    }

    [Fact]
    public void From_NothingAskedFor_MakesTheFiveThatAlwaysHoldAndTheLookAtTheOutcome() =>
        Assert.Equal(
            [typeof(KillSwitchCheck), typeof(PriceAgeCheck), typeof(TradeSizeCheck), typeof(CoolDownCheck), typeof(GasBudgetCheck), typeof(PostTradeCheck)],
            Checks(_sample.Read().Portfolio.Risk).Select(check => check.GetType()));

    [Theory]
    [InlineData("badPrint", "{ }", typeof(BadPrintCheck))]
    [InlineData("maxPoolDeviationBps", "80", typeof(PoolDeviationCheck))]
    [InlineData("maxTurnoverPerDay", "0.5", typeof(TurnoverCheck))]
    [InlineData("maxTurnoverNumerairePerDay", "1e6", typeof(TurnoverCheck))]
    [InlineData("slippageBudget", """{ "bps": 50, "decay": "06:00:00" }""", typeof(SlippageBudgetCheck))]
    [InlineData("exposure", """{ "maxRisky": 0.9 }""", typeof(ExposureCheck))]
    [InlineData("maxDrawdownBps", "1500", typeof(DrawdownCheck))]
    [InlineData("frozenPrices", """{ "after": "00:00:06" }""", typeof(FrozenAssetCheck))]
    public void From_OneMoreLimit_MakesItsCheck(string field, string json, Type check)
    {
        IReadOnlyList<IRiskCheck> checks = Checks(With((field, json)).Read().Portfolio.Risk);

        Assert.Equal(7, checks.Count);
        Assert.Single(checks, c => c.GetType() == check);
    }

    [Fact]
    public void Read_Safety_KeepsEconomysLimitsButNotItsBudgets()
    {
        With(
            ("badPrint", "{ }"), ("maxPoolDeviationBps", "80"), ("exposure", """{ "maxRisky": 0.9 }"""), ("maxTurnoverPerDay", "0.5"),
            ("maxTurnoverNumerairePerDay", "1e6"), ("slippageBudget", """{ "bps": 50, "decay": "06:00:00" }"""), ("maxDrawdownBps", "1500"));
        _sample.With("portfolios[0].safety", """{ "triggers": [ { "kind": "drift-band", "absoluteBps": 900 } ], "risk": { "maxPoolDeviationBps": 300 } }""");

        RiskSection safety = _sample.Read().Portfolio.Safety!.Risk;

        Assert.Equal(new BadPrintSection(8, 20, null), safety.BadPrint);
        Assert.Equal(300, safety.MaxPoolDeviationBps);
        Assert.Equal(0.9, safety.Exposure!.MaxRisky);
        Assert.Null(safety.MaxTurnoverPerDay);
        Assert.Null(safety.MaxTurnoverNumerairePerDay);
        Assert.Null(safety.SlippageBudget);
        Assert.Null(safety.MaxDrawdownBps);
    }

    private static IReadOnlyList<IRiskCheck> Checks(RiskSection limits) =>
        RiskChecks.From(limits, new BuildContext(["WETH", "WBTC", "USDC"], AssetId.FromIndex(2)));

    private SampleConfig With(params (string Field, string Json)[] fields)
    {
        foreach ((string field, string json) in fields)
            _sample.With($"{Risk}.{field}", json);
        return _sample;
    }
}
