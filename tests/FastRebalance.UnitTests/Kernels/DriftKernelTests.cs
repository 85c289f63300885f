using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class DriftKernelTests
{
    private const int LongestPortfolio = 67;

    [Fact]
    public void Measure_EveryLength_IsItsPlainTwinAndTheDefinitionToTheLastBit()
    {
        var random = new Random(21);
        for (int round = 0; round < 40; round++)
            for (int length = 0; length <= LongestPortfolio; length++)
            {
                (double[] values, double total, double[] targets) = Draw(random, length);
                double[] drift = CheckTwins(values, total, targets, out double max, out int worst, out double[] weights);
                for (int i = 0; i < length; i++)
                {
                    AssertSameBits(values[i] / total, weights[i], $"weight {i} of {length}, seed 21");
                    AssertSameBits(values[i] / total - targets[i], drift[i], $"drift {i} of {length}, seed 21");
                }
                double expected = length == 0 ? 0 : drift.Max(Math.Abs);
                AssertSameBits(expected, max, $"greatest drift of {length}, seed 21");
                Assert.Equal(Array.FindIndex(drift, d => Math.Abs(d) == expected), worst);
            }
    }

    [Fact]
    public void Measure_EqualDriftsAnywhere_NamesTheLowestPlace()
    {
        for (int length = 2; length <= 19; length++)
            for (int first = 0; first < length; first++)
                for (int second = first + 1; second < length; second++)
                {
                    double[] values = new double[length], targets = new double[length];
                    values[first] = 0.5;
                    targets[second] = 0.5; // the same size, on the other side
                    CheckTwins(values, 1, targets, out double max, out int worst, out _);
                    Assert.Equal(0.5, max);
                    Assert.Equal(first, worst);
                }
    }

    [Fact]
    public void Measure_NoDriftAtAll_NamesTheFirstPlace()
    {
        CheckTwins([0.25, 0.75, 0, 0, 0], 1, [0.25, 0.75, 0, 0, 0], out double max, out int worst, out _);
        Assert.Equal(0, max);
        Assert.Equal(0, worst);
    }

    [Fact]
    public void Measure_NaNAnywhere_ReturnsNaNAndItsFirstPlace()
    {
        for (int length = 1; length <= 19; length++)
            for (int place = 0; place < length; place++)
                foreach (bool inTargets in (bool[])[false, true])
                {
                    (double[] values, double total, double[] targets) = Draw(new Random(22), length);
                    (inTargets ? targets : values)[place] = double.NaN;
                    values[length - 1] = place == length - 1 && !inTargets ? double.NaN : double.PositiveInfinity;
                    CheckTwins(values, total, targets, out double max, out int worst, out _);
                    Assert.True(double.IsNaN(max));
                    Assert.Equal(place, worst);

                    values[length - 1] = double.NaN; // a second one behind changes nothing
                    CheckTwins(values, total, targets, out max, out worst, out _);
                    Assert.True(double.IsNaN(max));
                    Assert.Equal(place, worst);
                }
    }

    [Fact]
    public void Measure_InfiniteValue_ReturnsInfinityAndItsPlace()
    {
        CheckTwins([1, 2, 3, 4, double.PositiveInfinity, 6], 10, [0, 0, 0, 0, 0, 0], out double max, out int worst, out _);
        Assert.Equal(double.PositiveInfinity, max);
        Assert.Equal(4, worst);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Measure_UnusableTotal_ClearsAndNamesNone(double total)
    {
        for (int length = 0; length <= 9; length++)
        {
            double[] values = new double[length], targets = new double[length];
            Array.Fill(values, double.NaN);
            Array.Fill(targets, 0.5);
            double[] drift = CheckTwins(values, total, targets, out double max, out int worst, out double[] weights);
            Assert.Equal(0, max);
            Assert.Equal(-1, worst);
            Assert.All(drift, d => AssertSameBits(0, d, "cleared"));
            Assert.All(weights, w => AssertSameBits(0, w, "cleared"));
        }
    }

    [Fact]
    public void Measure_NoAssets_NamesNone()
    {
        CheckTwins([], 1, [], out double max, out int worst, out _);
        Assert.Equal(0, max);
        Assert.Equal(-1, worst);
    }

    [Theory]
    [InlineData(3, 4, 4, 4)]
    [InlineData(4, 3, 4, 4)]
    [InlineData(4, 4, 3, 4)]
    [InlineData(4, 4, 4, 3)]
    public void Measure_MismatchedLengths_Throws(int values, int targets, int weights, int drift)
    {
        Assert.Throws<ArgumentException>(
            () => DriftKernel.Measure(new double[values], 1, new double[targets], new double[weights], new double[drift], out _));
        Assert.Throws<ArgumentException>(
            () => DriftKernel.MeasureScalar(new double[values], 1, new double[targets], new double[weights], new double[drift], out _));
    }

    [Fact]
    public void Measure_AnyLength_AllocatesNothing()
    {
        (double[] values, double total, double[] targets) = Draw(new Random(23), LongestPortfolio);
        double[] weights = new double[LongestPortfolio], drift = new double[LongestPortfolio];
        double warm = RunAll(values, total, targets, weights, drift);
        double again = default;
        AllocationWatch watch = new();
        while (watch.Next())
            again = RunAll(values, total, targets, weights, drift);
        long allocated = watch.LeastBytes;
        Assert.Equal(0, allocated);
        AssertSameBits(warm, again, "the same work");
    }

    private static double RunAll(double[] values, double total, double[] targets, double[] weights, double[] drift)
    {
        double sum = 0;
        for (int n = 0; n <= drift.Length; n++)
            sum += DriftKernel.Measure(
                    values.AsSpan(0, n), total, targets.AsSpan(0, n), weights.AsSpan(0, n), drift.AsSpan(0, n), out _)
                + DriftKernel.MeasureScalar(
                    values.AsSpan(0, n), total, targets.AsSpan(0, n), weights.AsSpan(0, n), drift.AsSpan(0, n), out _);
        return sum;
    }

    private static double[] CheckTwins(
        double[] values, double total, double[] targets, out double max, out int worst, out double[] weights)
    {
        // Filled with a number that neither may leave behind.
        double[] drift = Filled(values.Length), plainDrift = Filled(values.Length), plainWeights = Filled(values.Length);
        weights = Filled(values.Length);
        max = DriftKernel.Measure(values, total, targets, weights, drift, out worst);
        double plainMax = DriftKernel.MeasureScalar(values, total, targets, plainWeights, plainDrift, out int plainWorst);
        AssertSameBits(plainMax, max, $"greatest of {values.Length}");
        Assert.Equal(plainWorst, worst);
        for (int i = 0; i < values.Length; i++)
        {
            AssertSameBits(plainWeights[i], weights[i], $"weight {i} of {values.Length}");
            AssertSameBits(plainDrift[i], drift[i], $"drift {i} of {values.Length}");
        }
        return drift;
    }

    private static double[] Filled(int length)
    {
        var numbers = new double[length];
        Array.Fill(numbers, 1234.5);
        return numbers;
    }

    private static (double[] Values, double Total, double[] Targets) Draw(Random random, int length)
    {
        double[] values = new double[length], targets = new double[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(8) == 0 ? 0 : Math.ScaleB(random.NextDouble(), random.Next(-10, 20));
            targets[i] = random.NextDouble() / length;
        }
        return (values, length == 0 ? 1 : values.Sum() + 1e-3, targets);
    }

    private static void AssertSameBits(double expected, double actual, string what) => Assert.True(
        BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual)
            || (double.IsNaN(expected) && double.IsNaN(actual)), // the payload of a NaN is left open
        $"{what}: {actual:R}, not {expected:R}");
}
