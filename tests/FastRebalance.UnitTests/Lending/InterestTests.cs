using System.Numerics;
using FastRebalance.Core.Assets;
using FastRebalance.Lending;

namespace FastRebalance.UnitTests.Lending;

public sealed class InterestTests
{
    private static readonly BigInteger s_ray = BigInteger.Pow(10, 27);

    [Fact]
    public void TryCompounded_SeededRatesAndTimes_EqualsTheThreeTermsInWideIntegers()
    {
        Random random = new(11);
        for (int i = 0; i < 5_000; i++)
        {
            BigInteger rate = s_ray * random.Next(1, 4_000_000) / 1_000_000;
            ulong time = (ulong)Math.Exp(random.NextDouble() * Math.Log(3e9));
            Assert.True(Interest.TryCompounded((UInt256)rate, time, out UInt256 factor));

            BigInteger year = Interest.SecondsPerYear, n = time;
            BigInteger square = HalfUp(rate, rate) / (year * year), cube = HalfUp(square, rate) / year;
            BigInteger triple = n > 2 ? n * (n - 1) * (n - 2) : 0;
            Assert.Equal(s_ray + rate * n / year + n * (n - 1) * square / 2 + triple * cube / 6, (BigInteger)factor);
        }
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(2ul)]
    public void TryCompounded_FewSeconds_HasNoHigherTerms(ulong seconds)
    {
        Assert.True(Interest.TryCompounded(WadRay.Ray, seconds, out UInt256 factor));
        BigInteger square = s_ray / ((BigInteger)Interest.SecondsPerYear * Interest.SecondsPerYear);
        Assert.Equal(s_ray + s_ray * seconds / Interest.SecondsPerYear + (seconds == 2 ? square : 0), (BigInteger)factor);
    }

    [Fact]
    public void TryLinear_OneYear_AddsTheRate()
    {
        UInt256 rate = WadRay.Ray / 20;
        Assert.True(Interest.TryLinear(in rate, Interest.SecondsPerYear, out UInt256 factor));
        Assert.Equal(WadRay.Ray + rate, factor);
    }

    [Fact]
    public void TryCompounded_RateBeyondAWord_IsRefused() => Assert.False(Interest.TryCompounded(UInt256.MaxValue >> 4, 100, out _));

    private static BigInteger HalfUp(BigInteger a, BigInteger b) => (a * b + s_ray / 2) / s_ray;
}
