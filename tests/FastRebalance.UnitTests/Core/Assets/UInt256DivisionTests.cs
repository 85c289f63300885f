using System.Numerics;
using FastRebalance.Core.Assets;
using static FastRebalance.UnitTests.Core.Assets.UInt256Numbers;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class UInt256DivisionTests
{
    private const int Cases = 250_000;
    private static readonly BigInteger Limb = BigInteger.One << 64;

    [Fact]
    public void DivRem_SeededNumbers_AgreesWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 201);
        for (int i = 0; i < Cases; i++)
            CheckDivision(numbers, numbers.Next(), numbers.Next());
    }

    [Fact]
    public void MulDiv_SeededNumbers_AgreesWithUnlimitedIntegersInBothRoundings()
    {
        var numbers = new UInt256Numbers(seed: 202);
        for (int i = 0; i < Cases; i++)
            CheckMulDiv(numbers, numbers.Next(), numbers.Next(), numbers.Next());
    }

    [Fact]
    public void DivRemAndMulDiv_EveryCombinationOfEdges_AgreeWithUnlimitedIntegers()
    {
        var numbers = new UInt256Numbers(seed: 0);
        foreach (UInt256 a in Edges)
            foreach (UInt256 b in Edges)
            {
                CheckDivision(numbers, a, b);
                foreach (UInt256 d in Edges)
                    CheckMulDiv(numbers, a, b, d);
            }
    }

    [Fact]
    public void MulDiv_QuotientAroundTheEndOfTheRange_FitsOrRefuses()
    {
        UInt256 max = UInt256.MaxValue;
        Assert.True(UInt256.TryMulDiv(max, 7, 7, out UInt256 got));
        Assert.Equal(max, got);
        Assert.True(UInt256.TryMulDivRoundingUp(max, 7, 7, out got));
        Assert.Equal(max, got);

        // (2^256-1)(2^256-1) / (2^256-2) = 2^256 + 1/(2^256-2): just past the end.
        Assert.False(UInt256.TryMulDiv(max, max, max - 1, out got));
        Assert.Equal(UInt256.Zero, got);
    }

    [Fact]
    public void MulDivRoundingUp_OnlyTheRoundingOverflows_Refuses()
    {
        // Half of 2^257 - 1 is 2^256 - 1 rounded down, and 2^256 rounded up.
        BigInteger product = (BigInteger.One << 257) - 1;
        BigInteger factor = BigInteger.Parse("535006138814359"); // a prime factor of 2^257 - 1
        Assert.True((product % factor).IsZero);
        UInt256 a = Small(product / factor), b = Small(factor);

        Assert.True(UInt256.TryMulDiv(a, b, 2, out UInt256 floor));
        Assert.Equal(UInt256.MaxValue, floor);
        Assert.False(UInt256.TryMulDivRoundingUp(a, b, 2, out UInt256 ceiling));
        Assert.Equal(UInt256.Zero, ceiling);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    public void DivideWide_EstimateOneTooLarge_AddsBack(int divisorLimbs, int digit)
    {
        var numbers = new UInt256Numbers(seed: 300 + 10 * divisorLimbs + digit);
        for (int i = 0; i < 2_000; i++)
        {
            // The top two limbs divide digit * top exactly, while the limbs below make the true digit one less.
            BigInteger top = (BigInteger)(numbers.NextLimb() | 1UL << 63) * Limb + numbers.NextLimb();
            BigInteger below = BigInteger.Pow(Limb, divisorLimbs - 2);
            BigInteger divisor = top * below + below - 1 - numbers.Below(1000);
            BigInteger estimate = 1 + (BigInteger)(numbers.NextLimb() >> 1 + numbers.Below(60));
            BigInteger dividend = (estimate * top * below + numbers.Below(1000)) * BigInteger.Pow(Limb, digit);
            Assert.True(dividend < divisor * estimate * BigInteger.Pow(Limb, digit), "the estimate is above the true digit");

            CheckWide(dividend, divisor);
            CheckWide(dividend >> 9, divisor >> 9); // nearly the same digits, after the divisor is shifted into place
        }
    }

    [Fact]
    public void DivideWide_TopLimbsEqualTheDivisors_TakesTheGreatestDigit()
    {
        var numbers = new UInt256Numbers(seed: 400);
        for (int i = 0; i < 2_000; i++)
        {
            foreach (int limbs in (int[])[3, 4])
            {
                BigInteger divisor = (Limb - 1 - numbers.Below(3)) * BigInteger.Pow(Limb, limbs - 1)
                    + numbers.NextLimb() * BigInteger.Pow(Limb, limbs - 2) + Limb - 1;
                CheckWide((divisor - 1) * Modulus + numbers.NextLimb(), divisor);
                CheckWide(divisor * Limb - 1, divisor);
            }
        }
    }

    [Fact]
    public void Reciprocal_SeededAndEdgeDivisors_AgreesWithItsDefinition()
    {
        var numbers = new UInt256Numbers(seed: 203);
        ulong[] edges = [1UL << 63, (1UL << 63) + 1, ulong.MaxValue, ulong.MaxValue - 1, 0xC000_0000_0000_0000, 0x8000_0000_0000_01FF];
        for (int i = 0; i < 50_000; i++)
        {
            ulong d1 = i < edges.Length ? edges[i] : numbers.NextLimb() | 1UL << 63;
            ulong d0 = (i & 7) switch { 0 => 0, 1 => ulong.MaxValue, _ => numbers.NextLimb() };
            BigInteger one = (Limb * Limb - 1) / d1 - Limb;
            BigInteger two = (Limb * Limb * Limb - 1) / (d1 * Limb + d0) - Limb;
            if (one != UInt256.Reciprocal(d1)) Assert.Fail($"reciprocal of {d1:x}, seed 203");
            if (two != UInt256.Reciprocal(d1, d0)) Assert.Fail($"reciprocal of {d1:x}, {d0:x}, seed 203");
        }
    }

    [Fact]
    public void Sqrt_SeededNumbersAndSquares_IsTheFloor()
    {
        var numbers = new UInt256Numbers(seed: 204);
        foreach (UInt256 edge in Edges)
            CheckRoot(numbers, edge);
        for (int i = 0; i < 40_000; i++)
        {
            CheckRoot(numbers, numbers.Next());
            UInt256 square = Small(BigInteger.Pow(Big(numbers.Next()) % (BigInteger.One << 128), 2));
            CheckRoot(numbers, square);
            if (!square.IsZero) CheckRoot(numbers, square - 1);
        }
    }

    [Fact]
    public void Division_ByZero_ThrowsOrRefuses()
    {
        Assert.Throws<DivideByZeroException>(() => UInt256.One / UInt256.Zero);
        Assert.Throws<DivideByZeroException>(() => UInt256.One % UInt256.Zero);
        Assert.Throws<DivideByZeroException>(() => UInt256.DivRem(UInt256.Zero, UInt256.Zero, out _));
        Assert.False(UInt256.TryDivRoundingUp(1, 0, out UInt256 result));
        Assert.Equal(UInt256.Zero, result);
        Assert.False(UInt256.TryMulDiv(0, 0, 0, out _));
        Assert.False(UInt256.TryMulDivRoundingUp(0, 1, 0, out _));
    }

    private static void CheckDivision(UInt256Numbers numbers, in UInt256 a, in UInt256 b)
    {
        if (b.IsZero) return;
        BigInteger quotient = BigInteger.DivRem(Big(a), Big(b), out BigInteger rest);
        numbers.Same(quotient, UInt256.DivRem(a, b, out UInt256 gotRest), "a / b", a, b);
        numbers.Same(rest, gotRest, "a % b", a, b);
        numbers.Same(true, UInt256.TryDivRoundingUp(a, b, out UInt256 up), "a / b rounding up", a, b);
        numbers.Same(rest.IsZero ? quotient : quotient + 1, up, "a / b rounding up", a, b);
    }

    private static void CheckMulDiv(UInt256Numbers numbers, in UInt256 a, in UInt256 b, in UInt256 d)
    {
        BigInteger rest = 0;
        BigInteger floor = d.IsZero ? Modulus : BigInteger.DivRem(Big(a) * Big(b), Big(d), out rest);
        BigInteger ceiling = rest.IsZero ? floor : floor + 1;
        numbers.Same(floor < Modulus, UInt256.TryMulDiv(a, b, d, out UInt256 got), "a * b / d", a, b, d);
        numbers.Same(floor < Modulus ? floor : 0, got, "a * b / d", a, b, d);
        numbers.Same(ceiling < Modulus, UInt256.TryMulDivRoundingUp(a, b, d, out got), "a * b / d rounding up", a, b, d);
        numbers.Same(ceiling < Modulus ? ceiling : 0, got, "a * b / d rounding up", a, b, d);
    }

    private static void CheckWide(in BigInteger dividend, in BigInteger divisor)
    {
        BigInteger high = BigInteger.DivRem(dividend, Modulus, out BigInteger low);
        UInt256 got = UInt256.DivideWide(Small(high), Small(low), Small(divisor), out UInt256 gotRest);
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        if (quotient != Big(got) || rest != Big(gotRest)) Assert.Fail($"0x{dividend:x} / 0x{divisor:x} gave 0x{Big(got):x} rest 0x{Big(gotRest):x}");
    }

    private static void CheckRoot(UInt256Numbers numbers, in UInt256 a)
    {
        UInt256 root = UInt256.Sqrt(a);
        BigInteger big = Big(root);
        numbers.Same(true, big * big <= Big(a) && (big + 1) * (big + 1) > Big(a), "sqrt a", a, root);
    }
}
