using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class FenceKernelTests
{
    [Fact]
    public void Reach_WeightFortyBetweenThirtyFiveAndFortyFive_IsThePublishedFence()
    {
        // Reference values of the fence formula: w = .4, u = .45, l = .35 give +.102041 and -.106383; a side without a bound leaves the other.
        Assert.Equal(0.102041, FenceKernel.Reach([0.4], [0], [0.45]), 6);
        Assert.Equal(0.106383, FenceKernel.Reach([0.4], [0.35], [1]), 6);
        Assert.Equal(0.102041, FenceKernel.Reach([0.4], [0.35], [0.45]), 6);
    }

    [Fact]
    public void Reach_EveryLength_IsItsPlainTwinToTheLastBit()
    {
        var random = new Random(31);
        for (int round = 0; round < 2000; round++)
        {
            (double[] weights, double[] lower, double[] upper) = Draw(random, 1 + round % 19);
            Assert.Equal(FenceKernel.ReachScalar(weights, lower, upper), FenceKernel.Reach(weights, lower, upper));
        }
    }

    [Fact]
    public void Reach_PricesAnywhereInsideTheFence_NoWeightLeavesItsBounds()
    {
        var random = new Random(32);
        for (int round = 0; round < 100_000; round++)
        {
            int count = 2 + random.Next(8);
            (double[] weights, double[] lower, double[] upper) = Draw(random, count);
            double reach = Math.Min(FenceKernel.Reach(weights, lower, upper), 1);
            // Corners and insides: corners are where it would break.
            double[] values = [.. weights.Select(w => w * (1 + reach * (random.Next(3) == 0 ? 2 * random.NextDouble() - 1 : 2 * random.Next(2) - 1)))];
            Assert.False(BreachTree.IsOutsideScalar(values, lower, upper), $"round {round}, seed 32");
        }
    }

    [Fact]
    public void Reach_JustBeyondTheFenceAtItsWorstCorner_AWeightLeaves()
    {
        double[] weights = [0.4, 0.35, 0.25], lower = [0.35, 0, 0], upper = [0.45, 1, 1];
        double reach = FenceKernel.Reach(weights, lower, upper) * (1 + 1e-9);
        Assert.True(BreachTree.IsOutsideScalar([0.4 * (1 + reach), 0.35 * (1 - reach), 0.25 * (1 - reach)], lower, upper));
    }

    [Fact]
    public void Reach_NaNOrAtTheEdge_IsNone()
    {
        Assert.Equal(0, FenceKernel.Reach([double.NaN, 0.5, 0.2, 0.1, 0.2], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]));
        Assert.Equal(0, FenceKernel.Reach([0.5, 0.5], [0, 0], [0.5, 1]));
        Assert.Equal(double.PositiveInfinity, FenceKernel.Reach([0.5, 0.5], [0, 0], [1, 1]));
    }

    [Fact]
    public void Holds_EdgesAndNaN_EdgesAreInsideNaNIsNot()
    {
        double[] low = new double[2], high = new double[2];
        FenceKernel.Draw([100, 50], 0.1, low, high);
        Assert.True(FenceKernel.Holds(low[0], low[0], high[0]) && FenceKernel.Holds(high[0], low[0], high[0]));
        Assert.False(FenceKernel.Holds(Math.BitIncrement(high[0]), low[0], high[0]));
        Assert.False(FenceKernel.Holds(double.NaN, low[0], high[0]));
    }

    private static (double[] Weights, double[] Lower, double[] Upper) Draw(Random random, int count)
    {
        double[] raw = [.. Enumerable.Range(0, count).Select(_ => random.Next(6) == 0 ? 0 : random.NextDouble())];
        double sum = raw.Sum() + 1e-3;
        raw[0] += 1e-3;
        double[] weights = [.. raw.Select(r => r / sum)];
        return (weights, [.. weights.Select(w => w - 0.06 * random.NextDouble())], [.. weights.Select(w => w + 0.06 * random.NextDouble())]);
    }
}
