using System.Numerics;
using FastRebalance.Verification;

namespace FastRebalance.UnitTests.Verification;

/// <summary>Constants are those of the OEIS: A002162 (ln 2), A002392 (ln 10), A002193 (root of 2), A016627 (ln 4 = 2 ln 2 by arithmetic).</summary>
public sealed class BigFloatTests
{
    private const string Ln2 = "0693147180559945309417232121458176568075500134360255254120680009493393621969694715605863326996418687";
    private const string Ln10 = "2302585092994045684017991454684364207601101488628772976033327900967572609677352480235997205089598298";
    private const string Root2 = "1414213562373095048801688724209698078569671875376948073176679737990732478462107038850387534327641572";

    [Fact]
    public void Ln_OfTwoAndTen_AgreesTo90Digits()
    {
        AssertNear(Digits(Ln2), BigFloat.Ln(2));
        AssertNear(Digits(Ln10), BigFloat.Ln(10));
    }

    [Fact]
    public void Ln_OfPowersOfTen_IsTheirExponentTimesLn10()
    {
        BigFloat tenTo60 = BigInteger.Pow(10, 60);
        AssertNear(Digits(Ln10) * 60, BigFloat.Ln(tenTo60));
        AssertNear(Digits(Ln10) * -60, BigFloat.Ln(BigFloat.One / tenTo60));
    }

    [Fact]
    public void Sqrt_OfTwo_AgreesTo90Digits() => AssertNear(Digits(Root2), BigFloat.Sqrt(2));

    [Fact]
    public void Sqrt_OfSquaresAcrossTheRange_ComesBack()
    {
        Random random = new(11);
        for (int i = 0; i < 200; i++)
        {
            BigFloat value = BigFloat.FromDouble(Math.Exp(random.NextDouble() * 400 - 200));
            AssertNear(value, BigFloat.Sqrt(value * value));
        }
    }

    [Fact]
    public void FromDouble_AnyFiniteDouble_ComesBackUnchanged()
    {
        Random random = new(12);
        double[] corners = [0, 1, -1, double.Epsilon, double.MaxValue, -double.MaxValue, 0.1, 1 - 1e-16, 2.2250738585072014e-308];
        foreach (double value in corners)
            Assert.Equal(value, BigFloat.FromDouble(value).ToDouble());
        for (int i = 0; i < 1_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64() & ~(1L << 62));
            Assert.Equal(value, BigFloat.FromDouble(value).ToDouble());
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void FromDouble_NotFinite_Throws(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BigFloat.FromDouble(value));

    [Fact]
    public void Add_OfFarApartNumbers_KeepsTheSmallOneWhileItFits()
    {
        BigFloat small = BigFloat.FromDouble(Math.ScaleB(1, -300));
        Assert.True(BigFloat.One + small > BigFloat.One);
        Assert.Equal(Math.ScaleB(1, -300), (BigFloat.One + small - BigFloat.One).ToDouble());
        Assert.Equal(0, (BigFloat.One + BigFloat.FromDouble(Math.ScaleB(1, -330)) - BigFloat.One).ToDouble());
    }

    private static BigFloat Digits(string digits) => (BigFloat)BigInteger.Parse(digits) / BigInteger.Pow(10, digits.Length - 1);

    private static void AssertNear(BigFloat expected, BigFloat actual)
    {
        BigFloat off = BigFloat.Abs(actual - expected) / BigFloat.Abs(expected);
        Assert.True(off < BigFloat.FromDouble(1e-90), $"off by {off} of {expected}");
    }
}
