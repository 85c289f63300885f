using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Engine.Planning;
using FastRebalance.Hosting;

namespace FastRebalance.UnitTests.Configuration;

public sealed class PlannerSectionTests : IDisposable
{
    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Read_NoSection_HasTheDefaults()
    {
        PlannerOptions options = _sample.Read().Portfolio.Planner.Options;
        Assert.Equal(new PlannerOptions() with { Costs = options.Costs }, options);
        Assert.Equal([0.001, 0.001, 0.001], options.Costs);
    }

    [Fact]
    public void Read_EveryField_IsTaken()
    {
        _sample.With("portfolios[0].planner", """
            { "every": "00:10:00", "sampleEvery": "00:05:00", "halfLife": "1.00:00:00", "shrinkage": 0.3, "riskAversion": 2,
              "costBps": { "WETH": 5, "WBTC": 20 }, "gasPerRebalance": 150000, "guardRail": 0.05, "speedLimit": 0.1, "warmUpSamples": 10 }
            """);
        PlannerOptions options = _sample.Read().Portfolio.Planner.Options;
        PlannerOptions expected = new()
        {
            Every = TimeSpan.FromMinutes(10), SampleEvery = TimeSpan.FromMinutes(5), HalfLife = TimeSpan.FromDays(1), Shrinkage = 0.3, RiskAversion = 2,
            Costs = options.Costs, GasPerRebalance = 150_000, GuardRail = 0.05, SpeedLimit = 0.1, WarmUpSamples = 10,
        };
        Assert.Equal(expected, options);
        Assert.Equal([0.0005, 0.002, 0.001], options.Costs);
    }

    [Fact]
    public void Read_SamplesFartherApartThanPlans_PlansAtEachSample()
    {
        _sample.With("portfolios[0].planner", """{ "sampleEvery": "00:00:45" }""");
        Assert.Equal(TimeSpan.FromSeconds(90), _sample.Read().Portfolio.Planner.Options.Every);
    }

    [Theory]
    [InlineData("every", "\"00:01:30\"")]
    [InlineData("every", "\"00:00:00\"")]
    [InlineData("sampleEvery", "\"-00:01:00\"")]
    [InlineData("halfLife", "\"00:00:00\"")]
    [InlineData("shrinkage", "1.1")]
    [InlineData("riskAversion", "0")]
    [InlineData("costBps", "-1")]
    [InlineData("costBps", "\"cheap\"")]
    [InlineData("costBps.DOGE", """{ "DOGE": 1 }""")]
    [InlineData("costBps.WETH", """{ "WETH": 5001 }""")]
    [InlineData("gasPerRebalance", "-1")]
    [InlineData("guardRail", "0.6")]
    [InlineData("speedLimit", "0")]
    [InlineData("warmUpSamples", "1")]
    [InlineData("warmUp", "60")]
    public void Read_OneMistake_IsToldWithItsField(string field, string json)
    {
        string name = field.Split('.')[0];
        ConfigProblem problem = Assert.Single(_sample.With("portfolios[0].planner", $$"""{ "{{name}}": {{json}} }""").Problems());
        Assert.Equal($"portfolios[0].planner.{field}", problem.Path);
        Assert.NotEmpty(problem.Wanted);
    }

    [Fact]
    public void Build_NothingGoesByPlans_MakesNoPlanner() => Assert.Null(Build().MakePlanner);

    [Fact]
    public void Build_OptimisedTarget_MakesANewPlannerEachTime()
    {
        _sample.With("portfolios[0].target", """{ "kind": "minimum-variance" }""");
        Func<Planner>? make = Build().MakePlanner;
        Assert.NotNull(make);
        Assert.NotSame(make(), make());
    }

    [Fact]
    public void Build_GuardRailThatLeavesNoChoice_IsToldWithItsField()
    {
        _sample.With("portfolios[0].target", """{ "kind": "minimum-variance" }""").With("portfolios[0].planner", """{ "guardRail": 0.5 }""");
        Assert.NotNull(Build().MakePlanner);
        _sample.Root["assets"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse(
            """{ "symbol": "LINK", "address": "0x00000000000000000000000000000000000000a4", "decimals": 18 }"""));
        ConfigProblem problem = Assert.Single(_sample.PolicyProblems());
        Assert.Equal("portfolios[0].planner.guardRail", problem.Path);
    }

    [Fact]
    public void Build_NumeraireAmongRiskyAssets_IsToldWithItsField()
    {
        _sample.With("portfolios[0].target", """{ "kind": "risk-parity", "assets": ["WETH", "USDC"] }""");
        Assert.Equal("portfolios[0].target.assets", Assert.Single(_sample.PolicyProblems()).Path);
    }

    private PortfolioPolicy Build()
    {
        List<ConfigProblem> problems = [];
        PortfolioPolicy? policy = PolicyFactory.Build(_sample.Read(), problems);
        Assert.Empty(problems);
        return policy!;
    }
}
