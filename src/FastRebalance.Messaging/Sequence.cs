using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRebalance.Messaging;

/// <summary>
/// How far one party has come: the producer's cursor, or the last event that a consumer has done with. One thread advances it
/// (a multi-producer cursor excepted) and many may read it. It lies alone on its cache lines, so that watching one sequence
/// never slows the owner of another.
/// </summary>
public sealed class Sequence
{
    /// <summary>Where every sequence starts: the first event of a ring is 0 and nobody has seen it.</summary>
    public const long Initial = -1;

    private PaddedLong _padded;

    public Sequence(long initial = Initial) => _padded.Value = initial;

    /// <summary>The sequence as last published by its owner; reads made after it see what the owner wrote before publishing it.</summary>
    public long Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _padded.Value);
    }

    /// <summary>Publishes a new value: everything that this thread wrote before is visible to whoever reads it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(long value) => Volatile.Write(ref _padded.Value, value);

    /// <summary>Replaces <paramref name="expected"/> by <paramref name="value"/>; false when another thread was first.</summary>
    public bool CompareAndSet(long expected, long value) =>
        Interlocked.CompareExchange(ref _padded.Value, value, expected) == expected;

    /// <summary>Adds atomically and returns the sum.</summary>
    public long AddAndGet(long increment) => Interlocked.Add(ref _padded.Value, increment);

    /// <summary>The smallest of several sequences; <paramref name="otherwise"/> when there are none.</summary>
    public static long Minimum(ReadOnlySpan<Sequence> sequences, long otherwise)
    {
        if (sequences.IsEmpty)
            return otherwise;
        long minimum = long.MaxValue;
        foreach (Sequence sequence in sequences)
            minimum = Math.Min(minimum, sequence.Value);
        return minimum;
    }

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// A 64-bit value with 128 bytes to either side: x86 fetches lines of 64 bytes in pairs, and the heap aligns to 8 only, so a
/// full pair of distance is what keeps a neighbour's writes away wherever the object lands.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Padding + sizeof(long) + Padding)]
internal struct PaddedLong
{
    public const int Padding = 128;

    [FieldOffset(Padding)] public long Value;
}
