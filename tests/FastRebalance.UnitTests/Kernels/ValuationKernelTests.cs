using FastRebalance.Kernels;

namespace FastRebalance.UnitTests.Kernels;

public sealed class ValuationKernelTests
{
    private const int LongestPortfolio = 67;

    [Fact]
    public void Measure_EveryLength_IsItsPlainTwinToTheLastBit()
    {
        var random = new Random(11);
        for (int round = 0; round < 40; round++)
            for (int length = 0; length <= LongestPortfolio; length++)
            {
                (double[] quantities, double[] prices) = Draw(random, length);
                double[] values = new double[length], plain = new double[length];
                double total = ValuationKernel.Measure(quantities, prices, values);
                double plainTotal = ValuationKernel.MeasureScalar(quantities, prices, plain);
                AssertSameBits(plainTotal, total, $"total of {length}, seed 11");
                for (int i = 0; i < length; i++)
                {
                    AssertSameBits(quantities[i] * prices[i], values[i], $"value {i} of {length}, seed 11");
                    AssertSameBits(plain[i], values[i], $"value {i} of {length}, seed 11");
                }
            }
    }

    [Fact]
    public void Measure_EveryLength_SumsInTheStatedOrder()
    {
        var random = new Random(12);
        for (int length = 0; length <= LongestPortfolio; length++)
        {
            (double[] quantities, double[] prices) = Draw(random, length);
            var lanes = new double[4];
            for (int lane = 0; lane < 4; lane++)
                for (int i = lane; i < length; i += 4)
                    lanes[lane] += quantities[i] * prices[i];
            double expected = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
            AssertSameBits(expected, ValuationKernel.Measure(quantities, prices, new double[length]), $"total of {length}, seed 12");
        }
    }

    [Fact]
    public void Measure_AgainstThePlainSum_StaysWithinTheStatedBound()
    {
        var random = new Random(13);
        int different = 0;
        for (int round = 0; round < 200; round++)
            for (int length = 1; length <= LongestPortfolio; length++)
            {
                (double[] quantities, double[] prices) = Draw(random, length);
                double plain = 0, size = 0;
                for (int i = 0; i < length; i++)
                {
                    plain += quantities[i] * prices[i];
                    size += Math.Abs(quantities[i] * prices[i]);
                }
                double total = ValuationKernel.Measure(quantities, prices, new double[length]);
                double bound = (1.25 * length + 3) * Math.ScaleB(1, -53) * size;
                Assert.True(Math.Abs(total - plain) <= bound, $"{total:R} against {plain:R}, length {length}, seed 13");
                if (total != plain) different++;
            }
        Assert.True(different > 0, "the orders of the sums differ, or the bound proves nothing");
    }

    [Fact]
    public void Measure_InPlace_GivesTheSame()
    {
        (double[] quantities, double[] prices) = Draw(new Random(14), 13);
        double expected = ValuationKernel.Measure(quantities, prices, new double[13]);
        AssertSameBits(expected, ValuationKernel.Measure(quantities, prices, quantities), "in place");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(8)]
    public void Measure_NaNOrInfinity_SpreadsIntoTheTotal(int place)
    {
        (double[] quantities, double[] prices) = Draw(new Random(15), 9);
        prices[place] = double.NaN;
        var values = new double[9];
        Assert.True(double.IsNaN(ValuationKernel.Measure(quantities, prices, values)));
        Assert.Equal(place, Array.FindIndex(values, double.IsNaN));
        Assert.Equal(1, values.Count(double.IsNaN));

        quantities[place] = 1;
        prices[place] = double.PositiveInfinity;
        Assert.Equal(double.PositiveInfinity, ValuationKernel.Measure(quantities, prices, values));
    }

    [Fact]
    public void Measure_MismatchedLengths_Throws()
    {
        Assert.Throws<ArgumentException>(() => ValuationKernel.Measure(new double[3], new double[4], new double[4]));
        Assert.Throws<ArgumentException>(() => ValuationKernel.Measure(new double[4], new double[3], new double[4]));
        Assert.Throws<ArgumentException>(() => ValuationKernel.Measure(new double[4], new double[4], new double[3]));
        Assert.Throws<ArgumentException>(() => ValuationKernel.MeasureScalar(new double[4], new double[4], new double[3]));
    }

    [Fact]
    public void Measure_AnyLength_AllocatesNothing()
    {
        (double[] quantities, double[] prices) = Draw(new Random(16), LongestPortfolio);
        var values = new double[LongestPortfolio];
        double warm = RunAll(quantities, prices, values);
        double again = default;
        AllocationWatch watch = new();
        while (watch.Next())
            again = RunAll(quantities, prices, values);
        long allocated = watch.LeastBytes;
        Assert.Equal(0, allocated);
        AssertSameBits(warm, again, "the same work");
    }

    private static double RunAll(double[] quantities, double[] prices, double[] values)
    {
        double sum = 0;
        for (int length = 0; length <= values.Length; length++)
        {
            sum += ValuationKernel.Measure(quantities.AsSpan(0, length), prices.AsSpan(0, length), values.AsSpan(0, length));
            sum += ValuationKernel.MeasureScalar(quantities.AsSpan(0, length), prices.AsSpan(0, length), values.AsSpan(0, length));
        }
        return sum;
    }

    private static (double[] Quantities, double[] Prices) Draw(Random random, int length)
    {
        double[] quantities = new double[length], prices = new double[length];
        for (int i = 0; i < length; i++)
        {
            quantities[i] = random.Next(8) == 0 ? 0 : Math.ScaleB(random.NextDouble(), random.Next(-20, 40));
            prices[i] = Math.ScaleB(random.NextDouble(), random.Next(-20, 20));
        }
        return (quantities, prices);
    }

    private static void AssertSameBits(double expected, double actual, string what) => Assert.True(
        BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual), $"{what}: {actual:R}, not {expected:R}");
}
