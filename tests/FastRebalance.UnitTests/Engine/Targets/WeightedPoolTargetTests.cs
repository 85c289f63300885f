using FastRebalance.Engine.Targets;

namespace FastRebalance.UnitTests.Engine.Targets;

public sealed class WeightedPoolTargetTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch.AddSeconds(EngineBench.StartUnixNs / EngineBench.SecondNs);

    private readonly EngineBench _bench = new EngineBench().Filled();

    [Fact]
    public void Aim_NoGlide_HoldsTheWeights()
    {
        WeightedPoolTarget target = new(new() { Weights = new() { ["WETH"] = 0.8, ["USDC"] = 0.2 } }, EngineBench.Symbols);
        Assert.Equal([0.8, 0, 0.2], AimAt(target, TimeSpan.FromDays(1)));
        Assert.True(target.IsConstant);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("spherical")]
    public void Aim_BeforeAndAfterTheGlide_IsAtItsEnds(string path)
    {
        WeightedPoolTarget target = Gliding(path);
        Assert.Equal([0.8, 0.15, 0.05], AimAt(target, TimeSpan.Zero));
        Assert.False(target.IsConstant);
        Assert.Equal([0.2, 0.3, 0.5], AimAt(target, TimeSpan.FromHours(100)));
        Assert.True(target.IsConstant);
    }

    [Fact]
    public void Aim_HalfWayStraight_IsHalfWay()
    {
        double[] weights = AimAt(Gliding("linear"), TimeSpan.FromHours(50));
        Assert.Equal(0.5, weights[0], 1e-12);
        Assert.Equal(0.225, weights[1], 1e-12);
        Assert.Equal(0.275, weights[2], 1e-12);
    }

    // What a pool loses at fixed prices in a hundred steps from .8/.15/.05 to .2/.3/.5 is the sum of the steps' relative entropies:
    // .009879 on the straight way, .009576 on the sphere of square roots (after Willetts 2026).
    [Theory]
    [InlineData("linear", 0.009879)]
    [InlineData("spherical", 0.009576)]
    public void Aim_HundredSteps_LosesWhatThePathCosts(string path, double loss)
    {
        WeightedPoolTarget target = Gliding(path);
        double[] before = AimAt(target, TimeSpan.Zero);
        double entropy = 0;
        for (int hour = 1; hour <= 100; hour++)
        {
            double[] after = AimAt(target, TimeSpan.FromHours(hour));
            Assert.Equal(1, after.Sum(), 1e-12);
            for (int i = 0; i < after.Length; i++)
                entropy += after[i] * Math.Log(after[i] / before[i]);
            before = after;
        }
        Assert.Equal(loss, entropy, 1e-6);
    }

    [Fact]
    public void Aim_TheSameWeightsOnTheSphere_StayPut()
    {
        Dictionary<string, double> weights = new() { ["WETH"] = 0.8, ["USDC"] = 0.2 };
        WeightedPoolTarget target = new(
            new() { Weights = weights, ToWeights = weights, Starts = s_start, Ends = s_start.AddHours(100), Path = "spherical" }, EngineBench.Symbols);
        Assert.Equal([0.8, 0, 0.2], AimAt(target, TimeSpan.FromHours(30)));
    }

    private static WeightedPoolTarget Gliding(string path) => new(
        new()
        {
            Weights = new() { ["WETH"] = 0.8, ["WBTC"] = 0.15, ["USDC"] = 0.05 },
            ToWeights = new() { ["WETH"] = 0.2, ["WBTC"] = 0.3, ["USDC"] = 0.5 },
            Starts = s_start,
            Ends = s_start.AddHours(100),
            Path = path,
        },
        EngineBench.Symbols);

    private double[] AimAt(WeightedPoolTarget target, TimeSpan since)
    {
        _bench.NowUnixNs = EngineBench.StartUnixNs + (long)since.TotalNanoseconds;
        _bench.Head(_bench.Block + 1);
        target.Aim(_bench.Cycle);
        return [.. _bench.Cycle.Targets];
    }
}
