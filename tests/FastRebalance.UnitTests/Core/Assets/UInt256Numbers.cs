using System.Buffers.Binary;
using System.Numerics;
using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Core.Assets;

/// <summary>Seeded 256-bit numbers that lean to the edges, and the integers of unlimited size to hold results against.</summary>
internal sealed class UInt256Numbers(int seed)
{
    public static readonly BigInteger Modulus = BigInteger.One << 256;

    private readonly Random _random = new(seed);

    /// <summary>Numbers around every limb's end, where carries and quotient digits go wrong.</summary>
    public static UInt256[] Edges { get; } = MakeEdges();

    public int Below(int limit) => _random.Next(limit);

    /// <summary>Zero to four limbs, each random or at an edge.</summary>
    public UInt256 Next()
    {
        int limbs = _random.Next(5);
        return new UInt256(Limb(limbs > 0), Limb(limbs > 1), Limb(limbs > 2), Limb(limbs > 3));
    }

    public ulong NextLimb() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    /// <summary>Built limb by limb, so that it owes nothing to the conversions under test.</summary>
    public static BigInteger Big(in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value.Limb0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], value.Limb1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], value.Limb2);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], value.Limb3);
        return new BigInteger(bytes, isUnsigned: true);
    }

    public static UInt256 Small(in BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true), "the expected number itself fits 256 bits");
        return new UInt256(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
    }

    /// <summary>Fails with everything needed to see the case again.</summary>
    public void Same(in BigInteger expected, in UInt256 actual, string what, in UInt256 a, in UInt256 b = default, in UInt256 d = default)
    {
        if (expected != Big(actual)) Fail($"{what} gave {Big(actual):x}, not {expected:x}", a, b, d);
    }

    public void Same(bool expected, bool actual, string what, in UInt256 a, in UInt256 b = default, in UInt256 d = default)
    {
        if (expected != actual) Fail($"{what} said {actual}, not {expected}", a, b, d);
    }

    private void Fail(string what, in UInt256 a, in UInt256 b, in UInt256 d) =>
        Assert.Fail($"{what}; seed {seed}, a = 0x{Big(a):x}, b = 0x{Big(b):x}, d = 0x{Big(d):x}");

    private ulong Limb(bool used) => !used ? 0 : _random.Next(8) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => 1UL << 63,
        3 => (ulong)_random.Next(4),
        4 => ulong.MaxValue - (ulong)_random.Next(4),
        5 => NextLimb() >> _random.Next(64),
        _ => NextLimb(),
    };

    private static UInt256[] MakeEdges()
    {
        var edges = new List<UInt256>();
        foreach (int power in (int[])[0, 1, 32, 63, 64, 65, 127, 128, 129, 191, 192, 193, 255, 256])
            for (int offset = -1; offset <= 1; offset++)
            {
                BigInteger edge = (BigInteger.One << power) + offset;
                if (edge < Modulus) edges.Add(Small(edge));
            }
        return [.. edges.Distinct()];
    }
}
