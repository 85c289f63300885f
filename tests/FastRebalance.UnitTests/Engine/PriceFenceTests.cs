using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine;

public class PriceFenceTests
{
    private const double Band = 0.02;

    private readonly DriftBandTrigger _trigger = new(new DriftBandTrigger.Options { AbsoluteBps = Band * 10_000 });

    [Fact]
    public void Fence_DriftBand_IsTheWorstThatPricesCanDo()
    {
        Random random = new(21);
        for (int round = 0; round < 500; round++)
        {
            (double[] values, double[] targets) = Portfolio(random, 2 + random.Next(8));
            RebalanceCycle cycle = Cycle(values, targets);
            Assert.False(_trigger.Fires(cycle));
            double move = _trigger.Fence(cycle).PriceMove;

            Assert.False(FiresInAnyCorner(values, targets, move * (1 - 1e-9)), $"round {round}: fires inside {move:R}");
            Assert.True(FiresInAnyCorner(values, targets, move * (1 + 1e-6)), $"round {round}: {move:R} is less than it could be");
        }
    }

    [Fact]
    public void Fence_ShortPosition_AsksEveryTime() =>
        Assert.Equal(TriggerFence.None, _trigger.Fence(Cycle([1.01, -0.01], [1, 0])));

    [Fact]
    public void Fence_OneTriggerWithout_AsksEveryTime()
    {
        TriggerSet set = new([_trigger, new Silent()]);

        Assert.Equal(0, set.Fence(Cycle([0.5, 0.5], [0.5, 0.5])).PriceMove);
    }

    [Fact]
    public void Pass_PriceInside_Stands()
    {
        PriceFence fence = Drawn(0.01);

        fence.Pass(0, 100.99);
        fence.Pass(1, 198.02);

        Assert.True(fence.Holds(0));
    }

    [Theory]
    [InlineData(101.01)]
    [InlineData(98.99)]
    [InlineData(double.NaN)]
    public void Pass_PriceOutside_Falls(double price)
    {
        PriceFence fence = Drawn(0.01);

        fence.Pass(0, price);
        fence.Pass(0, 100);

        Assert.False(fence.Holds(0));
    }

    [Fact]
    public void Holds_ItsTimeHasCome_DoesNot()
    {
        PriceFence fence = new(2);
        fence.Draw(new TriggerFence(double.PositiveInfinity, 1_000), [100, 200]);

        Assert.True(fence.Holds(999));
        Assert.False(fence.Holds(1_000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Draw_NoRoomToMove_DoesNotStand(double move)
    {
        PriceFence fence = Drawn(0.01);

        fence.Draw(new TriggerFence(move, long.MaxValue), [100, 200]);

        Assert.False(fence.Holds(0));
    }

    [Fact]
    public void Apply_AnythingButAPrice_Falls()
    {
        MarketState market = new EngineBench().Filled().Market;
        foreach (MarketEventKind kind in Enum.GetValues<MarketEventKind>().Except([MarketEventKind.Price, MarketEventKind.ReferencePrice]))
        {
            market.Fence.Draw(TriggerFence.Endless, market.Prices);
            Assert.True(market.Fence.Holds(0));

            market.Apply(new MarketEvent { Kind = kind });

            Assert.False(market.Fence.Holds(0), $"{kind} left it standing");
        }
    }

    [Fact]
    public void Apply_APriceToCompareWith_LeavesItStanding()
    {
        MarketState market = new EngineBench().Filled().Market;
        market.Fence.Draw(TriggerFence.Endless, market.Prices);
        MarketEvent e = new() { Kind = MarketEventKind.ReferencePrice, Subject = EngineBench.Weth.Value, UnixNs = EngineBench.StartUnixNs };
        e.Price.NumerairePerToken = 1;

        Assert.Equal(ApplyVerdict.Applied, market.Apply(in e));

        Assert.Equal(1, market.ReferencePrices[EngineBench.Weth.Index]);
        Assert.Equal(2500, market.Prices[EngineBench.Weth.Index]);
        Assert.True(market.Fence.Holds(0));
    }

    [Fact]
    public void OnEvent_PricesInside_AreAnsweredByTheFence()
    {
        PoolBench bench = new PoolBench().AtTarget();
        for (int i = 0; i < 10; i++)
            bench.Tick(PoolBench.Weth, 2500 + i);

        Assert.Equal(10, bench.Pipeline.Evaluation.FencedPasses);
    }

    private static PriceFence Drawn(double move)
    {
        PriceFence fence = new(2);
        fence.Draw(new TriggerFence(move + 1e-8, long.MaxValue), [100, 200]);
        Assert.True(fence.Holds(0));
        return fence;
    }

    /// <summary>Values inside the band, adding up to about one, the last asset like any other.</summary>
    private static (double[] Values, double[] Targets) Portfolio(Random random, int assets)
    {
        double[] raw = [.. Enumerable.Range(0, assets).Select(_ => 0.2 + random.NextDouble())];
        double[] targets = [.. raw.Select(r => r / raw.Sum())];
        double[] values = [.. targets.Select(t => t + (random.NextDouble() - 0.5) * Band / assets)];
        return (values, targets);
    }

    /// <summary>One asset against all others, both ways: the corners in which a weight moves most.</summary>
    private bool FiresInAnyCorner(double[] values, double[] targets, double move)
    {
        for (int asset = 0; asset < values.Length; asset++)
            foreach (double sign in new[] { 1.0, -1.0 })
                if (_trigger.Fires(Cycle([.. values.Select((v, i) => v * (1 + (i == asset ? sign : -sign) * move))], targets)))
                    return true;
        return false;
    }

    private static RebalanceCycle Cycle(double[] values, double[] targets)
    {
        EngineSetup setup = new([.. values.Select((_, i) => new EngineAsset($"A{i}", 18))], [], AssetId.FromIndex(0), AssetId.FromIndex(0), 1);
        RebalanceCycle cycle = new(new MarketState(setup), new RiskBounds(1, new Bps(1)), AssetId.FromIndex(0));
        double total = values.Sum();
        for (int i = 0; i < values.Length; i++)
        {
            cycle.Targets[i] = targets[i];
            cycle.Weights[i] = values[i] / total;
            cycle.MaxDrift = Math.Max(cycle.MaxDrift, Math.Abs(cycle.Weights[i] - targets[i]));
        }
        return cycle;
    }

    private sealed class Silent : ITrigger
    {
        public bool Fires(RebalanceCycle cycle) => false;
    }
}
