namespace FastRebalance.Devnet.Market;

/// <summary>
/// A small seeded generator (SplitMix64, Steele, Lea and Flood 2014) whose sequence is ours to keep: the same seed gives the same
/// market on every platform and in every later version. Not for secrets. One thread.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>Evenly from 0 up to, not including, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Evenly between the two.</summary>
    public double NextBetween(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int NextIndex(int count) => (int)(NextDouble() * count);

    /// <summary>Normal, mean 0 and deviation 1.</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
}
