using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Simulation.LatencyValue.Policies;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class PolicyRunTests
{
    private static readonly RunTerms s_terms = new(5, 0.64, 1e-3, 1e-5);

    [Fact]
    public void Run_ShorterAndShorterDelay_TendsToNone()
    {
        PricePath path = DiffusionPath.Draw(1, 0.8, 5 * Delays.Minute, 288 * 30);
        Policy policy = new ConstantMixPolicy("band", 0.5, 0.01, 0);
        double none = PolicyRun.Run(policy, path, s_terms, 0).Total(0);
        double[] off = [.. new[] { Delays.Minute, Delays.Second, Delays.Millisecond, Delays.Microsecond }
            .Select(d => Math.Abs(PolicyRun.Run(policy, path, s_terms, d).Total(0) - none))];
        Assert.True(none > 0);
        Assert.True(off[3] < 1e-3 * none, $"{off[3]} of {none}");
        Assert.True(off[3] < off[0] && off[2] < off[0]);
    }

    [Fact]
    public void Run_NoDelay_HasNoAdverseMove()
    {
        PolicyOutcome outcome = PolicyRun.Run(new LeveragePolicy("l", 3, 2.85, 3.15), DiffusionPath.Draw(2, 0.8, 5 * Delays.Minute, 3_000), s_terms, 0);
        Assert.True(outcome.Trades > 5);
        Assert.Equal(0, outcome.Adverse);
    }

    [Fact]
    public void Run_PriceThatGoesOn_CostsTheTrendsSideAndPaysTheOther()
    {
        PricePath path = Ramp();
        PolicyOutcome mix = PolicyRun.Run(new ConstantMixPolicy("m", 0.5, 0.01, 0), path, s_terms, Delays.Second);
        PolicyOutcome floor = PolicyRun.Run(new CppiPolicy("f", 5, 0.8, 0.05, 3, long.MaxValue), path, s_terms, Delays.Second);
        PolicyOutcome leverage = PolicyRun.Run(new LeveragePolicy("l", 3, 2.85, 3.15), path, s_terms, Delays.Second);
        Assert.True(mix.Trades > 0 && mix.Adverse < 0);
        Assert.True(floor.Trades > 0 && floor.Adverse > 0);
        Assert.True(leverage.Trades > 0 && leverage.Adverse > 0);
        Assert.Equal(10e-4, leverage.MoveAgainst / leverage.Trades, 1e-5); // ten basis points a second, by construction
    }

    // What a portfolio loses against one that trades for free at the decision's price must be what the parts say.
    [Fact]
    public void Run_FeesAndAdverseMove_AddUpToTheMoneyThatIsMissing()
    {
        PricePath path = new([0, 1_000, 2_000, 10_000], [0, 0.2, 0.3, 0.3], [0, 0, 0.2, 0.3], 0, 1);
        PolicyOutcome outcome = PolicyRun.Run(new ConstantMixPolicy("m", 0.5, 0.02, 0), path, s_terms with { Gas = 0 }, 1_000);
        double decided = Math.Exp(0.2), filled = Math.Exp(0.3);
        double value = 0.5 * decided + 0.5, units = 0.5 * value / decided - 0.5, valueAtFill = 0.5 * filled + 0.5;
        // After the first trade the price jumped on: a second one follows, at once and with nothing on its way.
        Assert.InRange(outcome.Trades, 1, 2);
        Assert.Equal(units * (filled - decided) / value, outcome.Adverse, 1e-12);
        Assert.True(outcome.Fees >= 1e-3 * -units * filled / valueAtFill - 1e-12);
    }

    [Fact]
    public void Total_AnyRun_IsTheSumOfItsParts()
    {
        PricePath path = OrderFlowPath.Draw(4, new OrderFlowModel(), 3_600 * 24 * Delays.Second);
        PolicyOutcome o = PolicyRun.Run(new CppiPolicy("f", 15, 0.9, 0.05, 10, long.MaxValue), path, s_terms, 250 * Delays.Millisecond);
        for (int slot = 0; slot < Delays.Slots.Count; slot++)
            Assert.Equal(o.Tracking + o.Adverse + o.Fees + o.Floor + o.Missed[slot], o.Total(slot), 1e-15);
        Assert.All(new[] { o.Tracking, o.Adverse, o.Fees, o.Missed[1] }, part => Assert.True(double.IsFinite(part) && part != 0));
        Assert.Equal(0, o.Missed[0]);
    }

    [Fact]
    public void Run_FallThroughTheFloor_BreaksItOnceAndStaysInCash()
    {
        PricePath path = new([0, 1_000, 2_000, 3_000], [0, -0.5, -0.2, -0.2], [0, 0, -0.5, -0.2], 0, 1);
        PolicyOutcome outcome = PolicyRun.Run(new CppiPolicy("f", 8, 0.9, 0.05, 10, long.MaxValue), path, s_terms with { Fee = 0, Gas = 0 }, 0);
        double value = 0.2 + 0.8 * Math.Exp(-0.5);
        Assert.Equal((1, 1), (outcome.Breaches, outcome.Trades));
        Assert.Equal((0.9 - value) / 0.9, outcome.WorstBreach, 1e-12);
    }

    [Fact]
    public void Run_OrderTooLateForTheWindowsEnd_StillBreaksTheFloor()
    {
        PricePath path = new([0, 1_000, 2_000, 3_000], [0, -0.5, -0.5, -0.5], [0, 0, -0.5, -0.5], 0, 1);
        PolicyOutcome outcome = PolicyRun.Run(new CppiPolicy("f", 8, 0.9, 0.05, 10, long.MaxValue), path, s_terms, 5_000);
        Assert.Equal((1, 0), (outcome.Breaches, outcome.Trades));
    }

    // A leveraged fall may leave less than nothing: that is a broken floor too.
    [Fact]
    public void FloorLoss_ValueBelowZero_IsALoss()
    {
        Holding holding = new() { Units = 10, Cash = -9, Floor = 0.5 };
        double loss = new CppiPolicy("f", 5, 0.5, 0.05, 20, long.MaxValue).FloorLoss(ref holding, 0.5);
        Assert.Equal(9, loss, 1e-12);
        Assert.Equal(0, holding.Units);
    }

    [Fact]
    public void Run_FallThroughTheLendersThreshold_IsLiquidated()
    {
        PricePath path = new([0, 1_000, 2_000], [0, -0.35, -0.35], [0, 0, -0.35], 0, 1);
        PolicyOutcome outcome = PolicyRun.Run(new LeveragePolicy("l", 3, 2.85, 3.15), path, s_terms, 100);
        Assert.Equal(1, outcome.Breaches);
        Assert.Equal(0.05 * 0.5 * 2 / (3 * Math.Exp(-0.35) - 2), outcome.WorstBreach, 1e-9);
    }

    [Theory]
    [InlineData(1, 250, 0.004)] // 1 ms is 0.4 % of a flash block
    [InlineData(1, 12_000, 1.0 / 12_000)]
    [InlineData(500, 250, 1)]
    public void ChanceToMiss_DelayOverSlot_IsTheirRatioAtMostOne(int delayMs, int slotMs, double expected) =>
        Assert.Equal(expected, PolicyRun.ChanceToMiss(delayMs * Delays.Millisecond, 0, slotMs * Delays.Millisecond), 1e-12);

    private static PricePath Ramp()
    {
        long[] times = [.. Enumerable.Range(0, 2_001).Select(i => i * Delays.Second / 10)];
        double[] logs = [.. Enumerable.Range(0, 2_001).Select(i => i * 1e-4)];
        return new PricePath(times, logs, logs, 0, 1);
    }
}
