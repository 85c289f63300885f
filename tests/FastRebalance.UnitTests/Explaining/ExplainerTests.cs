using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Explaining;
using FastRebalance.Hosting;
using FastRebalance.UnitTests.Configuration;
using FastRebalance.UnitTests.Engine;

namespace FastRebalance.UnitTests.Explaining;

/// <summary>Explanations of the sample configuration (50 % WETH, 20 % WBTC, 30 % USDC, 100 bps around each) on events over real pools.</summary>
public sealed class ExplainerTests : IDisposable
{
    private readonly SampleConfig _sample = new();
    private readonly PoolBench _bench = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void After_FarFromTarget_TellsWhatFiresWhatIsTradedAndWhatEachCheckSays()
    {
        _bench.Started();

        Explanation told = Explain();

        // 250000 WETH, 300000 WBTC and 50000 USDC: WBTC is 30 % over.
        Assert.Equal("order", told.Verdict);
        Assert.Equal(600_000, told.ValueNumeraire, 6);
        Assert.Equal(3_000, told.Assets[1].DriftBps, 6);
        Assert.Equal(0.2, told.Assets[1].Target);
        TriggerLine trigger = Assert.Single(told.Triggers);
        Assert.Equal(("economic", 1, "drift-band", true, "3000 of 100 bps"), (trigger.Tier, trigger.Place, trigger.Kind, trigger.Fires, trigger.Reading));
        Assert.Equal(["WBTC", "WBTC"], told.Trades.Select(t => t.Sell));
        Assert.Equal(["KillSwitch", "PriceAge", "TradeSize", "CoolDown", "GasBudget", "PostTrade"], told.Checks.Select(c => c.Check));
        Assert.All(told.Checks, check => Assert.Equal("approved", check.Answer));
        Assert.Equal("found", told.Route);
        Assert.NotEmpty(told.Legs);
        Assert.All(told.NextPrices, next => Assert.Equal((0, "economic 1: drift-band"), (next.Up!.DistancePercent, next.Up.Trigger)));
    }

    /// <summary>
    /// When one price moves by a factor r, its weight becomes w r / (1 + w (r - 1)) and every other w' / (1 + w (r - 1)); the band of the
    /// one is left at r = u (1 - w) / (w (1 - u)), that of another at r = 1 + (w' / l - 1) / w. The nearest counts.
    /// </summary>
    [Fact]
    public void After_AtTarget_NextPricesAreThoseOfTheClosedForm()
    {
        _bench.AtTarget();
        double[] targets = [0.5, 0.2, 0.3];

        Explanation told = Explain();

        Assert.Equal("insideBand", told.Verdict);
        Assert.Equal(["WETH", "WBTC"], told.NextPrices.Select(n => n.Asset));
        for (int i = 0; i < told.NextPrices.Count; i++)
        {
            NextPriceLine next = told.NextPrices[i];
            double up = NearestFactor(i, targets, 0.01), down = NearestFactor(i, targets, -0.01);
            Assert.Equal(up, next.Up!.Price / next.Price, 8);
            Assert.Equal(down, next.Down!.Price / next.Price, 8);
            Assert.Equal((up - 1) * 100, next.Up.DistancePercent, 6);
            Assert.Equal((down - 1) * 100, next.Down.DistancePercent, 6);
            Assert.Equal("economic 1: drift-band", next.Up.Trigger);
        }
    }

    [Theory]
    [InlineData(0, +1, 1e-6, true)]
    [InlineData(0, +1, -1e-6, false)]
    [InlineData(1, -1, 1e-6, true)]
    [InlineData(1, -1, -1e-6, false)]
    public void After_AtItsOwnNextPrice_FiresJustBeyondAndNotBefore(int asset, int direction, double beyond, bool fires)
    {
        _bench.AtTarget();
        NextPriceLine next = Explain().NextPrices[asset];
        double price = direction > 0 ? next.Up!.Price : next.Down!.Price;

        Explanation told = Explain(new WhatIfPrice(AssetId.FromIndex(asset), price * (1 + (direction * beyond))));

        Assert.Equal(fires, told.Triggers[0].Fires);
    }

    [Fact]
    public void After_BandThatNoPriceCanLeave_HasNoNextPrice()
    {
        _bench.AtTarget();
        _sample.With("portfolios[0].triggers[0].absoluteBps", "9000");

        Assert.All(Explain().NextPrices, next => Assert.Equal((null, null), (next.Up, next.Down)));
    }

    [Fact]
    public void After_GivenPrice_IsWhatTheDecisionIsMadeOn()
    {
        _bench.AtTarget();

        Explanation told = Explain(new WhatIfPrice(PoolBench.Weth, 1590));

        Assert.True(told.Assets[0].IsGiven);
        Assert.False(told.Assets[1].IsGiven);
        Assert.Equal(1590, told.Assets[0].Price);
        Assert.Equal((120 * 1590) + 120_000 + 180_000, told.ValueNumeraire, 6);
        Assert.True(told.Triggers[0].Fires);
        Assert.NotEmpty(told.Trades);
    }

    [Fact]
    public void After_PausedAndStale_EveryCheckAnswersForItself()
    {
        _bench.Started();
        for (int second = 0; second < 13; second++)
        {
            _bench.Price(PoolBench.Weth, 2500);
            _bench.EndBlock();
        }
        MarketEvent pause = new() { Kind = MarketEventKind.Operator, Command = OperatorCommand.Pause };

        Explanation told = Explain([pause]);

        Assert.Equal("refused", told.Verdict);
        Assert.Equal("Refused: KillSwitch", told.Reason);
        Assert.Equal(
            [("killSwitch", ""), ("stalePrice", "WBTC"), ("approved", ""), ("approved", ""), ("approved", ""), ("approved", "")],
            told.Checks.Select(c => (c.Answer, c.Asset)));
        Assert.Equal("unrouted", told.Route);
        Assert.Equal("Refused: StalePrice (WBTC)", Explain().Reason);
    }

    [Fact]
    public void After_NothingKnown_SaysThatItIsNotReady()
    {
        Explanation told = Explain([new MarketEvent { Kind = MarketEventKind.Head, BlockNumber = 7 }]);

        Assert.Equal("notReady", told.Verdict);
        Assert.Equal(7ul, told.Block);
        Assert.Empty(told.NextPrices);
        Assert.False(told.Triggers[0].Fires);
    }

    private Explanation Explain(params WhatIfPrice[] prices) => Explain([], prices);

    /// <summary>Whatever is told, it can be written as JSON.</summary>
    private Explanation Explain(MarketEvent[] more, params WhatIfPrice[] prices)
    {
        Explanation told = Explainer.After(_sample.Read(), PoolBenchSetup.Of(_bench), _bench.Sent.Select(s => s.Event).Concat(more), prices);
        Assert.NotEmpty(JsonSerializer.Serialize(told, ExplanationJson.Default.Explanation));
        return told;
    }

    private static double NearestFactor(int moved, double[] weights, double band)
    {
        double w = weights[moved];
        double own = (w + band) * (1 - w) / (w * (1 - w - band));
        double others = Enumerable.Range(0, weights.Length).Where(i => i != moved)
            .Select(i => 1 + (((weights[i] / (weights[i] - band)) - 1) / w))
            .MinBy(r => Math.Abs(r - 1));
        return Math.Abs(own - 1) < Math.Abs(others - 1) ? own : others;
    }
}
