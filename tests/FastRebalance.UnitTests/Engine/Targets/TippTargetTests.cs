using FastRebalance.Core.Events;
using FastRebalance.Engine.Targets;

namespace FastRebalance.UnitTests.Engine.Targets;

public sealed class TippTargetTests
{
    private readonly EngineBench _bench = new EngineBench().Filled();

    [Fact]
    public void Aim_ValueRises_TheFloorFollowsAndStays()
    {
        TippTarget target = New(TimeSpan.Zero);
        Assert.Equal(3 * 0.2, Exposure(target, 100_000), 1e-12);
        Assert.Equal(3 * 0.2, Exposure(target, 150_000), 1e-12);
        Assert.Equal(3 * (140_000 - 120_000) / 140_000.0, Exposure(target, 140_000), 1e-12);
        Assert.Equal(0, Exposure(target, 120_000));
        Assert.True(target.IsBroken);
    }

    [Fact]
    public void Aim_ResumedAfterTheFall_StartsAnewFromThere()
    {
        TippTarget target = New(TimeSpan.Zero);
        Exposure(target, 100_000);
        Exposure(target, 70_000);
        _bench.Operator(OperatorCommand.Resume);
        Assert.Equal(3 * 0.2, Exposure(target, 70_000), 1e-12);
    }

    // Ten times the value in one print would put the floor where nothing ever comes again.
    [Fact]
    public void Aim_OnePrintFarAbove_DoesNotLiftTheFloorBeforeItIsConfirmed()
    {
        TippTarget target = New(TimeSpan.FromSeconds(30));
        Exposure(target, 100_000);
        Exposure(target, 1_000_000);
        Pass(TimeSpan.FromSeconds(12));
        Assert.Equal(3 * 0.2, Exposure(target, 100_000), 1e-12);

        Exposure(target, 120_000);
        Pass(TimeSpan.FromSeconds(15));
        Exposure(target, 110_000);
        Pass(TimeSpan.FromSeconds(15));
        Exposure(target, 130_000);
        Assert.Equal(3 * (110_000 - 88_000) / 110_000.0, Exposure(target, 110_000), 1e-12); // the least of those seconds counts
    }

    private static TippTarget New(TimeSpan confirmAfter) => new(
        new() { FloorFraction = 0.8, Multiplier = 3, ConfirmAfter = confirmAfter, Risky = new() { ["WETH"] = 1 } }, EngineBench.Symbols, EngineBench.Usdc);

    private void Pass(TimeSpan time)
    {
        _bench.NowUnixNs += (long)time.TotalNanoseconds;
        _bench.Head(_bench.Block + 1);
    }

    private double Exposure(TippTarget target, double value)
    {
        _bench.Cycle.TotalNumeraire = value;
        target.Aim(_bench.Cycle);
        return _bench.Cycle.Targets[0];
    }
}
