using System.Runtime.CompilerServices;

namespace FastRebalance.Simulation.LatencyValue.Paths;

/// <summary>
/// Seeded noise of two kinds: a stream to draw from in turn, and noise by name, which is the same whoever asks and in whatever order.
/// The generator is SplitMix64 (Steele, Lea, Flood 2014).
/// </summary>
internal sealed class Dice(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(seed);
    private double _spare;
    private bool _hasSpare;

    /// <summary>A seed for the given part of the given seed.</summary>
    public static ulong Seed(ulong seed, ulong part) => Mix(seed * Step + Mix(part + Step));

    /// <summary>The normal number of this name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double NormalOf(ulong seed, ulong cell, ulong node)
    {
        ulong bits = Mix(Mix(seed ^ (cell * 0xD1342543DE82EF95)) ^ (node * Step));
        double radius = ((bits >> 32) + 0.5) * (1.0 / 4294967296.0);
        double angle = (uint)bits * (2 * Math.PI / 4294967296.0);
        return Math.Sqrt(-2 * Math.Log(radius)) * Math.Cos(angle);
    }

    /// <summary>In (0, 1): neither end.</summary>
    public double Uniform() => ((Next() >> 12) + 0.5) * (1.0 / (1L << 52));

    public double Exponential() => -Math.Log(Uniform());

    public int Sign() => (long)Next() < 0 ? -1 : 1;

    /// <summary>Marsaglia's polar method.</summary>
    public double Normal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }
        double u, v, s;
        do
        {
            u = 2 * Uniform() - 1;
            v = 2 * Uniform() - 1;
            s = u * u + v * v;
        }
        while (s is >= 1 or 0);
        double scale = Math.Sqrt(-2 * Math.Log(s) / s);
        (_spare, _hasSpare) = (v * scale, true);
        return u * scale;
    }

    private ulong Next() => Mix(_state += Step);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
