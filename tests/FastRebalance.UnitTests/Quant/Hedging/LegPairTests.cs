using FastRebalance.Quant.Hedging;

namespace FastRebalance.UnitTests.Quant.Hedging;

public class LegPairTests
{
    private readonly LegPair _legs = new(new LegSettings(CompleteWithinMs: 5_000, MostTries: 2, MostRisk: 10, LeastUnits: 1e-9));

    [Fact]
    public void Begin_BothLegsFill_IsDone()
    {
        Assert.Equal(new LegOrder(LegCommand.SendHedge, -4), _legs.Begin(-4, 8));
        Assert.Equal(default, _legs.Begin(-1, 1)); // one trade at a time
        Assert.Equal(new LegOrder(LegCommand.SendOther, 8), _legs.Report(-4, 0));
        Assert.Equal(default, _legs.Report(8, 10));
        Assert.Equal(LegState.Done, _legs.State);
        Assert.Equal(LegCommand.SendHedge, _legs.Begin(1, -1).Command);
    }

    [Fact]
    public void Report_HedgeFailed_NothingWasDone()
    {
        _legs.Begin(-4, 4);
        Assert.Equal(default, _legs.Report(0, 0));
        Assert.Equal((LegState.Unwound, 0.0), (_legs.State, _legs.Unpaired));
    }

    [Fact]
    public void Report_HedgeFilledInPart_TheOtherFollowsInProportion()
    {
        _legs.Begin(-4, 8);
        Assert.Equal(new LegOrder(LegCommand.SendOther, 3), _legs.Report(-1.5, 0));
    }

    [Fact]
    public void Report_OtherFailedOnce_IsCompletedWithinTheLimits()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        Assert.Equal(new LegOrder(LegCommand.SendOther, 3), _legs.Report(1, 100));
        Assert.Equal(default, _legs.Report(3, 200));
        Assert.Equal(LegState.Done, _legs.State);
    }

    [Fact]
    public void Report_OtherFailedTooOften_UndoesWhatStandsAlone()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        _legs.Report(1, 100);
        Assert.Equal(new LegOrder(LegCommand.SendHedge, 3), _legs.Report(0, 200));
        Assert.Equal(LegState.Unwinding, _legs.State);
        Assert.Equal(new LegOrder(LegCommand.SendHedge, 1), _legs.Report(2, 300));
        Assert.Equal(default, _legs.Report(1, 400));
        Assert.Equal(LegState.Unwound, _legs.State);
    }

    [Fact]
    public void Report_OtherFailedLate_IsNotTriedAgain()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        Assert.Equal(new LegOrder(LegCommand.SendHedge, 4), _legs.Report(0, 5_001));
    }

    [Fact]
    public void Tick_TooLong_CancelsAndThenDecidesByWhatWasFilled()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        Assert.Equal(default, _legs.Tick(100, 0.5, 5_000));
        Assert.Equal(new LegOrder(LegCommand.CancelOther), _legs.Tick(100, 0.5, 5_001));
        Assert.Equal(default, _legs.Tick(100, 0.5, 6_000)); // once
        Assert.Equal(LegState.Cancelling, _legs.State);
        Assert.Equal(new LegOrder(LegCommand.SendHedge, 1), _legs.Report(3, 5_100));
    }

    [Fact]
    public void Tick_FilledWhileCancelling_IsDone()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        _legs.Tick(100, 0.5, 5_001);
        Assert.Equal(default, _legs.Report(4, 5_002));
        Assert.Equal(LegState.Done, _legs.State);
    }

    // 4 units of 1e5 at a volatility of 1: 10 of money are at stake after (10/4e5)² years, 19.7 ms.
    [Fact]
    public void Tick_TooMuchAtStake_CancelsBeforeTheTimeIsUp()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        Assert.Equal(default, _legs.Tick(1e5, 1, 19));
        Assert.Equal(LegCommand.CancelOther, _legs.Tick(1e5, 1, 20).Command);
    }

    [Fact]
    public void Report_UndoingFailsToo_IsNakedUntilReset()
    {
        _legs.Begin(-4, 4);
        _legs.Report(-4, 0);
        _legs.Report(0, 6_000);
        Assert.Equal(new LegOrder(LegCommand.SendHedge, 4), _legs.Report(0, 6_100));
        Assert.Equal(default, _legs.Report(0, 6_200));
        Assert.Equal((LegState.Naked, -4.0), (_legs.State, _legs.Unpaired));
        Assert.Equal(default, _legs.Begin(-1, 1));
        _legs.Reset();
        Assert.Equal(LegCommand.SendHedge, _legs.Begin(-1, 1).Command);
    }

    [Fact]
    public void Report_NotANumber_IsNaked()
    {
        _legs.Begin(-4, 4);
        Assert.Equal(default, _legs.Report(double.NaN, 0));
        Assert.Equal(LegState.Naked, _legs.State);
        Assert.Equal(default, _legs.Begin(double.NaN, 1));
    }

    // Whatever fills and fails, it ends, and every end but the naked one leaves no leg alone.
    [Fact]
    public void Report_SeededFills_EndsWithNoLegAlone()
    {
        Random random = new(53);
        Dictionary<LegState, int> ends = [];
        for (int i = 0; i < 100_000; i++)
        {
            LegPair legs = new(new LegSettings(5_000, 1 + random.Next(3), 1e9, 1e-9));
            double hedge = 0, other = 0, ratio = -2;
            LegOrder order = legs.Begin(-3, -3 * ratio);
            long now = 0;
            for (int steps = 0; order.Command != LegCommand.None; steps++)
            {
                Assert.True(steps < 16);
                double filled = random.Next(3) switch { 0 => order.Units, 1 => 0, _ => order.Units * random.NextDouble() };
                (hedge, other) = order.Command == LegCommand.SendHedge ? (hedge + filled, other) : (hedge, other + filled);
                now += random.Next(4_000);
                order = legs.Report(filled, now);
            }
            ends[legs.State] = ends.GetValueOrDefault(legs.State) + 1;
            Assert.Equal(legs.State == LegState.Naked ? legs.Unpaired : 0, hedge - other / ratio, 1e-6);
        }
        Assert.Equal([LegState.Done, LegState.Unwound, LegState.Naked], ends.Keys.Order());
    }
}
