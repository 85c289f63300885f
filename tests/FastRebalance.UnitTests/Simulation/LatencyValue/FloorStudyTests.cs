using FastRebalance.Simulation.LatencyValue;
using FastRebalance.Simulation.LatencyValue.Checks;
using FastRebalance.Simulation.LatencyValue.Floors;
using FastRebalance.Simulation.LatencyValue.Paths;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Simulation.LatencyValue;

public sealed class FloorStudyTests
{
    [Fact]
    public void Recorded_TheCrashOfAugust2023_BreaksTightFloorsAndMoreWithMoreDelay()
    {
        IReadOnlyList<string> days = MinuteTape.FindDays(SharedFiles.PathOf("market", "polygon"));
        PricePath tape = MinuteTape.Read(days);
        Assert.Equal(5, days.Count);
        Assert.Equal(5 * 24 * 60, tape.Times.Length);
        LatencyValueOptions options = new() { Quick = true };
        FloorRow[] rows = [.. new FloorStudy(options, ExperimentSize.Of(options)).Recorded("tape", tape)];
        FloorRow Row(double multiplier, int minutes) => rows.Single(r => r.Multiplier == multiplier && r.Delay == minutes * Delays.Minute);
        Assert.True(Row(15, 60).Breaches > 0);
        Assert.True(Row(15, 60).WorstBps >= Row(15, 0).WorstBps);
        Assert.True(Row(4, 0).Breaches <= Row(15, 0).Breaches);
    }

    // Gerhold et al. 2013 and the rule with gas; values of an independent minimiser.
    [Theory]
    [InlineData(0, 0.038315, 0.038315)]
    [InlineData(1e-5, 0.053153, 0.026554)]
    [InlineData(1e-4, 0.072406, 0.017317)]
    [InlineData(1e-3, 0.114861, 0.007974)]
    public void Best_FeeAndGas_MatchesTheMinimiser(double gas, double h, double r)
    {
        BandLaws law = new(5, 0.8, 0.5, 30e-4, gas);
        (double foundH, double foundR) = law.Best();
        Assert.Equal(h, foundH, 2e-6);
        Assert.Equal(r, foundR, 2e-6);
    }
}
