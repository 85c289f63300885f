using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Engine.Sizing;
using FastRebalance.Hosting;

namespace FastRebalance.UnitTests.Configuration;

public sealed class ConstraintsTests : IDisposable
{
    private readonly SampleConfig _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Read_Nothing_ConstrainsNothing()
    {
        SizingConstraints constraints = _sample.Read().Portfolio.Constraints!;

        Assert.Equal(3, constraints.AssetCount);
        Assert.Equal((0, 0, 0, 0), (constraints.DriftedBand, constraints.CashBuffer, constraints.MinTradeNumeraire, constraints.DustNumeraire));
        Assert.DoesNotContain(true, constraints.NoBuy.Concat(constraints.NoSell));
        Assert.All(constraints.Lots, lot => Assert.Equal(0, lot));
        Assert.All(constraints.MaxWeights, weight => Assert.Equal(double.PositiveInfinity, weight));
    }

    [Fact]
    public void Read_Everything_IsByAsset()
    {
        _sample.With("portfolios[0].constraints", """
            { "onlyDrifted": true, "bandBps": 150, "noBuy": ["WETH"], "noSell": [], "frozen": ["WBTC"], "cashBufferBps": 25,
              "minTradeNumeraire": 12, "lots": { "WETH": 0.001 }, "dustNumeraire": 5, "gasOverCost": true, "maxWeight": { "WBTC": 0.4 } }
            """);
        SizingConstraints constraints = _sample.Read().Portfolio.Constraints!;

        Assert.Equal((0.015, 0.0025, 12, 5), (constraints.DriftedBand, constraints.CashBuffer, constraints.MinTradeNumeraire, constraints.DustNumeraire));
        Assert.Equal([true, true, false], constraints.NoBuy);
        Assert.Equal([false, true, false], constraints.NoSell);
        Assert.Equal([0.001, 0, 0], constraints.Lots);
        Assert.Equal([double.PositiveInfinity, 0.4, double.PositiveInfinity], constraints.MaxWeights);
        Assert.True(constraints.GasOverCost);
    }

    [Theory]
    [InlineData("""{ "onlyDrifted": true }""", "bandBps", "nothing", "onlyDrifted")]
    [InlineData("""{ "onlyDrifted": 1 }""", "onlyDrifted", "1", "true or false")]
    [InlineData("""{ "noBuy": ["DOGE"] }""", "noBuy", "DOGE", "WETH, WBTC, USDC")]
    [InlineData("""{ "noSell": "WETH" }""", "noSell", "WETH", "WETH, WBTC, USDC")]
    [InlineData("""{ "cashBufferBps": -1 }""", "cashBufferBps", "-1", "from 0")]
    [InlineData("""{ "cashBufferBps": 10000 }""", "cashBufferBps", "10000", "below 10000")]
    [InlineData("""{ "minTradeNumeraire": -1 }""", "minTradeNumeraire", "-1", "0 or more")]
    [InlineData("""{ "dustNumeraire": "some" }""", "dustNumeraire", "some", "0 or more")]
    [InlineData("""{ "lots": { "WETH": 0 } }""", "lots.WETH", "0", "above 0")]
    [InlineData("""{ "lots": { "DOGE": 1 } }""", "lots.DOGE", "not configured", "WETH, WBTC, USDC")]
    [InlineData("""{ "maxWeight": { "WETH": 1.5 } }""", "maxWeight.WETH", "1.5", "at most 1")]
    [InlineData("""{ "noby": [] }""", "noby", "unknown", "noBuy")]
    [InlineData("[ ]", "", "an empty list", "an object")]
    public void Read_OneMistake_IsToldWithPathFoundAndWanted(string json, string field, string found, string wanted)
    {
        ConfigProblem problem = Assert.Single(_sample.With("portfolios[0].constraints", json).Problems());

        Assert.Equal(field.Length == 0 ? "portfolios[0].constraints" : $"portfolios[0].constraints.{field}", problem.Path);
        Assert.Contains(found, problem.Found);
        Assert.Contains(wanted, problem.Wanted);
    }

    [Fact]
    public void Build_Constrained_ReachesTheSizersOfBothTiers()
    {
        _sample.With("portfolios[0].constraints", """{ "frozen": ["WETH", "WBTC", "USDC"] }""");
        _sample.With("portfolios[0].safety", """{ "triggers": [ { "kind": "drift-band", "absoluteBps": 1000 } ] }""");
        PortfolioPolicy policy = PolicyFactory.Build(_sample.Read(), [])!;

        foreach (PolicyTerms terms in new[] { policy.Economic, policy.Safety! })
        {
            RebalanceCycle cycle = new Engine.EngineBench(1e9).Filled().Valued(0.3, 0.3, 0.4);
            terms.Sizer.Size(cycle);
            Assert.Equal(0, cycle.TradeCount);
        }
    }

    [Fact]
    public void Build_TwapWithNothingToDivideBy_IsRefused()
    {
        _sample.With("portfolios[0].sizing", """{ "kind": "twap", "sizer": { "kind": "to-target" }, "coolDown": "00:01:00", "stopBps": 10 }""");
        ConfigProblem problem = Assert.Single(_sample.PolicyProblems());
        Assert.Equal("portfolios[0].sizing.slices", problem.Path);
        Assert.Contains("maxSliceNumeraire", problem.Wanted);
    }

    [Theory]
    [InlineData("\"maxSliceNumeraire\": 0", "maxSliceNumeraire")]
    [InlineData("\"maxSliceNumeraire\": 5000, \"slices\": 0.5", "slices")]
    public void Build_TwapOneMistake_IsTold(string fields, string path)
    {
        _sample.With("portfolios[0].sizing", $$"""{ "kind": "twap", "sizer": { "kind": "to-target" }, {{fields}}, "coolDown": "00:01:00", "stopBps": 10 }""");

        Assert.Equal($"portfolios[0].sizing.{path}", Assert.Single(_sample.PolicyProblems()).Path);
    }
}
