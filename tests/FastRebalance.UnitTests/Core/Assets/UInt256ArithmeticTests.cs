using System.Numerics;
using FastRebalance.Core.Assets;
using static FastRebalance.UnitTests.Core.Assets.UInt256Numbers;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class UInt256ArithmeticTests
{
    private const int Cases = 250_000;

    [Fact]
    public void AddSubtract_SeededNumbers_AgreeWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 101);
        for (int i = 0; i < Cases; i++)
            CheckSums(numbers, numbers.Next(), numbers.Next());
    }

    [Fact]
    public void Multiply_SeededNumbers_AgreesWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 102);
        for (int i = 0; i < Cases; i++)
            CheckProduct(numbers, numbers.Next(), numbers.Next());
    }

    [Fact]
    public void AddSubtractMultiply_EveryPairOfEdges_AgreesWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 0);
        foreach (UInt256 a in Edges)
            foreach (UInt256 b in Edges)
            {
                CheckSums(numbers, a, b);
                CheckProduct(numbers, a, b);
            }
    }

    [Fact]
    public void Operators_ResultOutsideTheRange_ThrowOverflow()
    {
        Assert.Throws<OverflowException>(() => UInt256.MaxValue + UInt256.One);
        Assert.Throws<OverflowException>(() => UInt256.Zero - UInt256.One);
        Assert.Throws<OverflowException>(() => new UInt256(0, 0, 1) * new UInt256(0, 0, 1));
        Assert.Throws<OverflowException>(() => UInt256.MaxValue * 2);
    }

    [Fact]
    public void Operators_ResultInsideTheRange_GiveIt()
    {
        Assert.Equal(UInt256.MaxValue, UInt256.MaxValue - UInt256.One + UInt256.One);
        Assert.Equal(new UInt256(0, 0, 0, 1), new UInt256(0, 0, 1) * new UInt256(0, 1));
    }

    [Fact]
    public void Try_ResultInTheInputsPlace_ReadsTheInputFirst()
    {
        UInt256 a = new(ulong.MaxValue, 1, 2, 3);
        UInt256 b = a;
        Assert.True(UInt256.TryAdd(b, b, out b));
        Assert.Equal(a << 1, b);
        Assert.True(UInt256.TrySubtract(b, a, out b));
        Assert.Equal(a, b);
        Assert.False(UInt256.TryMultiply(b, b, out b));
        Assert.Equal(UInt256.WrappingMultiply(a, a), b);
        b = a;
        Assert.True(UInt256.TryMulDiv(b, b, b, out b));
        Assert.Equal(a, b);
        Assert.True(UInt256.TryMulDivRoundingUp(b, b, b, out b));
        Assert.Equal(a, b);
        Assert.True(UInt256.TryDivRoundingUp(b, b, out b));
        Assert.Equal(UInt256.One, b);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(180)]
    [InlineData(250)]
    public void TwoResults_OneInAnInputsPlace_ReadTheInputFirst(int bits)
    {
        UInt256 a = (UInt256.One << bits) + 12345, b = (UInt256.One << (bits / 2)) + 77;
        UInt256 low = UInt256.MultiplyFull(a, b, out UInt256 high);
        UInt256 place = a;
        Assert.Equal(low, UInt256.MultiplyFull(place, b, out place));
        Assert.Equal(high, place);

        UInt256 quotient = UInt256.DivRem(a, b, out UInt256 rest);
        place = a;
        Assert.Equal(quotient, UInt256.DivRem(place, b, out place));
        Assert.Equal(rest, place);
        place = b;
        Assert.Equal(quotient, UInt256.DivRem(a, place, out place));
        Assert.Equal(rest, place);
    }

    [Fact]
    public void Compare_EveryPairOfEdges_AgreesWithUnlimitedIntegers()
    {
        foreach (UInt256 a in Edges)
            foreach (UInt256 b in Edges)
            {
                int order = Big(a).CompareTo(Big(b));
                Assert.Equal(order, Math.Sign(a.CompareTo(b)));
                Assert.Equal(order < 0, a < b);
                Assert.Equal(order <= 0, a <= b);
                Assert.Equal(order > 0, a > b);
                Assert.Equal(order >= 0, a >= b);
                Assert.Equal(order == 0, a == b);
                Assert.Equal(order != 0, a != b);
                Assert.Equal(order <= 0 ? a : b, UInt256.Min(a, b));
                Assert.Equal(order >= 0 ? a : b, UInt256.Max(a, b));
                if (order == 0) Assert.Equal(a.GetHashCode(), b.GetHashCode());
            }
    }

    private static void CheckSums(UInt256Numbers numbers, in UInt256 a, in UInt256 b)
    {
        BigInteger sum = Big(a) + Big(b), difference = Big(a) - Big(b);
        numbers.Same(sum < Modulus, UInt256.TryAdd(a, b, out UInt256 got), "a + b", a, b);
        numbers.Same(sum % Modulus, got, "a + b", a, b);
        numbers.Same(sum % Modulus, UInt256.WrappingAdd(a, b), "a + b wrapping", a, b);
        numbers.Same(difference.Sign >= 0, UInt256.TrySubtract(a, b, out got), "a - b", a, b);
        numbers.Same((difference + Modulus) % Modulus, got, "a - b", a, b);
        numbers.Same((difference + Modulus) % Modulus, UInt256.WrappingSubtract(a, b), "a - b wrapping", a, b);
    }

    private static void CheckProduct(UInt256Numbers numbers, in UInt256 a, in UInt256 b)
    {
        BigInteger product = Big(a) * Big(b);
        BigInteger high = BigInteger.DivRem(product, Modulus, out BigInteger low);
        numbers.Same(high.IsZero, UInt256.TryMultiply(a, b, out UInt256 got), "a * b", a, b);
        numbers.Same(low, got, "a * b", a, b);
        numbers.Same(low, UInt256.WrappingMultiply(a, b), "a * b wrapping", a, b);
        UInt256.MultiplyFull(a, b, out UInt256 gotHigh);
        numbers.Same(high, gotHigh, "high half of a * b", a, b);
    }
}
