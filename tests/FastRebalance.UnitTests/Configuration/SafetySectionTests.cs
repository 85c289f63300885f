using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Hosting;
using FastRebalance.UnitTests.Engine;
using FastRebalance.UnitTests.Engine.Triggers;

namespace FastRebalance.UnitTests.Configuration;

public sealed class SafetySectionTests : IDisposable
{
    private const string Path = "portfolios[0].safety";
    private const string Bands = """[ { "kind": "drift-band", "absoluteBps": 1000, "stressTightening": 1 } ]""";

    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Build_NoSafety_HasNoSuchTerms() => Assert.Null(Built().Safety);

    [Fact]
    public void Build_TriggersAlone_LimitsFallBackButForTimeAndGas()
    {
        _sample.With(Path, $$"""{ "triggers": {{Bands}} }""");

        RiskSection risk = _sample.Read().Portfolio.Safety!.Risk;

        Assert.Equal(50, risk.MaxSlippageBps);
        Assert.Equal(250_000, risk.MaxTradeNumeraire);
        Assert.Equal(TimeSpan.FromSeconds(12), risk.MaxPriceAge);
        Assert.Equal(TimeSpan.Zero, risk.CoolDown);
        Assert.Equal(double.PositiveInfinity, risk.MaxGasNumerairePerDay);
        PolicyTerms safety = Built().Safety!;
        Assert.Equal(Built().Bounds, safety.Bounds);
        Assert.Contains(safety.RiskChecks, check => check is KillSwitchCheck);
        Assert.Contains(safety.RiskChecks, check => check is PriceAgeCheck);
    }

    [Fact]
    public void Build_OwnLimits_StandBesideEconomys()
    {
        _sample.With(Path, $$"""
            {
              "triggers": {{Bands}}, "sizing": { "kind": "to-target", "minTradeNumeraire": 1000 },
              "risk": { "maxSlippageBps": 500, "maxTradeNumeraire": 20000, "maxPriceAge": "00:01:00", "coolDown": "00:01:00", "maxGasNumerairePerDay": 9000 }
            }
            """);

        PortfolioPolicy policy = Built();

        Assert.Equal(new RiskBounds(20_000, new Bps(500)), policy.Safety!.Bounds);
        Assert.Equal(new RiskBounds(250_000, new Bps(50)), policy.Bounds);
        RiskSection risk = _sample.Read().Portfolio.Safety!.Risk;
        Assert.Equal(TimeSpan.FromMinutes(1), risk.MaxPriceAge);
        Assert.Equal(TimeSpan.FromMinutes(1), risk.CoolDown);
        Assert.Equal(9000, risk.MaxGasNumerairePerDay);
    }

    // The sample's economic cool-down is two seconds and its gas budget 500: neither may stop the built safety terms.
    [Fact]
    public void Build_EconomysGates_StopOnlyEconomy()
    {
        _sample.With(Path, $$"""{ "triggers": {{Bands}} }""");
        PortfolioPolicy policy = Built();
        EngineBench bench = new EngineBench().Filled();
        RebalanceCycle cycle = bench.Valued(0.5, 0.2, 0.3);
        Assert.Equal(RiskVerdict.Approved, Verdict(policy.Economic));
        ulong order = bench.Market.Orders.Open(bench.NowUnixNs);

        Assert.Equal(RiskVerdict.CoolDown, Verdict(policy.Economic));
        Assert.Equal(RiskVerdict.Approved, Verdict(policy.Safety!));
        bench.Report(order, SubmitStatus.Included, includedBlock: bench.Block, gasUsed: 1_000_000, gasPriceWei: 1_000_000_000_000);
        bench.NowUnixNs += 5 * EngineBench.SecondNs;
        bench.Head(bench.Block + 1);
        Assert.Equal(RiskVerdict.GasBudget, Verdict(policy.Economic));
        Assert.Equal(RiskVerdict.Approved, Verdict(policy.Safety!));
        bench.NowUnixNs += 20 * EngineBench.SecondNs;
        bench.Head(bench.Block + 1);
        Assert.Equal(RiskVerdict.StalePrice, Verdict(policy.Safety!));
        bench.Operator(OperatorCommand.Pause);
        Assert.Equal(RiskVerdict.KillSwitch, Verdict(policy.Safety!));

        RiskVerdict Verdict(PolicyTerms terms)
        {
            new RiskGate(terms.RiskChecks).Approves(cycle);
            return cycle.Risk;
        }
    }

    [Fact]
    public void Build_SafetyBand_TightensInStress()
    {
        _sample.With(Path, $$"""{ "triggers": {{Bands}} }""");
        EngineBench bench = new EngineBench().Filled();
        PolicyTerms safety = Built().Safety!;
        bench.Cycle.MaxDrift = 0.08;

        Assert.False(safety.Triggers[0].Fires(bench.Cycle));
        bench.Stress(2);
        Assert.True(safety.Triggers[0].Fires(bench.Cycle));
    }

    [Fact]
    public void Read_MistakesInSafety_AllToldWithTheirPaths()
    {
        _sample.With(Path, """
            { "triggers": [ ], "sizing": { }, "risk": { "maxSlippageBps": 0, "coolDown": "soon", "maxSlipageBps": 1 }, "trigers": [ ] }
            """);

        Assert.Equal(
            [
                $"{Path}.risk.coolDown", $"{Path}.risk.maxSlipageBps", $"{Path}.risk.maxSlippageBps", $"{Path}.sizing.kind", $"{Path}.trigers",
                $"{Path}.triggers",
            ],
            _sample.Problems().Select(p => p.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Build_MistakesInSafetyPlugins_AllToldWithTheirPaths()
    {
        _sample.With(Path, """
            {
              "triggers": [
                { "kind": "drift-band", "absoluteBps": 100, "stressWidening": 1 },
                { "kind": "any", "triggers": [ { "kind": "all", "triggers": [ { "kind": "hunch" } ] }, { "kind": "interval" } ] }
              ],
              "sizing": { "kind": "all-in" }
            }
            """);

        Assert.Equal(
            [
                $"{Path}.triggers[0].stressWidening", $"{Path}.triggers[1].triggers[0].triggers[0].kind", $"{Path}.triggers[1].triggers[1].every",
                $"{Path}.sizing.kind",
            ],
            _sample.PolicyProblems().Select(p => p.Path));
    }

    [Theory]
    [InlineData("\"yes\"")]
    [InlineData("[ ]")]
    [InlineData("{ }")]
    public void Read_SafetyWithoutTriggers_IsRefused(string json) =>
        Assert.All(_sample.With(Path, json).Problems(), problem => Assert.StartsWith(Path, problem.Path));

    [Fact]
    public void Build_EconomysSizingIsWrong_IsToldOnce()
    {
        _sample.With(Path, $$"""{ "triggers": {{Bands}} }""").With("portfolios[0].sizing.kind", "\"all-in\"");

        Assert.Equal("portfolios[0].sizing.kind", Assert.Single(_sample.PolicyProblems()).Path);
    }

    private PortfolioPolicy Built()
    {
        List<ConfigProblem> problems = [];
        PortfolioPolicy? policy = PolicyFactory.Build(_sample.Read(), problems);
        Assert.Empty(problems);
        return policy!;
    }
}
