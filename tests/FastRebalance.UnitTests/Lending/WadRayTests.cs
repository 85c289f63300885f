using System.Numerics;
using FastRebalance.Core.Assets;
using FastRebalance.Lending;

namespace FastRebalance.UnitTests.Lending;

public sealed class WadRayTests
{
    private static readonly BigInteger s_word = BigInteger.One << 256;

    private delegate bool Operation(in UInt256 a, in UInt256 b, out UInt256 result);

    public static TheoryData<string> Operations => ["WadMul", "RayMul", "WadDiv", "RayDiv", "PercentMul", "PercentDiv"];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_SeededNumbers_RoundsHalfUpOrRefusesAsTheContracts(string name)
    {
        (Operation operation, BigInteger one, bool divides) = Named(name);
        Random random = new(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            UInt256 a = Any(random, 256), b = name.StartsWith("Percent", StringComparison.Ordinal) ? (ulong)random.Next(20_000) : Any(random, 200);
            BigInteger wide = divides ? (BigInteger)a * one + (BigInteger)b / 2 : (BigInteger)a * (BigInteger)b + one / 2;
            bool fits = wide < s_word && !(divides && b.IsZero);

            Assert.Equal(fits, operation(in a, in b, out UInt256 result));
            Assert.Equal(fits ? wide / (divides ? (BigInteger)b : one) : 0, (BigInteger)result);
            refused += fits ? 0 : 1;
        }
        Assert.InRange(refused, 100, 19_000);
    }

    [Fact]
    public void RayMul_HalfAUnit_RoundsUp()
    {
        UInt256 half = WadRay.Ray >> 1;
        Assert.True(WadRay.TryRayMul(in half, UInt256.One, out UInt256 up));
        Assert.True(WadRay.TryRayMul(half - UInt256.One, UInt256.One, out UInt256 down));
        Assert.Equal((UInt256.One, UInt256.Zero), (up, down));
    }

    private static (Operation, BigInteger One, bool Divides) Named(string name) => name switch
    {
        "WadMul" => (WadRay.TryWadMul, BigInteger.Pow(10, 18), false),
        "RayMul" => (WadRay.TryRayMul, BigInteger.Pow(10, 27), false),
        "WadDiv" => (WadRay.TryWadDiv, BigInteger.Pow(10, 18), true),
        "RayDiv" => (WadRay.TryRayDiv, BigInteger.Pow(10, 27), true),
        "PercentMul" => ((in UInt256 a, in UInt256 b, out UInt256 r) => WadRay.TryPercentMul(in a, (ulong)b, out r), 10_000, false),
        _ => ((in UInt256 a, in UInt256 b, out UInt256 r) => WadRay.TryPercentDiv(in a, (ulong)b, out r), 10_000, true),
    };

    private static UInt256 Any(Random random, int mostBits)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes);
        return UInt256.ReadBigEndian(bytes) >> (256 - random.Next(mostBits + 1));
    }
}
