using FastRebalance.Core.Measures;

namespace FastRebalance.UnitTests.Core.Measures;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Percentiles = [0, 0.001, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 99.999, 100];

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 4)]
    public void Percentile_SeededLatencies_LiesWithinTheStatedErrorAboveTheExactOne(int digits, int seed)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram(digits);
        var exact = new long[50_000];
        for (int i = 0; i < exact.Length; i++)
            histogram.Record(exact[i] = (long)Math.Exp(random.NextDouble() * Math.Log(LatencyHistogram.LargestNs)));
        Array.Sort(exact);

        foreach (double percentile in Percentiles)
        {
            long expected = exact[Math.Max(0, (int)Math.Ceiling((decimal)percentile * exact.Length / 100) - 1)];
            long got = histogram.PercentileNs(percentile);
            Assert.True(got >= expected, $"p{percentile}: {got} is below {expected}, seed {seed}");
            Assert.True(got <= expected * (1 + histogram.RelativeError), $"p{percentile}: {got} is too far above {expected}, seed {seed}");
        }
        Assert.Equal(exact.Length, histogram.Count);
        Assert.Equal(exact[0], histogram.MinNs);
        Assert.Equal(exact[^1], histogram.MaxNs);
        Assert.Equal(exact.Average(), histogram.MeanNs, exact.Average() * 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Percentile_OneLatencyAroundEveryPowerOfTwo_IsThatLatency(int digits)
    {
        for (int power = 0; power < 42; power++)
            for (long value = Math.Max(0, (1L << power) - 2); value <= Math.Min((1L << power) + 2, LatencyHistogram.LargestNs); value++)
            {
                var histogram = new LatencyHistogram(digits);
                histogram.Record(value);
                histogram.Record(LatencyHistogram.LargestNs); // so that the greatest does not cap the first one's bucket
                long got = histogram.PercentileNs(50);
                Assert.InRange(got, value, (long)(value * (1 + histogram.RelativeError)));
            }
    }

    [Fact]
    public void Percentile_OneToOneThousand_TakesTheNearestRank()
    {
        var histogram = new LatencyHistogram();
        for (int i = 1; i <= 1000; i++)
            histogram.Record(i);
        for (int tenths = 1; tenths <= 1000; tenths++)
            Assert.Equal(tenths, histogram.PercentileNs(tenths / 10.0)); // below 2048 every nanosecond has a place of its own
    }

    [Fact]
    public void Record_OutsideTheRange_CountsAtTheEnds()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);
        Assert.Equal(2, histogram.Count);
        Assert.Equal(0, histogram.MinNs);
        Assert.Equal(0, histogram.PercentileNs(50));
        Assert.Equal(long.MaxValue, histogram.MaxNs);
        Assert.Equal(long.MaxValue, histogram.PercentileNs(100));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(750)]
    [InlineData(long.MaxValue)]
    public void Touch_AnyLatency_CountsNothing(long latencyNs)
    {
        LatencyHistogram histogram = new();
        histogram.Record(750);
        histogram.Touch(latencyNs);

        Assert.Equal((1L, 750L, 750L), (histogram.Count, histogram.MinNs, histogram.MaxNs));
        Assert.Equal([(750L, 1L)], histogram.Buckets());
    }

    [Fact]
    public void Everything_Empty_IsZero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.Count);
        Assert.Equal(0, histogram.MinNs);
        Assert.Equal(0, histogram.MaxNs);
        Assert.Equal(0, histogram.MeanNs);
        foreach (double percentile in Percentiles)
            Assert.Equal(0, histogram.PercentileNs(percentile));
    }

    [Fact]
    public void Add_TwoHalves_IsTheWhole()
    {
        var random = new Random(5);
        LatencyHistogram whole = new(2), left = new(2), right = new(2);
        for (int i = 0; i < 10_000; i++)
        {
            long value = random.NextInt64(1, 1_000_000_000);
            whole.Record(value);
            (i % 3 == 0 ? left : right).Record(value);
        }
        left.Add(right);
        AssertSame(whole, left);

        left.Add(new LatencyHistogram(2)); // an empty one changes nothing
        AssertSame(whole, left);
    }

    [Fact]
    public void CopyTo_UsedDestination_BecomesTheSame()
    {
        LatencyHistogram source = new(), destination = new();
        source.Record(10);
        source.Record(1_000_000);
        destination.Record(77);
        source.CopyTo(destination);
        AssertSame(source, destination);
        source.CopyTo(source);
        Assert.Equal(2, source.Count);
    }

    [Fact]
    public void Reset_AfterRecords_IsAsNew()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(10);
        histogram.Record(1_000_000);
        histogram.Reset();
        AssertSame(new LatencyHistogram(), histogram);
        histogram.Record(5);
        Assert.Equal(5, histogram.MinNs);
    }

    [Fact]
    public void SetUp_WrongUse_Throws()
    {
        var histogram = new LatencyHistogram(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatencyHistogram(4));
        Assert.Throws<ArgumentException>(() => histogram.Add(new LatencyHistogram(2)));
        Assert.Throws<ArgumentException>(() => histogram.CopyTo(new LatencyHistogram(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.PercentileNs(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.PercentileNs(100.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.PercentileNs(double.NaN));
    }

    [Fact]
    public void RecordAndRead_AfterConstruction_AllocateNothing()
    {
        LatencyHistogram histogram = new(), other = new();
        long warm = RunAll(histogram, other);
        long again = default;
        AllocationWatch watch = new();
        while (watch.Next())
            again = RunAll(histogram, other);
        long allocated = watch.LeastBytes;
        Assert.Equal(0, allocated);
        Assert.Equal(warm, again);
    }

    private static long RunAll(LatencyHistogram histogram, LatencyHistogram other)
    {
        histogram.Reset();
        for (int i = 0; i < 1000; i++)
            histogram.Record(i * 12_345L);
        histogram.CopyTo(other);
        other.Add(histogram);
        return other.PercentileNs(99) + (long)other.MeanNs + other.MaxNs + other.MinNs + other.Count;
    }

    private static void AssertSame(LatencyHistogram expected, LatencyHistogram actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.MinNs, actual.MinNs);
        Assert.Equal(expected.MaxNs, actual.MaxNs);
        Assert.Equal(expected.MeanNs, actual.MeanNs, 1e-6);
        foreach (double percentile in Percentiles)
            Assert.Equal(expected.PercentileNs(percentile), actual.PercentileNs(percentile));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Buckets_SeededLatencies_MakeTheSameHistogramAgain(int digits)
    {
        Random random = new(11);
        LatencyHistogram histogram = new(digits), again = new(digits);
        for (int i = 0; i < 10_000; i++)
            histogram.Record((long)Math.Exp(random.NextDouble() * Math.Log(2.0 * LatencyHistogram.LargestNs)));
        long last = -1;
        foreach ((long highest, long count) in histogram.Buckets())
        {
            Assert.True(highest > last && count > 0, $"{count} of {highest} after {last}");
            last = highest;
            again.Record(highest, count);
        }
        Assert.Equal(histogram.MaxNs, last);
        Assert.Equal(histogram.Count, again.Count);
        foreach (double percentile in Percentiles.Where(p => p > 0))
            Assert.Equal(histogram.PercentileNs(percentile), again.PercentileNs(percentile));
    }

    [Fact]
    public void Record_SoManyTimes_IsRecordingSoOften()
    {
        LatencyHistogram once = new(), often = new();
        foreach (long value in new long[] { 0, 7, 5_000, 123_456_789 })
        {
            once.Record(value, times: 3);
            for (int i = 0; i < 3; i++)
                often.Record(value);
        }
        once.Record(LatencyHistogram.LargestNs, times: 0);
        Assert.Equal(often.Buckets(), once.Buckets());
        Assert.Equal((often.Count, often.MinNs, often.MaxNs, often.MeanNs), (once.Count, once.MinNs, once.MaxNs, once.MeanNs));
        Assert.Throws<ArgumentOutOfRangeException>(() => once.Record(1, times: -1));
    }
}
