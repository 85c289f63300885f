using System.Numerics;

namespace FastRebalance.Core.Measures;

/// <summary>
/// Counts latencies from 1 ns to one hour in memory fixed at construction, with HdrHistogram's buckets: linear inside each power of
/// two, so that the relative error is the same everywhere. Recording takes a handful of instructions and allocates nothing.
/// </summary>
/// <remarks>
/// One thread writes. Others may read at any time without a lock and may then see a record in one figure and not yet in another
/// (in <see cref="Count"/> but not in <see cref="MaxNs"/>, say); each figure by itself is whole, and right once the writer rests.
/// </remarks>
public sealed class LatencyHistogram
{
    /// <summary>One hour. Longer latencies are counted in the last bucket; <see cref="MaxNs"/> and <see cref="MeanNs"/> keep their true length.</summary>
    public const long LargestNs = 3_600_000_000_000;

    private readonly long[] _counts;
    private readonly int _bits;
    private long _count;
    private long _minNs = long.MaxValue;
    private long _maxNs;
    private double _sumNs;

    /// <param name="significantDigits">
    /// 3 (the default, some 260 KiB): a percentile is at most 1/1024 above the exact one. 2 (some 36 KiB): at most 1/128 above it.
    /// </param>
    public LatencyHistogram(int significantDigits = 3)
    {
        _bits = significantDigits switch
        {
            3 => 11,
            2 => 8,
            _ => throw new ArgumentOutOfRangeException(nameof(significantDigits), significantDigits, "use 2 or 3 significant digits"),
        };
        SignificantDigits = significantDigits;
        _counts = new long[IndexOf(LargestNs) + 1];
    }

    public int SignificantDigits { get; }

    /// <summary>A percentile up to <see cref="LargestNs"/> is at most this part above the exact one, and never below it.</summary>
    public double RelativeError => 1.0 / (1 << (_bits - 1));

    /// <summary>Places in a bucket of HdrHistogram's, whose upper half alone counts from the second bucket on.</summary>
    public int SubBucketCount => 1 << _bits;

    /// <summary>Buckets, each of twice the width of the one before.</summary>
    public int BucketCount => (_counts.Length - 1) >> (_bits - 1);

    public long Count => Volatile.Read(ref _count);

    /// <summary>The shortest latency, exactly; 0 while nothing is recorded.</summary>
    public long MinNs
    {
        get
        {
            long min = Volatile.Read(ref _minNs);
            return min == long.MaxValue ? 0 : min;
        }
    }

    /// <summary>The longest latency, exactly; 0 while nothing is recorded.</summary>
    public long MaxNs => Volatile.Read(ref _maxNs);

    /// <summary>The mean, exact up to a double's rounding; 0 while nothing is recorded.</summary>
    public double MeanNs
    {
        get
        {
            long count = Count;
            return count == 0 ? 0 : Volatile.Read(ref _sumNs) / count;
        }
    }

    /// <summary>Counts one latency. A negative one, as from a clock that stepped back, counts as zero.</summary>
    public void Record(long latencyNs)
    {
        long value = Math.Max(latencyNs, 0);
        _counts[IndexOf(Math.Min(value, LargestNs))]++;
        _sumNs += value;
        if (value < _minNs) _minNs = value;
        if (value > _maxNs) _maxNs = value;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Goes where such a latency would be counted and counts nothing: its place is within reach when one comes. The writer's thread.</summary>
    public void Touch(long latencyNs)
    {
        ref long count = ref _counts[IndexOf(Math.Clamp(latencyNs, 0, LargestNs))];
        Volatile.Write(ref count, Volatile.Read(ref count));
    }

    /// <summary>Counts the same latency so many times, as when histograms are turned into others. Not for the hot path.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is negative.</exception>
    public void Record(long latencyNs, long times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        if (times == 0) return;
        long value = Math.Max(latencyNs, 0);
        _counts[IndexOf(Math.Min(value, LargestNs))] += times;
        _sumNs += (double)value * times;
        _minNs = Math.Min(_minNs, value);
        _maxNs = Math.Max(_maxNs, value);
        Volatile.Write(ref _count, _count + times);
    }

    /// <summary>
    /// What is counted, shortest first: the longest latency that falls into the bucket (never past <see cref="MaxNs"/>) and how many
    /// did. Empty buckets are left out.
    /// </summary>
    public IEnumerable<(long HighestNs, long Count)> Buckets()
    {
        for (int i = 0; i < _counts.Length; i++)
            if (_counts[i] > 0)
                yield return (i == _counts.Length - 1 ? MaxNs : Math.Min(HighestIn(i), MaxNs), _counts[i]);
    }

    /// <summary>
    /// The latency that this part of all records did not exceed (nearest rank), rounded up to the end of its bucket but never past
    /// <see cref="MaxNs"/>. 0 while nothing is recorded. Reads the whole table: not for the hot path.
    /// </summary>
    /// <param name="percentile">0..100; 0 asks for the shortest, 100 for the longest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentile is outside 0..100, or NaN.</exception>
    public long PercentileNs(double percentile)
    {
        if (!(percentile >= 0 && percentile <= 100))
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "a percentile lies between 0 and 100");
        if (percentile == 0) return MinNs;

        long rank = RankOf(percentile, CountInBuckets());
        if (rank == 0) return 0;
        int index = 0;
        for (long seen = _counts[0]; seen < rank && index < _counts.Length - 1; seen += _counts[index])
            index++;
        long longest = MaxNs;
        return index == _counts.Length - 1 ? longest : Math.Min(HighestIn(index), longest);
    }

    /// <summary>Forgets everything. Writer's thread only.</summary>
    public void Reset()
    {
        Array.Clear(_counts);
        _minNs = long.MaxValue;
        _maxNs = 0;
        _sumNs = 0;
        Volatile.Write(ref _count, 0);
    }

    /// <summary>Counts everything that <paramref name="other"/> counted as well. Called on this histogram's writer thread.</summary>
    /// <exception cref="ArgumentException">The other histogram has another number of significant digits.</exception>
    public void Add(LatencyHistogram other)
    {
        if (other._bits != _bits)
            throw new ArgumentException(
                $"histograms of {SignificantDigits} and {other.SignificantDigits} significant digits do not add up: give both the same",
                nameof(other));
        long added = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            long count = other._counts[i]; // once, since its writer may be at work
            _counts[i] += count;
            added += count;
        }
        _sumNs += other._sumNs;
        _minNs = Math.Min(_minNs, other._minNs);
        _maxNs = Math.Max(_maxNs, other._maxNs);
        Volatile.Write(ref _count, _count + added);
    }

    /// <summary>Makes <paramref name="destination"/> a copy of this one. Called on the destination's writer thread.</summary>
    /// <exception cref="ArgumentException">The destination has another number of significant digits; it is then left as it was.</exception>
    public void CopyTo(LatencyHistogram destination)
    {
        if (ReferenceEquals(this, destination)) return;
        if (destination._bits != _bits)
            throw new ArgumentException(
                $"a histogram of {SignificantDigits} significant digits does not fit one of {destination.SignificantDigits}: give both the same",
                nameof(destination));
        destination.Reset();
        destination.Add(this);
    }

    // Values below 2^bits have a place each. Above, a value keeps its top `bits` bits: the shift names the power of two, and since the
    // highest of the kept bits is always set, each further shift adds half as many places.
    private int IndexOf(long value)
    {
        int shift = 64 - BitOperations.LeadingZeroCount((ulong)value | ((1UL << _bits) - 1)) - _bits;
        return (shift << (_bits - 1)) + (int)(value >> shift);
    }

    private long HighestIn(int index)
    {
        int shift = Math.Max((index >> (_bits - 1)) - 1, 0);
        long kept = index - (shift << (_bits - 1));
        return ((kept + 1) << shift) - 1;
    }

    // The table's own sum, not Count: a reader beside a running writer then still finds the rank inside the table.
    private long CountInBuckets()
    {
        long total = 0;
        foreach (long count in _counts)
            total += count;
        return total;
    }

    // The factor undoes the rounding of percentiles with no exact binary form: 99.9 % of 1000 is the 999th, not the 1000th.
    private static long RankOf(double percentile, long total) =>
        Math.Min((long)Math.Ceiling(percentile / 100 * total * (1 - 1e-12)), total);
}
