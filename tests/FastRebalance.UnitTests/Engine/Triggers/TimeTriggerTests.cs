using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Engine.Triggers;

namespace FastRebalance.UnitTests.Engine.Triggers;

/// <summary>Calendar, hybrid and the wrappers that know time or memory. The bench starts on Tuesday, 2023-11-14, at 22:13:20.</summary>
public class TimeTriggerTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    [Fact]
    public void Calendar_PointPasses_FiresUntilAnOrderAndThenAtTheNext()
    {
        CalendarTrigger trigger = new(new() { Cron = "0 * * * *" });
        Assert.False(Fires(trigger, drift: 0.01));
        Pass(minutes: 46);
        Assert.False(Fires(trigger, drift: 0.01));
        Pass(minutes: 1);
        Assert.True(Fires(trigger, drift: 0.01));
        Pass(minutes: 1);
        Assert.True(Fires(trigger, drift: 0.01)); // no order yet

        _bench.Market.Orders.Open(_bench.NowUnixNs);
        Pass(minutes: 1);
        Assert.False(Fires(trigger, drift: 0.01));
        Pass(minutes: 58);
        Assert.True(Fires(trigger, drift: 0.01));
    }

    [Fact]
    public void Calendar_SmallDriftAtThePoint_PassesItOver()
    {
        CalendarTrigger trigger = new(new() { Cron = "0 * * * *", MinimumDriftBps = 50 });
        Fires(trigger, drift: 0);
        Pass(minutes: 47);
        Assert.False(Fires(trigger, drift: 0.004));
        Pass(minutes: 1);
        Assert.False(Fires(trigger, drift: 0.02)); // not before the next
        Pass(minutes: 60);
        Assert.True(Fires(trigger, drift: 0.02));
    }

    [Fact]
    public void Calendar_WindowCloses_WaitsForTheNext()
    {
        CalendarTrigger trigger = new(new() { Cron = "0 23 * * *", Window = TimeSpan.FromMinutes(10) });
        Fires(trigger, drift: 0.01);
        Pass(minutes: 47);
        Assert.True(Fires(trigger, drift: 0.01));
        Pass(minutes: 10);
        Assert.False(Fires(trigger, drift: 0.01));
        Pass(minutes: 24 * 60);
        Assert.False(Fires(trigger, drift: 0.01)); // nobody looked while it was open
        Pass(minutes: (24 * 60) - 8);
        Assert.True(Fires(trigger, drift: 0.01));
    }

    // LEAN's PortfolioConstructionModel with a rebalancing function that gives the next UTC time: due when that time has come, and asked
    // for the next one after each rebalance. Its tests step by days; Expiry.EndOfMonth is the first of the next month at midnight.
    [Fact]
    public void Calendar_AsLeansEndOfMonth_IsDueOnceAMonth()
    {
        CalendarTrigger trigger = new(new() { Cron = "0 0 1 * *" });
        List<DateTime> rebalanced = [];
        for (int day = 0; day < 100; day++)
        {
            if (Fires(trigger, drift: 0))
            {
                rebalanced.Add(DateTime.UnixEpoch.AddTicks(_bench.NowUnixNs / 100));
                _bench.Market.Orders.Open(_bench.NowUnixNs);
            }
            Pass(minutes: day == 0 ? 107 : 24 * 60); // first to midnight
        }

        Assert.Equal(["2023-12-01", "2024-01-01", "2024-02-01"], rebalanced.Select(t => $"{t:yyyy-MM-dd}"));
    }

    [Fact]
    public void Hybrid_Both_NeedsTimeAndDrift()
    {
        HybridTrigger trigger = new(new() { When = "both", Every = TimeSpan.FromHours(1), AbsoluteBps = 100 }, PolicyTier.Economic);
        Assert.False(Fires(trigger, drift: 0.05));
        Pass(minutes: 60);
        Assert.False(Fires(trigger, drift: 0.009));
        Assert.True(Fires(trigger, drift: 0.011));
    }

    // The rule of Index Coop's FlexibleLeverageStrategyExtension: rebalance when the interval has passed or the ratio is out of its range.
    [Fact]
    public void Hybrid_Either_TakesTimeOrDrift()
    {
        HybridTrigger trigger = new(
            new() { When = "either", Every = TimeSpan.FromDays(1), AbsoluteBps = 1500, MinimumDriftBps = 10 }, PolicyTier.Economic);
        Assert.False(Fires(trigger, drift: 0.14));
        Assert.True(Fires(trigger, drift: 0.16));
        Pass(minutes: 24 * 60);
        Assert.True(Fires(trigger, drift: 0.14));
        Assert.False(Fires(trigger, drift: 0.0009));
    }

    [Fact]
    public void CoolDown_AfterAnOrder_IsSilentForItsTime()
    {
        CoolDownTrigger trigger = new(new DriftBandTrigger(new() { AbsoluteBps = 100 }), TimeSpan.FromMinutes(10));
        Assert.True(Fires(trigger, drift: 0.02));
        _bench.Market.Orders.Open(_bench.NowUnixNs);
        Assert.False(Fires(trigger, drift: 0.02));
        Assert.Equal(_bench.NowUnixNs + (600 * EngineBench.SecondNs), trigger.Fence(_bench.Cycle).UntilUnixNs);

        Pass(minutes: 9);
        Assert.False(Fires(trigger, drift: 0.02));
        Assert.Equal(new TriggerReading(540, 600, TriggerUnit.Seconds), trigger.Read(_bench.Cycle));
        Pass(minutes: 1);
        Assert.True(Fires(trigger, drift: 0.02));
    }

    [Fact]
    public void Hysteresis_OnceFired_HoldsUntilTheDriftIsInside()
    {
        HysteresisTrigger trigger = new(new DriftBandTrigger(new() { AbsoluteBps = 100 }), releaseBps: 20);

        Assert.False(Fires(trigger, drift: 0.009));
        Assert.True(Fires(trigger, drift: 0.011));
        Assert.True(Fires(trigger, drift: 0.009));
        Assert.True(Fires(trigger, drift: 0.0021));
        Assert.False(Fires(trigger, drift: double.NaN)); // never, and nothing is forgotten by it
        Assert.True(Fires(trigger, drift: 0.0021));
        Assert.False(Fires(trigger, drift: 0.0020));
        Assert.False(Fires(trigger, drift: 0.009));
    }

    [Theory]
    [InlineData(false, false, false, false)]
    [InlineData(true, false, false, true)]
    [InlineData(false, true, false, true)]
    [InlineData(true, true, true, true)]
    public void Combined_TwoTriggers_AllNeedsBothAndAnyOne(bool first, bool second, bool all, bool any)
    {
        Scripted a = new(first), b = new(second);

        Assert.Equal(all, new AllTrigger([a, b]).Fires(_bench.Cycle));
        Assert.Equal(any, new AnyTrigger([a, b]).Fires(_bench.Cycle));
        Assert.Equal((2, 2), (a.Asked, b.Asked)); // whatever the other says: one with a memory must see every pass
    }

    [Fact]
    public void AnyFence_TwoThatRest_HoldsForBoth() => Assert.Equal(
        new TriggerFence(0.01, 500), Rested(new AnyTrigger([new Scripted(new TriggerFence(0.01, long.MaxValue)), new Scripted(new TriggerFence(0.5, 500))])));

    [Fact]
    public void AllFence_OneThatFired_DoesNotCount() => Assert.Equal(
        new TriggerFence(0.01, long.MaxValue), Rested(new AllTrigger([new Scripted(true), new Scripted(new TriggerFence(0.01, long.MaxValue))])));

    [Fact]
    public void AllFence_TwoThatRest_IsTheOneThatLastsLonger()
    {
        TriggerFence near = new(0.001, long.MaxValue), far = new(0.2, long.MaxValue);
        TriggerFence soon = TriggerFence.Until(_bench.NowUnixNs + 1), late = TriggerFence.Until(_bench.NowUnixNs + (86_400 * EngineBench.SecondNs));

        Assert.Equal(far, Rested(new AllTrigger([new Scripted(near), new Scripted(far)])));
        Assert.Equal(far, Rested(new AllTrigger([new Scripted(far), new Scripted(soon)])));
        Assert.Equal(late, Rested(new AllTrigger([new Scripted(near), new Scripted(late)])));
    }

    [Fact]
    public void AllFence_OneWithAMemory_HidesNothingFromIt() => Assert.Equal(
        new TriggerFence(0.01, long.MaxValue),
        Rested(new AllTrigger([new Scripted(TriggerFence.Endless), new Scripted(new TriggerFence(0.01, long.MaxValue)) { HasMemory = true }])));

    private TriggerFence Rested(ITrigger trigger)
    {
        Assert.False(trigger.Fires(_bench.Cycle));
        return trigger.Fence(_bench.Cycle);
    }

    private bool Fires(ITrigger trigger, double drift)
    {
        _bench.Cycle.MaxDrift = drift;
        return trigger.Fires(_bench.Cycle);
    }

    private void Pass(int minutes)
    {
        _bench.NowUnixNs += minutes * 60 * EngineBench.SecondNs;
        _bench.Head(_bench.Block + 1);
    }

    private sealed class Scripted(bool fires) : ITrigger
    {
        private readonly TriggerFence _fence;

        public Scripted(TriggerFence fence)
            : this(false) => _fence = fence;

        public int Asked { get; private set; }

        public bool HasMemory { get; init; }

        public bool Fires(RebalanceCycle cycle)
        {
            Asked++;
            return fires;
        }

        public TriggerFence Fence(RebalanceCycle cycle) => _fence;
    }
}
