using System.Diagnostics;

namespace FastRebalance.Bench.Signing;

/// <summary>Times of one thing, kept whole; the median is of all of them.</summary>
internal sealed class Samples(int capacity)
{
    private readonly double[] _values = new double[capacity];
    private int _count;

    public double this[int index] => _values[index];

    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks) => AddValue(ticks * (1e9 / Stopwatch.Frequency));

    public void AddValue(double value) => _values[_count++] = value;

    public double Median()
    {
        double[] sorted = _values[.._count];
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }
}
