using System.Numerics;
using FastRebalance.Core.Assets;
using static FastRebalance.UnitTests.Core.Assets.UInt256Numbers;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class UInt256BitsTests
{
    [Fact]
    public void Shift_SeededNumbersAnyCount_AgreesWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 501);
        for (int i = 0; i < 150_000; i++)
        {
            UInt256 a = numbers.Next();
            int count = i < 260 ? i : numbers.Below(260);
            numbers.Same((Big(a) << count) % Modulus, a << count, $"a << {count}", a);
            numbers.Same(Big(a) >> count, a >> count, $"a >> {count}", a);
        }
    }

    [Fact]
    public void Shift_NegativeCount_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UInt256.One << -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => UInt256.One >> -1);
    }

    [Fact]
    public void Logic_SeededNumbers_AgreesWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 502);
        for (int i = 0; i < 50_000; i++)
        {
            UInt256 a = numbers.Next(), b = numbers.Next();
            numbers.Same(Big(a) & Big(b), a & b, "a & b", a, b);
            numbers.Same(Big(a) | Big(b), a | b, "a | b", a, b);
            numbers.Same(Big(a) ^ Big(b), a ^ b, "a ^ b", a, b);
            numbers.Same(Modulus - 1 - Big(a), ~a, "~a", a);
        }
    }

    [Fact]
    public void Lengths_EveryPowerOfTwo_AreExact()
    {
        Assert.Equal(0, UInt256.Zero.BitLength);
        Assert.Equal(256, UInt256.Zero.TrailingZeroCount);
        for (int bit = 0; bit < 256; bit++)
        {
            UInt256 power = UInt256.One << bit;
            Assert.Equal(bit + 1, power.BitLength);
            Assert.Equal(bit + 1, (power | 1).BitLength);
            Assert.Equal(bit, power.TrailingZeroCount);
            Assert.Equal(bit, (power | UInt256.One << 255).TrailingZeroCount);
            Assert.Equal(bit < 64, power.FitsUInt64);
            Assert.Equal(bit < 128, power.FitsUInt128);
        }
    }
}
