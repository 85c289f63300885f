using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine.Triggers;

public class TriggerTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    [Theory]
    [InlineData(0.0099, false)]
    [InlineData(0.01, false)] // on the band is inside it
    [InlineData(0.0101, true)]
    [InlineData(double.NaN, false)]
    public void DriftBand_MaxDrift_FiresOnlyOutside(double drift, bool fires)
    {
        DriftBandTrigger trigger = new(new DriftBandTrigger.Options { AbsoluteBps = 100 });
        _bench.Cycle.MaxDrift = drift;

        Assert.Equal(fires, trigger.Fires(_bench.Cycle));
    }

    [Fact]
    public void Interval_TimePasses_FiresOncePerIntervalAfterAnOrder()
    {
        IntervalTrigger trigger = new(new IntervalTrigger.Options { Every = TimeSpan.FromSeconds(10) });
        Assert.False(trigger.Fires(_bench.Cycle));

        Pass(seconds: 9);
        Assert.False(trigger.Fires(_bench.Cycle));
        Pass(seconds: 1);
        Assert.True(trigger.Fires(_bench.Cycle));

        _bench.Market.Orders.Open(_bench.NowUnixNs);
        Assert.False(trigger.Fires(_bench.Cycle));
        Pass(seconds: 10);
        Assert.True(trigger.Fires(_bench.Cycle));
    }

    [Fact]
    public void Interval_DriftBelowMinimum_PassesTheTurnOver()
    {
        IntervalTrigger trigger = new(new IntervalTrigger.Options { Every = TimeSpan.FromSeconds(10), MinimumDriftBps = 20 });
        trigger.Fires(_bench.Cycle);
        Pass(seconds: 10);

        _bench.Cycle.MaxDrift = 0.0019;
        Assert.False(trigger.Fires(_bench.Cycle));
        _bench.Cycle.MaxDrift = 0.0020;
        Assert.True(trigger.Fires(_bench.Cycle));
    }

    [Fact]
    public void Set_SeveralFire_NamesTheFirst()
    {
        TriggerSet set = new([new Fixed(false), new Fixed(true), new Fixed(true)]);

        Assert.Equal(2, set.FirstThatFires(_bench.Cycle));
    }

    [Fact]
    public void Set_NoneFires_NamesNone() => Assert.Equal(0, new TriggerSet([new Fixed(false)]).FirstThatFires(_bench.Cycle));

    private void Pass(int seconds)
    {
        _bench.NowUnixNs += seconds * EngineBench.SecondNs;
        _bench.Head(_bench.Block + 1);
    }

    private sealed class Fixed(bool fires) : ITrigger
    {
        public bool Fires(RebalanceCycle cycle) => fires;
    }
}
