using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class BreachTreeTests
{
    /// <summary>Every tick against the definition: no breach missed, none made up, the edge among them.</summary>
    [Theory, InlineData(1, 41), InlineData(2, 42), InlineData(5, 43), InlineData(8, 44), InlineData(13, 45)]
    public void Update_SeededTicks_IsTheDefinitionAtEveryTick(int count, int seed)
    {
        var random = new Random(seed);
        long breaches = 0;
        for (int round = 0; round < 20; round++)
        {
            (double[] values, double[] lower, double[] upper) = Draw(random, count);
            BreachTree tree = new(values, lower, upper);
            for (int tick = 0; tick < 30_000; tick++)
            {
                int asset = random.Next(count);
                double value = Next(random, values, asset, upper[asset]);
                values[asset] = value;
                bool expected = BreachTree.IsOutsideScalar(values, lower, upper);
                bool found = tree.Update(asset, value);
                if (expected != found)
                    Assert.Fail($"tick {tick} of round {round}, seed {seed}: {found}, and the definition says {expected}");
                breaches += expected ? 1 : 0;
            }
            Assert.InRange(Math.Abs(tree.Total - values.Sum()), 0, tree.TotalError + values.Sum() * 1e-14);
        }
        Assert.True(count == 1 || breaches > 10_000, $"{breaches} breaches say little");
    }

    [Fact]
    public void Update_MillionQuietTicks_SumsAnewHardlyEver()
    {
        double[] values = [30, 30, 40], lower = [0.2, 0.2, 0.3], upper = [0.4, 0.4, 0.5];
        BreachTree tree = new(values, lower, upper);
        var random = new Random(46);
        for (int tick = 0; tick < 1_000_000; tick++)
        {
            int asset = random.Next(3);
            Assert.False(tree.Update(asset, values[asset] * (1 + 0.01 * random.NextDouble())));
        }
        Assert.Equal(1, tree.Resums);
        Assert.InRange(tree.TotalError, 0, 102.0 / (1L << 31)); // stated: 2^-52 of the total a tick
    }

    [Fact]
    public void Update_ExactlyAtTheEdge_IsInside()
    {
        BreachTree tree = new([1, 3], [0.125, 0], [0.5, 1]);
        Assert.False(tree.Update(0, 3));
        Assert.True(tree.Update(0, Math.BitIncrement(Math.BitIncrement(3.0))));
        Assert.False(tree.Update(0, 3.0 / 7)); // 0.125 of 24 / 7
        Assert.True(tree.Update(0, 0.428));
    }

    [Fact]
    public void Update_NoLowerBoundAndNothingHeld_IsInsideAndALowerBoundIsNot()
    {
        Assert.False(new BreachTree([1, 1], [0, 0], [0.6, 0.6]).Update(0, 1));
        Assert.False(new BreachTree([1, 1], [0, 0], [1, 1]).Update(0, 0));
        Assert.True(new BreachTree([1, 1], [0.1, 0], [1, 1]).Update(0, 0));
    }

    [Theory, InlineData(double.NaN), InlineData(-1.0), InlineData(double.PositiveInfinity)]
    public void Update_NoValue_IsRefusedAndChangesNothing(double value)
    {
        BreachTree tree = new([1, 1], [0.4, 0.4], [0.6, 0.6]);
        Assert.False(tree.Update(0, value));
        Assert.Equal(2, tree.Total);
        Assert.True(tree.Update(0, 9));
    }

    [Fact]
    public void Update_AllWorthNothing_IsInside()
    {
        BreachTree tree = new([1e6, 1], [0.1, 0], [1, 0.9]);
        tree.Update(0, 0);
        Assert.False(tree.Update(1, 0));
    }

    [Fact]
    public void Update_AnyTick_AllocatesNothing()
    {
        BreachTree tree = new([1, 1], [0.4, 0.4], [0.6, 0.6]);
        Run(tree);
        AllocationWatch watch = new();
        while (watch.Next())
            Run(tree);
        Assert.Equal(0, watch.LeastBytes);
    }

    private static void Run(BreachTree tree)
    {
        for (int i = 0; i < 100; i++)
            tree.Update(i & 1, i % 10 == 0 ? 1.5 : 1 + i * 1e-3);
    }

    private static (double[] Values, double[] Lower, double[] Upper) Draw(Random random, int count)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(_ => 1 + random.NextDouble())];
        double sum = values.Sum();
        double[] lower = [.. values.Select(v => random.Next(4) == 0 ? 0 : v / sum * 0.8)];
        double[] upper = [.. values.Select(v => random.Next(6) == 0 ? 1 : v / sum * 1.2)];
        return (values, lower, upper);
    }

    // Wanders, jumps, falls to nothing, and steps right onto an edge.
    private static double Next(Random random, double[] values, int asset, double upper)
    {
        double others = values.Sum() - values[asset];
        return random.Next(40) switch
        {
            0 => 0,
            1 => values[asset] * 1000,
            2 => (1 + random.NextDouble()) * (random.Next(3) == 0 ? 1e-6 : 1),
            3 or 4 or 5 when upper < 1 => upper / (1 - upper) * others, // the edge, as near as rounding has it
            6 when upper < 1 => Math.BitIncrement(upper / (1 - upper) * others),
            7 => values[asset],
            < 14 => 1 + random.NextDouble(),
            _ => values[asset] * (1 + 0.02 * (random.NextDouble() - 0.5)),
        };
    }
}
