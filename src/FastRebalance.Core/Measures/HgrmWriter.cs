using System.Globalization;

namespace FastRebalance.Core.Measures;

/// <summary>
/// Writes a histogram as HdrHistogram's percentile distribution, the text that its log processor writes and its plotters read
/// (.hgrm). Values stand in microseconds.
/// </summary>
public static class HgrmWriter
{
    private const double NsPerUnit = 1000;
    private const int TicksPerHalfDistance = 5;

    /// <param name="writer">Takes the text; lines end in a line feed everywhere.</param>
    /// <param name="histogram">What to write; its writer should be at rest.</param>
    public static void Write(TextWriter writer, LatencyHistogram histogram)
    {
        (long HighestNs, long Count)[] buckets = [.. histogram.Buckets()];
        long total = buckets.Sum(b => b.Count);
        Line(writer, $"{"Value",12} {"Percentile",14} {"TotalCount",10} {"1/(1-Percentile)",14}\n");
        WriteLevels(writer, buckets, total);
        Line(writer, $"#[Mean    = {Units(histogram.MeanNs)}, StdDeviation   = {Units(StandardDeviation(histogram, buckets, total))}]");
        Line(writer, $"#[Max     = {Units(histogram.MaxNs)}, Total count    = {total,12}]");
        Line(writer, $"#[Buckets = {histogram.BucketCount,12}, SubBuckets     = {histogram.SubBucketCount,12}]");
    }

    /// <summary>
    /// A line whenever another level is reached. Levels halve their distance to 100 % in so many steps each time, so that the tail is
    /// told as finely as the middle; a last line at 100 % closes them.
    /// </summary>
    private static void WriteLevels(TextWriter writer, (long HighestNs, long Count)[] buckets, long total)
    {
        double level = 0;
        long seen = 0;
        for (int i = 0; i < buckets.Length; i++)
        {
            seen += buckets[i].Count;
            // Only the closing line follows once all is counted, however many levels the last bucket jumped.
            for (bool isFirst = true; 100.0 * seen / total >= level && (isFirst || seen < total); isFirst = false)
            {
                Line(writer, string.Create(CultureInfo.InvariantCulture,
                    $"{Units(buckets[i].HighestNs)} {level / 100,14:0.000000000000} {seen,10} {1 / (1 - level / 100),14:0.00}"));
                level = NextLevel(level);
            }
        }
        if (total > 0)
            Line(writer, string.Create(CultureInfo.InvariantCulture, $"{Units(buckets[^1].HighestNs)} {1.0,14:0.000000000000} {total,10}"));
    }

    private static double NextLevel(double level)
    {
        long halvings = (long)Math.Log2(100 / (100 - level)) + 1;
        return level + 100.0 / (TicksPerHalfDistance * (1L << (int)halvings));
    }

    /// <summary>Around the mean, each bucket standing at its highest value.</summary>
    private static double StandardDeviation(LatencyHistogram histogram, (long HighestNs, long Count)[] buckets, long total)
    {
        double squares = 0;
        foreach ((long highest, long count) in buckets)
            squares += (highest - histogram.MeanNs) * (highest - histogram.MeanNs) * count;
        return total == 0 ? 0 : Math.Sqrt(squares / total);
    }

    private static string Units(double ns) => string.Create(CultureInfo.InvariantCulture, $"{ns / NsPerUnit,12:0.000}");

    private static void Line(TextWriter writer, string text)
    {
        writer.Write(text);
        writer.Write('\n');
    }
}
