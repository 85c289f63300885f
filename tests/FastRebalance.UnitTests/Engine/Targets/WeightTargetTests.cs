using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Targets;

namespace FastRebalance.UnitTests.Engine.Targets;

/// <summary>Equal weights, market capitalisation, and weights from outside.</summary>
public sealed class WeightTargetTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    [Fact]
    public void EqualWeights_SomeNamed_ShareEqually() =>
        AssertTargets([0.5, 0, 0.5], new EqualWeightsTarget(new() { Assets = ["USDC", "WETH"] }, EngineBench.Symbols));

    [Fact]
    public void EqualWeights_NoneNamed_EveryAssetHasTheSame() =>
        AssertTargets([1 / 3.0, 1 / 3.0, 1 / 3.0], new EqualWeightsTarget(new(), EngineBench.Symbols));

    // 120 at 2500 and 15 at 60000: 300 000 and 900 000.
    [Fact]
    public void MarketCap_PricesMove_WeightsFollow()
    {
        MarketCapTarget target = MarketCap(new() { Supplies = new() { ["WETH"] = 120, ["WBTC"] = 15 } });
        AssertTargets([0.25, 0.75, 0], target);
        _bench.Price(EngineBench.Weth, 7500);
        AssertTargets([0.5, 0.5, 0], target);
        Assert.False(((ITarget)target).IsConstant);
    }

    [Fact]
    public void MarketCap_CashAside_SharesTheRest() =>
        AssertTargets([0.225, 0.675, 0.1], MarketCap(new() { Supplies = new() { ["WETH"] = 120, ["WBTC"] = 15 }, Cash = 0.1 }));

    [Fact]
    public void MarketCap_CapThatFillsThePortfolio_MakesThemEqual() =>
        AssertTargets([0.5, 0.5, 0], MarketCap(new() { Supplies = new() { ["WETH"] = 120, ["WBTC"] = 15 }, MaxWeight = 0.5 }));

    // ffn's limit_weights (tests/test_core.py at ed266d2): .3, .1, .05, .05, .5 with a limit of .3 are .3, .2, .1, .1, .3: the second round
    // caps what the first one lifted to the limit.
    [Fact]
    public void MarketCap_FfnLimitWeights_SameWeights()
    {
        List<string> symbols = ["A", "B", "C", "D", "E", "USDC"];
        EngineSetup setup = new([.. symbols.Select(s => new EngineAsset(s, 18))], [], AssetId.FromIndex(5), AssetId.FromIndex(0), 1);
        MarketState market = new(setup);
        for (int i = 0; i < 5; i++)
        {
            MarketEvent e = new() { Kind = MarketEventKind.Price, Subject = AssetId.FromIndex(i).Value, UnixNs = 1 };
            e.Price.NumerairePerToken = 1;
            market.Apply(in e);
        }
        RebalanceCycle cycle = new(market, new(1, new(1)), AssetId.FromIndex(5));
        Dictionary<string, double> supplies = new() { ["A"] = 30, ["B"] = 10, ["C"] = 5, ["D"] = 5, ["E"] = 50 };
        new MarketCapTarget(new() { Supplies = supplies, MaxWeight = 0.3 }, symbols, AssetId.FromIndex(5)).Aim(cycle);
        double[] expected = [0.3, 0.2, 0.1, 0.1, 0.3, 0];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], cycle.Targets[i], 1e-12);
    }

    [Fact]
    public void External_NoPlan_IsNotReady() => Assert.False(new ExternalTarget(new()).IsReady(_bench.Cycle));

    [Fact]
    public void External_PlanOfWeights_TakesThem()
    {
        BringTargets(0.2, 0.3, 0.5);
        ExternalTarget target = new(new());
        Assert.True(target.IsReady(_bench.Cycle));
        AssertTargets([0.2, 0.3, 0.5], target);
    }

    [Fact]
    public void External_WeightsTooOld_IsNotReadyUntilNewOnesCome()
    {
        ExternalTarget target = new(new() { MaxAge = TimeSpan.FromMinutes(10) });
        BringTargets(0.2, 0.3, 0.5);
        Pass(TimeSpan.FromMinutes(10));
        Assert.True(target.IsReady(_bench.Cycle));
        Pass(TimeSpan.FromSeconds(1));
        Assert.False(target.IsReady(_bench.Cycle));

        // A plan of other things makes the weights no younger.
        Bring(new PlanReady { Parts = PlanParts.Estimates }, [default, default, default]);
        Assert.False(target.IsReady(_bench.Cycle));

        BringTargets(0.1, 0.4, 0.5);
        Assert.True(target.IsReady(_bench.Cycle));
        AssertTargets([0.1, 0.4, 0.5], target);
    }

    private static MarketCapTarget MarketCap(MarketCapTarget.Options options) => new(options, EngineBench.Symbols, EngineBench.Usdc);

    private void AssertTargets(double[] expected, ITarget target)
    {
        target.Aim(_bench.Cycle);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], _bench.Cycle.Targets[i], 1e-12);
    }

    private void Pass(TimeSpan time)
    {
        _bench.NowUnixNs += (long)time.TotalNanoseconds;
        _bench.Head(_bench.Block + 1);
    }

    private void BringTargets(params double[] weights) =>
        Bring(new PlanReady { Parts = PlanParts.Targets }, [.. weights.Select(w => new PlanAsset { TargetWeight = w })]);

    private void Bring(PlanReady ready, PlanAsset[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
            Apply(new MarketEvent { Kind = MarketEventKind.PlanAsset, Subject = AssetId.FromIndex(i).Value, PlanAsset = lines[i] });
        Apply(new MarketEvent { Kind = MarketEventKind.PlanReady, PlanReady = ready });
    }

    private void Apply(MarketEvent e)
    {
        e.UnixNs = _bench.NowUnixNs;
        Assert.Equal(ApplyVerdict.Applied, _bench.Market.Apply(in e));
    }
}
