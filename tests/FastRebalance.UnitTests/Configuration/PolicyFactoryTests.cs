using FastRebalance.Composition;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine;
using FastRebalance.Hosting;

namespace FastRebalance.UnitTests.Configuration;

public sealed class PolicyFactoryTests : IDisposable
{
    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Build_RightConfiguration_HoldsThePortfolioToIt()
    {
        List<ConfigProblem> problems = [];
        PortfolioPolicy? policy = PolicyFactory.Build(_sample.Read(), problems);

        Assert.Empty(problems);
        Assert.Equal(AssetId.FromIndex(2), policy!.Numeraire);
        Assert.Equal(250_000, policy.Bounds.MaxTradeNumeraire);
        Assert.Equal(new Bps(50), policy.Bounds.MaxSlippage);
        Assert.Equal(TimeSpan.FromSeconds(45), policy.Deadline);
        Assert.Single(policy.Triggers);
        Assert.NotEmpty(policy.RiskChecks);
    }

    [Fact]
    public void Build_UnknownPlugins_ListTheKnownOnesAllAtOnce()
    {
        _sample.With("portfolios[0].target.kind", "\"momentum\"").With("portfolios[0].sizing.kind", "\"all-in\"");
        _sample.With("portfolios[0].triggers[0].kind", "\"hunch\"");

        List<ConfigProblem> problems = _sample.PolicyProblems();

        Assert.Equal(3, problems.Count);
        AssertListed(problems, "portfolios[0].target.kind", "momentum", Targets.Registry.Names);
        AssertListed(problems, "portfolios[0].sizing.kind", "all-in", Sizers.Registry.Names);
        AssertListed(problems, "portfolios[0].triggers[0].kind", "hunch", Triggers.Registry.Names);
    }

    [Theory]
    [InlineData("target.weights", """{ "WETH": 0.5, "DOGE": 0.5 }""", "target.weights.DOGE", "not configured", "WETH, WBTC, USDC")]
    [InlineData("target.weights", """{ "WETH": 0.5, "USDC": 0.4 }""", "target.weights", "0.9", "add up to 1")]
    [InlineData("target.weights", "{ }", "target.weights", "none", "one weight per asset")]
    [InlineData("target.weights", null, "target.weights", "none", "one weight per asset")]
    [InlineData("target.weight", "{ }", "target.weight", "", "weights")]
    [InlineData("triggers[0].absoluteBps", "0", "triggers[0].absoluteBps", "0", "above 0")]
    [InlineData("triggers[0].absoluteBps", null, "triggers[0].absoluteBps", "0", "above 0")]
    [InlineData("triggers[0].absoluteBps", "\"wide\"", "triggers[0].absoluteBps", "", "absoluteBps")]
    [InlineData("sizing.minTradeNumeraire", "-5", "sizing.minTradeNumeraire", "-5", "above 0")]
    public void Build_OneMistakeInOptions_IsToldWithPathFoundAndWanted(string at, string? json, string path, string found, string wanted)
    {
        ConfigProblem problem = Assert.Single(_sample.With($"portfolios[0].{at}", json).PolicyProblems());

        Assert.Equal($"portfolios[0].{path}", problem.Path);
        Assert.Contains(found, problem.Found);
        Assert.Contains(wanted, problem.Wanted);
    }

    [Fact]
    public void Build_MistakesInSeveralPlugins_ToldAtOnce()
    {
        _sample.With("portfolios[0].target.weights", """{ "DOGE": 0.4 }""").With("portfolios[0].triggers[0].absoluteBps", "-1");
        _sample.With("portfolios[0].sizing.kind", "\"all-in\"");

        string[] expected =
        [
            "portfolios[0].target.weights.DOGE", "portfolios[0].target.weights", "portfolios[0].sizing.kind", "portfolios[0].triggers[0].absoluteBps",
        ];
        Assert.Equal(expected, _sample.PolicyProblems().Select(p => p.Path));
    }

    private static void AssertListed(List<ConfigProblem> problems, string path, string found, IReadOnlyCollection<string> names)
    {
        ConfigProblem problem = Assert.Single(problems, p => p.Path == path);
        Assert.Contains(found, problem.Found);
        Assert.All(names, name => Assert.Contains(name, problem.Wanted));
    }
}
