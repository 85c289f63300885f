using FastRebalance.Reloading;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Reloading;

/// <summary>What a run takes up of a changed file, and what it refuses and why.</summary>
public sealed class NextConfigurationTests
{
    private const string P = "portfolios[0].";
    private const string TippJson = """{ "kind": "tipp", "floorFraction": 0.8, "multiplier": 3, "risky": { "WETH": 1 } }""";

    [Theory]
    [InlineData(P + "target.weights.WETH", "0.5", null)] // the same
    [InlineData("$schema", "\"schema.json\"", null)]
    [InlineData("backtest", "{ \"seed\": 3 }", null)]
    [InlineData(P + "risk.maxSlippageBps", "50.0", null)] // however it is written
    public void Judge_NothingThatARunReads_IsUnchanged(string path, string json, string? differences)
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((path, json));

        Assert.Null(differences);
        Assert.Equal((ReloadLine.Unchanged, 0), (next.Outcome, next.Differences.Count));
    }

    [Theory]
    [InlineData(P + "triggers[0].absoluteBps", "20", "100", "20")]
    [InlineData(P + "sizing", """{ "kind": "to-edge", "absoluteBps": 10 }""", null, null)]
    [InlineData(P + "constraints", """{ "minTradeNumeraire": 10 }""", "nothing", """{"minTradeNumeraire":10}""")]
    [InlineData(P + "risk.maxSlippageBps", "10", "50", "10")]
    [InlineData(P + "risk.maxDrawdownBps", "500", "nothing", "500")]
    [InlineData(P + "risk.maxPriceAge", "\"00:00:20\"", "\"00:00:12\"", "\"00:00:20\"")]
    [InlineData(P + "safety", """{ "triggers": [ { "kind": "drift-band", "absoluteBps": 900 } ] }""", "nothing", null)]
    [InlineData(P + "triggers", """[ { "kind": "interval", "every": "01:00:00" } ]""", null, null)]
    [InlineData(P + "target", """{ "kind": "equal-weights" }""", null, null)]
    [InlineData("submit.deadlineSeconds", "30", "45", "30")]
    public void Judge_WhatThePortfolioIsHeldTo_IsTaken(string path, string json, string? before, string? after)
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((path, json));

        Assert.True(next.Outcome == ReloadLine.Taken, string.Join("; ", next.Problems.Select(p => p.ToString()).Concat(next.Differences.Select(d => $"{d} {d.Refusal}"))));
        Assert.NotNull(next.Policy);
        Assert.All(next.Differences, difference => Assert.StartsWith(path, difference.Path));
        if (before is not null)
            Assert.Equal(before, Assert.Single(next.Differences).Before);
        if (after is not null)
            Assert.Equal(after, Assert.Single(next.Differences).After);
    }

    [Fact]
    public void Judge_OtherWeights_NamesEach()
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((P + "target.weights", """{ "WETH": 0.4, "WBTC": 0.2, "USDC": 0.4 }"""));

        Assert.Equal(ReloadLine.Taken, next.Outcome);
        Assert.Equal(["portfolios[0].target.weights.WETH: 0.5 → 0.4", "portfolios[0].target.weights.USDC: 0.3 → 0.4"], next.Differences.Select(static d => d.ToString()));
    }

    [Theory]
    [InlineData("chain.id", "1", "31337", "1", "orders, nonces and the journal belong to one chain: stop and start again")]
    [InlineData("chain.profile", "\"mainnet\"", "nothing", "\"mainnet\"", "connections")]
    [InlineData("chain.endpoints", "[\"ws://127.0.0.1:9/secret-key\"]", "…", "…", "connections")]
    [InlineData("account.passwordFile", "\"desk.json\"", "…", "…", "nonces")]
    [InlineData("contracts.swapRouter02", "\"0x00000000000000000000000000000000000000f2\"", null, null, "names the contract")]
    [InlineData("numeraire", "\"WBTC\"", "\"USDC\"", "\"WBTC\"", "counted in it")]
    [InlineData("native", "\"WBTC\"", "\"WETH\"", "\"WBTC\"", "gas")]
    [InlineData("assets[1].decimals", "9", "8", "9", "by their place")]
    [InlineData("pools[1].feePips", "3000", "2500", "3000", "by their place")]
    [InlineData("submit.maxFeePerGasGwei", "300", "200", "300", "the senders")]
    [InlineData("submit.channels", """[ { "kind": "public" }, { "kind": "public" } ]""", "nothing", "…", "channels")]
    [InlineData("engine.topology", "\"staged\"", "\"fused\"", "\"staged\"", "threads")]
    [InlineData("engine.journal", "\"other/\"", "\"journal/\"", "\"other/\"", "one journal")]
    [InlineData("portfolios[0].name", "\"other\"", "\"core\"", "\"other\"", "name")]
    [InlineData("portfolios[0].planner", """{ "every": "00:02:00" }""", "nothing", null, "planner")]
    public void Judge_WhatARunIsBuiltOn_IsRefusedWithTheReason(string path, string json, string? before, string? after, string reason)
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((path, json));

        Assert.True(next.Outcome == ReloadLine.Refused, string.Join("; ", next.Problems));
        ConfigDifference difference = Assert.Single(next.Differences);
        Assert.StartsWith(path, difference.Path);
        Assert.Contains(reason, difference.Refusal);
        Assert.EndsWith(": stop and start again", difference.Refusal);
        Assert.Equal(before ?? difference.Before, difference.Before);
        Assert.Equal(after ?? difference.After, difference.After);
    }

    [Fact]
    public void Judge_BandAndChain_TakesNeitherAndNamesBoth()
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((P + "triggers[0].absoluteBps", "20"), ("chain.id", "1"));

        Assert.Equal(ReloadLine.Refused, next.Outcome);
        Assert.Equal(["chain.id", "portfolios[0].triggers[0].absoluteBps"], next.Differences.Select(static d => d.Path));
        Assert.Equal([true, false], next.Differences.Select(static d => d.Refusal is not null));
    }

    [Theory]
    [InlineData("{ \"chain\":", "text that is not JSON")]
    [InlineData("[]", "found")]
    [InlineData("{ \"portfolios\": 5, \"assets\": {} }", "found")]
    [InlineData("{ \"portfolios\": [ 3 ] }", "found")]
    public void Judge_NoConfiguration_IsBroken(string text, string says)
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Judge(text);

        Assert.Equal((ReloadLine.Broken, null, 0), (next.Outcome, next.Policy, next.Differences.Count));
        Assert.Contains(says, string.Join(' ', next.Problems));
    }

    [Fact]
    public void Judge_TwoMistakes_IsBrokenAndNamesBoth()
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((P + "triggers[0].absoluteBps", "-3"), (P + "risk.maxSlippageBps", "\"wide\""));

        Assert.Equal(ReloadLine.Broken, next.Outcome);
        Assert.Contains(next.Problems, static p => p.Path.StartsWith("portfolios[0].triggers[0]", StringComparison.Ordinal));
        Assert.Contains(next.Problems, static p => p.Path == "portfolios[0].risk.maxSlippageBps");
    }

    [Fact]
    public void Judge_FloorThatRemembers_RefusesAnotherTarget()
    {
        using ReloadBench bench = new((P + "target", TippJson));

        NextConfiguration next = bench.Change((P + "target.multiplier", "4"));

        Assert.Equal(ReloadLine.Refused, next.Outcome);
        Assert.Contains("tipp remembers its floor", Assert.Single(next.Differences).Refusal);
        Assert.Equal(ReloadLine.Taken, bench.Change((P + "target.multiplier", "3"), (P + "triggers[0].absoluteBps", "50")).Outcome);
    }

    [Fact]
    public void Judge_PlannedTarget_RefusesAnotherAndOneWhereNoneWas()
    {
        const string Planned = """{ "kind": "inverse-volatility", "cash": 0.3 }""";
        using ReloadBench bench = new((P + "target", Planned));
        Assert.Contains("makes its plans for this target", Assert.Single(bench.Change((P + "target.cash", "0.2")).Differences).Refusal);
        Assert.Equal(ReloadLine.Taken, bench.Change((P + "target.cash", "0.3"), (P + "triggers[0].absoluteBps", "50")).Outcome);

        using ReloadBench fixedWeights = new();
        NextConfiguration next = fixedWeights.Change((P + "target", Planned));
        Assert.Equal(ReloadLine.Refused, next.Outcome);
        Assert.Contains(next.Differences, static d => d.Path == "portfolios[0].planner" && d.Refusal!.Contains("no planner was started"));
    }

    [Fact]
    public void Judge_PositionWithDebt_RefusesWhateverItIsHeldTo()
    {
        using ReloadBench bench = new(PositionSectionTests.Leveraged());

        NextConfiguration next = bench.Change((P + "risk.maxSlippageBps", "10"));

        Assert.Equal(ReloadLine.Refused, next.Outcome);
        Assert.Contains("has a debt", Assert.Single(next.Differences).Refusal);
    }

    [Fact]
    public void Judge_UnchangedPlugins_AreTakenOverWithWhatTheyRemember()
    {
        using ReloadBench bench = new(
            (P + "triggers", """[ { "kind": "drift-band", "absoluteBps": 100 }, { "kind": "interval", "every": "01:00:00" } ]"""));

        NextConfiguration next = bench.Change((P + "triggers[0].absoluteBps", "20"), (P + "risk.maxSlippageBps", "10"));

        Assert.Equal(ReloadLine.Taken, next.Outcome);
        Assert.NotSame(bench.Running.Policy.Triggers[0], next.Policy!.Triggers[0]);
        Assert.Same(bench.Running.Policy.Triggers[1], next.Policy.Triggers[1]);
        Assert.Same(bench.Running.Policy.Target, next.Policy.Target);
        Assert.Same(bench.Running.Policy.Sizer, next.Policy.Sizer);
    }

    [Fact]
    public void Judge_TwinTriggers_AreEachTakenOverOnce()
    {
        using ReloadBench bench = new(
            (P + "triggers", """[ { "kind": "interval", "every": "01:00:00" } ]"""));

        NextConfiguration next = bench.Change(
            (P + "triggers", """[ { "kind": "interval", "every": "01:00:00" }, { "kind": "interval", "every": "01:00:00" } ]"""));

        Assert.Same(bench.Running.Policy.Triggers[0], next.Policy!.Triggers[0]);
        Assert.NotSame(next.Policy.Triggers[0], next.Policy.Triggers[1]);
    }

    [Fact]
    public void Judge_OtherConstraints_MakesSizersAnew()
    {
        using ReloadBench bench = new();

        NextConfiguration next = bench.Change((P + "constraints", """{ "minTradeNumeraire": 10 }"""));

        Assert.NotSame(bench.Running.Policy.Sizer, next.Policy!.Sizer);
    }
}
