using System.Globalization;
using FastRebalance.Core.Measures;

namespace FastRebalance.UnitTests.Core.Measures;

public sealed class HgrmWriterTests
{
    /// <summary>
    /// Worked out by hand from the format: levels 0, 10 … 50 %, then half the distance to 100 % in five steps each time; a line for each
    /// level that a bucket reaches, until all is counted.
    /// </summary>
    [Fact]
    public void Write_TenEvenLatencies_IsTheDistributionWorkedOutByHand()
    {
        LatencyHistogram histogram = new();
        for (int i = 1; i <= 10; i++)
            histogram.Record(100 * i);
        Assert.Equal("""
                   Value     Percentile TotalCount 1/(1-Percentile)

                   0.100 0.000000000000          1           1.00
                   0.100 0.100000000000          1           1.11
                   0.200 0.200000000000          2           1.25
                   0.300 0.300000000000          3           1.43
                   0.400 0.400000000000          4           1.67
                   0.500 0.500000000000          5           2.00
                   0.600 0.550000000000          6           2.22
                   0.600 0.600000000000          6           2.50
                   0.700 0.650000000000          7           2.86
                   0.700 0.700000000000          7           3.33
                   0.800 0.750000000000          8           4.00
                   0.800 0.775000000000          8           4.44
                   0.800 0.800000000000          8           5.00
                   0.900 0.825000000000          9           5.71
                   0.900 0.850000000000          9           6.67
                   0.900 0.875000000000          9           8.00
                   0.900 0.887500000000          9           8.89
                   0.900 0.900000000000          9          10.00
                   1.000 0.912500000000         10          11.43
                   1.000 1.000000000000         10
            #[Mean    =        0.550, StdDeviation   =        0.287]
            #[Max     =        1.000, Total count    =           10]
            #[Buckets =           32, SubBuckets     =         2048]

            """.ReplaceLineEndings("\n"), TextOf(histogram));
    }

    [Fact]
    public void Write_Nothing_IsHeadAndFoot()
    {
        string[] lines = TextOf(new LatencyHistogram(2)).Split('\n');
        Assert.Equal(["       Value     Percentile TotalCount 1/(1-Percentile)", "", "#[Mean    =        0.000, StdDeviation   =        0.000]",
            "#[Max     =        0.000, Total count    =            0]", "#[Buckets =           35, SubBuckets     =          256]", ""], lines);
    }

    [Fact]
    public void Write_SeededLatencies_SaysWhatTheHistogramSays()
    {
        LatencyHistogram histogram = new();
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
            histogram.Record((long)Math.Exp(random.NextDouble() * 15));
        int levels = 0;
        foreach (string line in TextOf(histogram).Split('\n').Skip(2).TakeWhile(l => !l.StartsWith('#')))
        {
            double[] cells = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
            // The level asks for at least so much; the histogram's percentile of it is the line's value, to the printed digit.
            Assert.Equal(histogram.PercentileNs(cells[1] * 100), cells[0] * 1000, 1.0);
            Assert.True(cells[2] >= cells[1] * histogram.Count - 1e-6, line);
            levels++;
        }
        Assert.InRange(levels, 60, 90);
    }

    private static string TextOf(LatencyHistogram histogram)
    {
        StringWriter writer = new();
        HgrmWriter.Write(writer, histogram);
        return writer.ToString();
    }
}
