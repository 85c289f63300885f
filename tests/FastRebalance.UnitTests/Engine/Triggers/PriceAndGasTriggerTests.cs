using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine.Triggers;

public class PriceAndGasTriggerTests
{
    private const double Gwei = 1e9;

    private readonly EngineBench _bench = new EngineBench().Filled();

    [Fact]
    public void PriceLevel_OneShot_IsSpentByAnOrder()
    {
        PriceLevelTrigger trigger = new(new() { Asset = "WETH", Above = 2600 }, EngineBench.Symbols);

        Assert.False(FiresAt(trigger, 2600)); // on it is not above it
        Assert.True(FiresAt(trigger, 2601));
        Assert.True(FiresAt(trigger, 2610)); // no order yet
        Assert.False(FiresAt(trigger, 2590)); // back before one
        Assert.True(FiresAt(trigger, 2601));
        _bench.Market.Orders.Open(_bench.NowUnixNs);
        Assert.False(FiresAt(trigger, 2700));
        Assert.False(FiresAt(trigger, 1000));
        Assert.False(FiresAt(trigger, 2700));
        Assert.Equal(TriggerFence.Endless, trigger.Fence(_bench.Cycle));
    }

    [Fact]
    public void PriceLevel_ReArming_FiresAgainAfterThePriceCameBack()
    {
        PriceLevelTrigger trigger = new(new() { Asset = "WETH", Below = 2400, ReArmBps = 100 }, EngineBench.Symbols);

        Assert.True(FiresAt(trigger, 2390));
        _bench.Market.Orders.Open(_bench.NowUnixNs);
        Assert.False(FiresAt(trigger, 2390));
        Assert.False(FiresAt(trigger, 2423));
        Assert.Equal(2424.0 / 2423 - 1, trigger.Fence(_bench.Cycle).PriceMove, 12);
        Assert.False(FiresAt(trigger, 2390)); // it had come back by less than a hundredth
        Assert.False(FiresAt(trigger, 2425));
        Assert.True(FiresAt(trigger, 2390));
    }

    [Fact]
    public void Gas_BaseFee_FiresBelowTheLimit()
    {
        GasTrigger trigger = new(new() { MaxGwei = 20 });
        Assert.False(trigger.Fires(new EngineBench().Cycle)); // no block yet: zero is not cheap

        Assert.False(FiresAtFee(trigger, 20));
        Assert.True(FiresAtFee(trigger, 19.9));
        Assert.Equal(new TriggerReading(19.9, 20, TriggerUnit.Gwei, FiresBelow: true), trigger.Read(_bench.Cycle));
    }

    // 200000 units at 2500 numeraire per coin: 0.5 numeraire per gwei.
    [Fact]
    public void Gas_FractionOfAverage_FollowsTheNativeCoinsPrice()
    {
        GasTrigger trigger = new(new() { FractionOfAverage = 0.5, GasUnits = 200_000 });
        Assert.False(FiresAtFee(trigger, 1));
        Assert.Equal(TriggerFence.Endless, trigger.Fence(_bench.Cycle)); // until a plan tells the average

        _bench.Plan(PlanParts.Estimates, new PlanAsset[3], averageGas: 20);

        Assert.True(FiresAtFee(trigger, 19.9));
        Assert.False(FiresAtFee(trigger, 25));
        Assert.Equal(0.2, trigger.Fence(_bench.Cycle).PriceMove, 12);
        _bench.Price(EngineBench.Weth, 1999);
        Assert.True(trigger.Fires(_bench.Cycle));
    }

    // Risk aversion 5, half the portfolio at a volatility of 80 %, costs of 30 bps and gas of 1e-4 of it. The region was solved outside, by
    // minimisation of the loss (0.072406 and 0.017317); at its edge a trade is worth exactly that gas, and less inside.
    [Theory]
    [InlineData(0.0722, 1, false)]
    [InlineData(0.0726, 1, true)]
    [InlineData(0.0600, 1, false)]
    [InlineData(0.0600, 0.5, true)] // cheap now
    [InlineData(0.0722, 1.1, false)]
    [InlineData(0.0750, 3, false)] // dear now: wait
    [InlineData(0.3000, 2.8, true)] // but not for ever
    [InlineData(0.3000, 2.9, false)]
    [InlineData(0.0170, 0, false)] // there is nothing to trade
    public void CostBenefit_EdgeOfTheRegion_IsWorthTheGasOfTheDay(double drift, double gasOverAverage, bool fires)
    {
        const double riskPrice = 5 * 0.8 * 0.8, h = 0.072406, r = 0.017317;
        PlanAsset weth = new()
        {
            TriggerDrift = h,
            LandingDrift = r,
            DriftVariance = 0.8 * 0.8 * 0.0625,
            RiskPrice = riskPrice,
            LossRate = riskPrice * ((h * h) + (h * r) + (r * r)) / 6,
            Cost = 0.003,
        };
        _bench.Plan(PlanParts.Regions, [weth, default, default], averageGas: 60);
        CostBenefitTrigger trigger = new(new() { GasUnits = 1_000_000, DearGasLasts = TimeSpan.FromHours(12) });
        _bench.Weighed([0.5 + drift, 0.2, 0.3 - drift], [0.5, 0.2, 0.3]);

        // 1e-4 of 600000 is 60 numeraire: 24 gwei on a million units at 2500.
        Assert.Equal(fires, FiresAtFee(trigger, 24 * gasOverAverage));
        TriggerReading reading = trigger.Read(_bench.Cycle);
        Assert.Equal(60 * gasOverAverage, reading.Limit, 6);
        Assert.Equal(fires, reading.Value > reading.Limit);
    }

    private bool FiresAt(ITrigger trigger, double price)
    {
        _bench.Price(EngineBench.Weth, price);
        return trigger.Fires(_bench.Cycle);
    }

    private bool FiresAtFee(ITrigger trigger, double gwei)
    {
        _bench.Head(_bench.Block + 1, (ulong)(gwei * Gwei));
        return trigger.Fires(_bench.Cycle);
    }
}
