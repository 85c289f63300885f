using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class BreachTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(33)]
    public void Update_SeededTicks_SaysWhatDividingSays(int assets)
    {
        Random random = new(assets);
        double[] values = new double[assets], lower = new double[assets], upper = new double[assets];
        for (int i = 0; i < assets; i++)
        {
            values[i] = 1 + random.NextDouble();
            double band = 0.02 + 0.2 * random.NextDouble();
            lower[i] = random.Next(5) == 0 ? 0 : 1.0 / assets - band;
            upper[i] = random.Next(5) == 0 ? 1 : 1.0 / assets + band;
        }
        BreachTree tree = new(values, lower, upper);
        int inside = 0, outside = 0;
        for (int tick = 0; tick < 300_000; tick++)
        {
            int asset = random.Next(assets);
            // Mostly small moves; now and then a jump, and now and then nothing is left of it.
            values[asset] = random.Next(1000) == 0 ? 0 : 1 + random.NextDouble() * (random.Next(50) == 0 ? 40 : 1);
            bool isInside = tree.Update(asset, values[asset]);
            if (IsOnAnEdge(values, lower, upper))
                continue;
            Assert.Equal(BreachTree.IsInsideScalar(values, lower, upper), isInside);
            _ = isInside ? inside++ : outside++;
        }
        Assert.True(assets < 3 || (inside > 1000 && outside > 1000), $"{inside} inside and {outside} outside show nothing");
    }

    [Fact]
    public void Update_NothingLeftOfWhatMustBeHeld_IsOutside()
    {
        BreachTree tree = new([1, 1], [0.4, 0.4], [0.6, 0.6]);
        Assert.True(tree.IsInside);
        Assert.False(tree.Update(0, 0));
        Assert.False(tree.Update(1, 0));
        Assert.False(tree.Update(0, double.NaN));
    }

    [Fact]
    public void Update_ManyTimes_AllocatesNothing()
    {
        BreachTree tree = new([1, 2, 3], [0.1, 0.1, 0.1], [0.9, 0.9, 0.9]);
        tree.Update(0, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
            tree.Update(i % 3, 1 + i % 7);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Create_SpansThatDoNotFit_AreRefused() => Assert.Throws<ArgumentException>(() => new BreachTree([1, 2], [0.1], [0.9, 0.9]));

    private static bool IsOnAnEdge(double[] values, double[] lower, double[] upper)
    {
        double total = values.Sum();
        return values.Where((v, i) => Math.Abs(v / total - lower[i]) < 1e-10 || Math.Abs(v / total - upper[i]) < 1e-10).Any();
    }
}
