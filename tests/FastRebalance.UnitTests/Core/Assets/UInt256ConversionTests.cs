using System.Globalization;
using System.Numerics;
using FastRebalance.Core.Assets;
using static FastRebalance.UnitTests.Core.Assets.UInt256Numbers;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class UInt256ConversionTests
{
    [Fact]
    public void BigEndian_SeededNumbers_ReadBackTheSame()
    {
        var numbers = new UInt256Numbers(seed: 601);
        Span<byte> bytes = stackalloc byte[32];
        for (int i = 0; i < 20_000; i++)
        {
            UInt256 a = numbers.Next();
            a.WriteBigEndian(bytes);
            numbers.Same(new BigInteger(bytes, isUnsigned: true, isBigEndian: true), a, "big-endian bytes", a);
            numbers.Same(true, UInt256.ReadBigEndian(bytes) == a, "reading back", a);
            int first = bytes.IndexOfAnyExcept((byte)0);
            numbers.Same(true, UInt256.ReadBigEndian(first < 0 ? [] : bytes[first..]) == a, "reading back without leading zeros", a);
        }
    }

    [Fact]
    public void ReadBigEndian_MoreThan32Bytes_Throws() => Assert.Throws<ArgumentException>(() => UInt256.ReadBigEndian(new byte[33]));

    [Fact]
    public void BigInteger_SeededNumbers_ConvertBothWays()
    {
        var numbers = new UInt256Numbers(seed: 602);
        for (int i = 0; i < 20_000; i++)
        {
            UInt256 a = numbers.Next();
            numbers.Same((BigInteger)a, a, "to BigInteger", a);
            numbers.Same(true, (UInt256)Big(a) == a, "from BigInteger", a);
        }
        Assert.Throws<OverflowException>(() => (UInt256)Modulus);
        Assert.Throws<OverflowException>(() => (UInt256)BigInteger.MinusOne);
    }

    [Fact]
    public void Integers_InAndOut_KeepTheirValueOrThrow()
    {
        UInt256 word = ulong.MaxValue, two = UInt128.MaxValue;
        Assert.Equal(new UInt256(ulong.MaxValue), word);
        Assert.Equal(new UInt256(ulong.MaxValue, ulong.MaxValue), two);
        Assert.Equal(ulong.MaxValue, (ulong)word);
        Assert.Equal(UInt128.MaxValue, (UInt128)two);
        Assert.Throws<OverflowException>(() => (ulong)(word + 1));
        Assert.Throws<OverflowException>(() => (UInt128)(two + 1));
    }

    [Fact]
    public void ToDouble_SeededNumbersAndTies_IsTheNearest()
    {
        var numbers = new UInt256Numbers(seed: 603);
        foreach (UInt256 edge in Edges)
            CheckNearest(numbers, edge);
        for (int i = 0; i < 10_000; i++)
            CheckNearest(numbers, numbers.Next());

        // Halfway between two doubles, and one unit to either side of it, at every size.
        for (int shift = 0; shift < 256 - 54; shift++)
        {
            UInt256 significand = ((numbers.NextLimb() >> 11) | 1UL << 52) << 1 | 1;
            UInt256 half = significand << shift;
            CheckNearest(numbers, half);
            CheckNearest(numbers, half - 1);
            CheckNearest(numbers, half + 1);
        }
    }

    [Fact]
    public void TryFromDoubleFloor_SeededDoubles_IsTheExactFloor()
    {
        var random = new Random(604);
        for (int i = 0; i < 40_000; i++)
        {
            double value = Math.ScaleB(1 + random.NextDouble(), random.Next(-3, 256));
            Assert.True(UInt256.TryFromDoubleFloor(value, out UInt256 got), $"{value:R}, seed 604");
            Assert.True(new BigInteger(value) == Big(got), $"{value:R} gave {Big(got)}, seed 604");
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-double.Epsilon)]
    [InlineData(-1.0)]
    [InlineData(1.157920892373162e77)] // 2^256
    [InlineData(double.MaxValue)]
    public void TryFromDoubleFloor_NoSuchInteger_Refuses(double value)
    {
        Assert.False(UInt256.TryFromDoubleFloor(value, out UInt256 got));
        Assert.Equal(UInt256.Zero, got);
    }

    [Fact]
    public void TryFromDoubleFloor_ZerosAndTheGreatestDouble_GiveTheirFloor()
    {
        foreach (double value in (double[])[0.0, -0.0, double.Epsilon, 0.999999999])
        {
            Assert.True(UInt256.TryFromDoubleFloor(value, out UInt256 zero));
            Assert.Equal(UInt256.Zero, zero);
        }
        Assert.True(UInt256.TryFromDoubleFloor(Math.BitDecrement(Math.ScaleB(1, 256)), out UInt256 greatest));
        Assert.Equal(UInt256.MaxValue << 203, greatest);
    }

    [Fact]
    public void PowerOfTen_EveryExponent_IsExact()
    {
        for (int i = 0; i <= 77; i++)
            Assert.Equal(BigInteger.Pow(10, i), Big(UInt256.PowerOfTen(i)));
        Assert.Throws<ArgumentOutOfRangeException>(() => UInt256.PowerOfTen(78));
        Assert.Throws<ArgumentOutOfRangeException>(() => UInt256.PowerOfTen(-1));
    }

    // The runtime reads decimal text to the nearest double, ties to even: an oracle that shares nothing with the conversion.
    private static void CheckNearest(UInt256Numbers numbers, in UInt256 a)
    {
        double nearest = double.Parse(Big(a).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        numbers.Same(true, nearest == (double)a, $"nearest double of a ({nearest:R}, got {(double)a:R})", a);
    }
}
