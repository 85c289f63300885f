using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class QuadraticDriftTests
{
    private const double Limit = 0.02;

    [Theory, InlineData(2, 51), InlineData(3, 52), InlineData(8, 53), InlineData(17, 54)]
    public void Update_SeededTicks_IsTheDefinitionAtEveryTick(int count, int seed)
    {
        var random = new Random(seed);
        long above = 0, ticks = 0;
        for (int round = 0; round < 20; round++)
        {
            (double[] values, double[] targets, double[] matrix) = Draw(random, count);
            QuadraticDrift drift = new(values, targets, matrix, Limit);
            for (int tick = 0; tick < 10_000; tick++, ticks++)
            {
                int asset = random.Next(count);
                values[asset] = Next(random, values[asset], targets[asset]);
                bool expected = QuadraticDrift.MeasureScalar(values, targets, matrix) > Limit * Limit;
                bool found = drift.Update(asset, values[asset]);
                if (expected != found)
                    Assert.Fail($"tick {tick} of round {round}, seed {seed}: {found}, and the definition says {expected}");
                above += expected ? 1 : 0;
            }
        }
        Assert.InRange(above, ticks / 100, ticks * 99 / 100);
    }

    [Fact]
    public void Update_UnitMatrix_IsTheDistanceOfTheWeights()
    {
        // Two assets, M = 1: weights .6 and .4 against .5 and .5 are 2 * .01 from target.
        QuadraticDrift drift = new([5, 5], [0.5, 0.5], [1, 0, 0, 1], 0.1);
        Assert.True(drift.Update(0, 7.5));
        Assert.Equal(0.02, drift.Measure, 12);
        Assert.False(drift.Update(1, 7.5));
        Assert.Equal(0, drift.Measure, 12);
    }

    [Fact]
    public void Update_MillionQuietTicks_SumsAnewHardlyEver()
    {
        (double[] values, double[] targets, double[] matrix) = Draw(new Random(55), 8);
        for (int i = 0; i < values.Length; i++)
            values[i] = 100 * targets[i];
        QuadraticDrift drift = new(values, targets, matrix, 0.5);
        var random = new Random(55);
        for (int tick = 0; tick < 1_000_000; tick++)
        {
            int asset = random.Next(8);
            Assert.False(drift.Update(asset, values[asset] * (1 + 0.001 * random.NextDouble())));
        }
        Assert.InRange(drift.Resums, 1, 10);
    }

    [Fact]
    public void Update_NoTotalOrNoNumber_IsFalse()
    {
        QuadraticDrift drift = new([1, 1], [0.5, 0.5], [1, 0, 0, 1], 0.01);
        Assert.False(drift.Update(0, double.NaN));
        Assert.True(drift.Update(0, 3));
        Assert.False(drift.Update(0, -1)); // the total is 0
        Assert.False(drift.Update(0, -2));
        Assert.True(drift.Update(0, 3));
    }

    [Fact]
    public void AddRow_EveryLength_IsItsPlainTwinToTheLastBit()
    {
        var random = new Random(56);
        for (int length = 0; length < 40; length++)
        {
            double[] row = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
            double[] sums = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
            double[] plain = [.. sums];
            QuadraticDrift.AddRow(row, 0.3, sums);
            QuadraticDrift.AddRowScalar(row, 0.3, plain);
            Assert.Equal(plain, sums);
        }
    }

    [Fact]
    public void Update_AnyTick_AllocatesNothing()
    {
        QuadraticDrift drift = new([1, 1], [0.5, 0.5], [1, 0, 0, 1], 0.2);
        Run(drift);
        AllocationWatch watch = new();
        while (watch.Next())
            Run(drift);
        Assert.Equal(0, watch.LeastBytes);
    }

    private static void Run(QuadraticDrift drift)
    {
        for (int i = 0; i < 100; i++)
            drift.Update(i & 1, 1 + i * 1e-2);
    }

    private static double Next(Random random, double value, double target) => random.Next(30) switch
    {
        0 => 0,
        1 => value * 1000,
        2 => -100 * target,
        < 14 => 100 * target * (1 + 0.02 * (random.NextDouble() - 0.5)),
        _ => value * (1 + 0.02 * (random.NextDouble() - 0.5)),
    };

    /// <summary>A covariance of two factors and own risk; the last asset is cash.</summary>
    private static (double[] Values, double[] Targets, double[] Matrix) Draw(Random random, int count)
    {
        double[] raw = [.. Enumerable.Range(0, count).Select(_ => 0.1 + random.NextDouble())];
        double[] targets = [.. raw.Select(r => r / raw.Sum())];
        double[] first = [.. raw.Select(_ => random.NextDouble())], second = [.. raw.Select(_ => random.NextDouble() - 0.5)];
        double[] matrix = new double[count * count];
        for (int i = 0; i < count - 1; i++)
            for (int k = 0; k < count - 1; k++)
                matrix[i * count + k] = first[i] * first[k] + second[i] * second[k] + (i == k ? 0.5 : 0);
        return ([.. targets.Select(t => 100 * t)], targets, matrix);
    }
}
