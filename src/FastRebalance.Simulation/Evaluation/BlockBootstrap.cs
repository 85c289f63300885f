namespace FastRebalance.Simulation.Evaluation;

/// <summary>The moving-block bootstrap (Künsch 1989): resamples whole blocks, so that what hangs together within one stays together.</summary>
public static class BlockBootstrap
{
    private const int Resamples = 2_000;
    private const double Tail = 0.025;

    /// <summary>Percentile interval of the mean; the same seed gives the same interval.</summary>
    /// <param name="values">One per step, such as a day.</param>
    /// <param name="blockLength">Steps of one block; above the series' memory.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no block.</exception>
    public static Interval MeanInterval(ReadOnlySpan<double> values, int blockLength, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, blockLength);
        Random random = new(seed);
        double[] means = new double[Resamples];
        for (int i = 0; i < means.Length; i++)
            means[i] = Resampled(values, blockLength, random);
        Array.Sort(means);
        return new Interval(Mean(values), means[(int)(Tail * Resamples)], means[(int)((1 - Tail) * Resamples) - 1]);
    }

    private static double Resampled(ReadOnlySpan<double> values, int blockLength, Random random)
    {
        double sum = 0;
        for (int taken = 0; taken < values.Length; taken += blockLength)
        {
            int from = random.Next(values.Length - blockLength + 1);
            foreach (double value in values.Slice(from, Math.Min(blockLength, values.Length - taken)))
                sum += value;
        }
        return sum / values.Length;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }
}
