using FastRebalance.BackTesting;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Positions;
using FastRebalance.Engine.Risk;
using FastRebalance.Hosting;

namespace FastRebalance.UnitTests.Configuration;

public sealed class PositionSectionTests : IDisposable
{
    private const string Lending = """{ "market": "0x00000000000000000000000000000000000000d1", "healthFloor": 1.05 }""";
    private const string Position = """{ "kind": "constant-leverage", "collateral": "WETH", "debt": "USDC" }""";

    private readonly SampleConfig _sample = Leveraged();

    public void Dispose() => _sample.Dispose();

    /// <summary>The sample, held to a leverage of two.</summary>
    internal static SampleConfig Leveraged() => new SampleConfig()
        .With("contracts", """{ "rebalanceExecutor": "0x00000000000000000000000000000000000000f2" }""")
        .With("portfolios[0].target", null).With("portfolios[0].triggers", null).With("portfolios[0].sizing", null)
        .With("portfolios[0].lending", Lending).With("portfolios[0].position", Position);

    [Fact]
    public void Read_APosition_IsTargetTriggersAndSizingOfBothTiers()
    {
        ConfigFile config = _sample.Read();
        PortfolioPolicy? policy = PolicyFactory.Build(config, []);

        Assert.NotNull(policy);
        Assert.Equal(1.05, config.Portfolio.Lending!.HealthFloor);
        Assert.Equal(double.PositiveInfinity, config.Portfolio.Lending.HealthCeiling);
        Assert.Equal(new Bps(300), config.Portfolio.Lending.MaxOracleDeviation);
        Assert.IsType<LeveragePosition>(Assert.IsType<PositionTarget>(policy.Target).Position);
        Assert.IsType<PositionTrigger>(Assert.Single(policy.Triggers));
        Assert.IsType<PositionTrigger>(Assert.Single(policy.Safety!.Triggers)); // without a safety section, too
        Assert.Contains(policy.RiskChecks, check => check is LendingCheck);
        Assert.Contains(policy.Safety.RiskChecks, check => check is LendingCheck);
        Assert.DoesNotContain(policy.RiskChecks, check => check is PostTradeCheck);
    }

    // A back-test has no chain to follow it on.
    [Theory]
    [InlineData("{ \"positionId\": \"7\" }", true)]
    [InlineData("{ \"low\": 1500, \"high\": 3500, \"liquidity\": 420.5 }", false)]
    public void Parse_FollowedLiquidityInABackTest_IsToldWithItsFix(string entry, bool isFollowed)
    {
        _sample.With("portfolios[0].position", $$"""{ "kind": "delta-neutral", "asset": "WETH", "cash": "USDC", "liquidity": [ {{entry}} ] }""");
        Assert.Empty(_sample.PolicyProblems());

        List<ConfigProblem> problems = [];
        try
        {
            BackTestConfig.Parse(_sample.Root.ToJsonString(), _sample.Folder);
        }
        catch (ConfigException error)
        {
            problems.AddRange(error.Problems);
        }

        ConfigProblem? found = problems.Find(one => one.Path == "portfolios[0].position.liquidity[0]");
        Assert.Equal(isFollowed, found is not null);
        Assert.Equal(isFollowed, found?.Wanted == "its numbers: low, high and liquidity");
    }

    [Fact]
    public void Read_APositionManager_IsNoContractThatOrdersGoTo()
    {
        const string Manager = "0x00000000000000000000000000000000000000f3";
        Assert.Equal(Address.Parse(Manager), _sample.With("contracts.positionManager", $"\"{Manager}\"").Read().Contracts["positionManager"]);

        Assert.Contains(_sample.With("contracts", $$"""{ "positionManager": "{{Manager}}" }""").Problems(), one => one.Path == "contracts.rebalanceExecutor");
    }

    [Fact]
    public void Read_SafetysOwnLimits_AreTheRipcords()
    {
        PortfolioPolicy policy = PolicyFactory.Build(_sample.With("portfolios[0].safety", """{ "risk": { "maxSlippageBps": 500 } }""").Read(), [])!;

        Assert.Equal((50.0, 500.0), (policy.Bounds.MaxSlippage.Value, policy.Safety!.Bounds.MaxSlippage.Value));
    }

    [Theory]
    [InlineData("target", """{ "kind": "equal-weights" }""")]
    [InlineData("triggers", """[ { "kind": "drift-band", "absoluteBps": 100 } ]""")]
    [InlineData("sizing", """{ "kind": "to-target" }""")]
    public void Read_APositionBesideWhatItStandsFor_IsTold(string field, string json) =>
        Assert.Contains(_sample.With($"portfolios[0].{field}", json).Problems(), p => p.Path == $"portfolios[0].{field}" && p.Found.Contains("beside a position"));

    [Theory]
    [InlineData("cashBufferBps", "100")]
    [InlineData("noSell", "[\"WETH\"]")]
    public void Read_AConstraintThatNoPositionKeeps_IsTold(string field, string json)
    {
        Assert.NotNull(_sample.With("portfolios[0].constraints", """{ "lots": { "WETH": 0.01 } }""").Read().Portfolio.Constraints);
        Assert.Contains(
            _sample.With("portfolios[0].constraints", $$"""{ "{{field}}": {{json}} }""").Problems(),
            p => p.Path == $"portfolios[0].constraints.{field}" && p.Wanted.Contains("lots alone"));
    }

    [Fact]
    public void Read_APositionThatBorrowsNowhere_IsTold() =>
        Assert.Contains(_sample.With("portfolios[0].lending", null).Problems(), p => p.Path == "portfolios[0].lending" && p.Found == "nothing");

    [Fact]
    public void Read_ALendingMarketAndNothingThatBorrows_IsTold()
    {
        using SampleConfig sample = new SampleConfig().With("portfolios[0].lending", Lending);

        Assert.Contains(sample.Problems(), p => p.Path == "portfolios[0].lending" && p.Wanted.Contains("position"));
    }

    [Theory]
    [InlineData("market", "\"0x12\"")]
    [InlineData("healthFloor", "1")]
    [InlineData("healthCeiling", "1.04")]
    [InlineData("maxOracleDeviationBps", "0")]
    public void Read_ALendingFieldThatCannotBe_IsToldByItsPath(string field, string wrong) =>
        Assert.Contains(_sample.With($"portfolios[0].lending.{field}", wrong).Problems(), p => p.Path == $"portfolios[0].lending.{field}");

    [Fact]
    public void Read_APositionOfNoKind_ListsThoseThereAre()
    {
        List<ConfigProblem> problems = _sample.With("portfolios[0].position.kind", "\"leap\"").PolicyProblems();

        Assert.Contains(problems, p => p.Path == "portfolios[0].position.kind" && p.Wanted.Contains("constant-leverage") && p.Wanted.Contains("delta-neutral"));
    }

    [Fact]
    public void Read_DesksThatAreNotThere_AreToldByName()
    {
        File.WriteAllText(Path.Combine(_sample.Folder, "leverage.json"), "{}");

        Assert.Equal(["leverage.json"], _sample.With("desks", """["leverage.json"]""").Read().Desks);
        Assert.Contains(_sample.With("desks", """["leverage.json", "other.json"]""").Problems(), p => p.Path == "desks" && p.Found.Contains("other.json"));
        Assert.Contains(_sample.With("desks", """["leverage.json", "leverage.json"]""").Problems(), p => p.Path == "desks" && p.Found.Contains("twice"));
    }
}
