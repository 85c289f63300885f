using System.Numerics;
using FastRebalance.Core.Assets;
using static FastRebalance.UnitTests.Core.Assets.UInt256Numbers;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class TokenUnitsTests
{
    private const string MaxUnits = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    [Theory]
    [InlineData("1.5", 6, "1500000")]
    [InlineData("1.500000", 6, "1500000")]
    [InlineData("0.000001", 6, "1")]
    [InlineData("0", 18, "0")]
    [InlineData("0.0", 1, "0")]
    [InlineData("7", 0, "7")]
    [InlineData("007.50", 2, "750")]
    [InlineData("1", 77, "100000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(MaxUnits, 0, MaxUnits)]
    [InlineData("115792089237316195423570985008687907853269984665640564039457.584007913129639935", 18, MaxUnits)]
    public void Parse_WellFormed_IsExact(string text, int decimals, string units) =>
        Assert.Equal(units, TokenUnits.Parse(text, decimals).ToString());

    [Theory]
    [InlineData("", 6)]
    [InlineData(".", 6)]
    [InlineData("1.", 6)]
    [InlineData(".5", 6)]
    [InlineData("1.0000001", 6)]
    [InlineData("1.0000000", 6)]
    [InlineData("1.0", 0)]
    [InlineData("-1", 6)]
    [InlineData("+1", 6)]
    [InlineData("1.-5", 6)]
    [InlineData(" 1", 6)]
    [InlineData("1 ", 6)]
    [InlineData("1,5", 6)]
    [InlineData("1.2.3", 6)]
    [InlineData("1e3", 6)]
    [InlineData("0x10", 6)]
    [InlineData("1.0x1", 6)]
    [InlineData("115792089237316195423570985008687907853269984665640564039457.584007913129639936", 18)]
    [InlineData("115792089237316195423570985008687907853269984665640564039458", 18)]
    public void Parse_MalformedOrTooLarge_Refuses(string text, int decimals)
    {
        Assert.False(TokenUnits.TryParse(text, decimals, out UInt256 units));
        Assert.Equal(UInt256.Zero, units);
        Assert.Throws<FormatException>(() => TokenUnits.Parse(text, decimals));
    }

    [Theory]
    [InlineData("1500000", 6, "1.5")]
    [InlineData("1", 6, "0.000001")]
    [InlineData("0", 18, "0")]
    [InlineData("1000000", 6, "1")]
    [InlineData("10", 0, "10")]
    [InlineData("100", 1, "10")]
    [InlineData("90000000000000000000000000000000000000000000000000000000000000000000000000000", 77, "0.9")]
    [InlineData(MaxUnits, 77, "1.15792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Format_AnyAmount_IsExactWithoutTrailingZeros(string units, int decimals, string text) =>
        Assert.Equal(text, TokenUnits.Format(UInt256.Parse(units), decimals));

    [Fact]
    public void Format_SeededAmounts_ReadsBackTheSame()
    {
        var numbers = new UInt256Numbers(seed: 901);
        for (int i = 0; i < 20_000; i++)
        {
            UInt256 units = numbers.Next();
            int decimals = numbers.Below(TokenUnits.MaxDecimals + 1);
            string text = TokenUnits.Format(units, decimals);
            numbers.Same(true, TokenUnits.Parse(text, decimals) == units, $"'{text}' of {decimals} decimals", units);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(78)]
    public void ParseAndFormat_DecimalsOutOfRange_Throw(int decimals)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenUnits.Parse("1", decimals));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenUnits.Format(1, decimals));
    }

    [Fact]
    public void ToDouble_SeededAmounts_IsWithinTwoUnitsInTheLastPlace()
    {
        var numbers = new UInt256Numbers(seed: 902);
        for (int i = 0; i < 5_000; i++)
        {
            UInt256 units = numbers.Next();
            int decimals = numbers.Below(TokenUnits.MaxDecimals + 1);
            double exact = double.Parse(TokenUnits.Format(units, decimals), System.Globalization.CultureInfo.InvariantCulture);
            double got = TokenUnits.ToDouble(units, decimals);
            numbers.Same(true, Math.Abs(got - exact) <= 2 * (Math.BitIncrement(exact) - exact), $"{got:R} for {exact:R}", units);
        }
    }

    [Theory]
    [InlineData(1.0, 18, "1000000000000000000")]
    [InlineData(0.5, 6, "500000")]
    [InlineData(0.1, 18, "100000000000000005")] // the double nearest to a tenth is a little above it
    [InlineData(0.3, 18, "299999999999999988")] // and the one nearest to three tenths a little below
    [InlineData(1e-7, 6, "0")]
    [InlineData(double.Epsilon, 77, "0")]
    [InlineData(0.0, 18, "0")]
    [InlineData(1e22, 0, "10000000000000000000000")]
    public void TryFromDoubleFloor_KnownDoubles_TakesThemExactly(double tokens, int decimals, string units)
    {
        Assert.True(TokenUnits.TryFromDoubleFloor(tokens, decimals, out UInt256 got));
        Assert.Equal(units, got.ToString());
        Assert.Equal(units, TokenUnits.FromDoubleFloor(tokens, decimals).ToString());
    }

    [Fact]
    public void TryFromDoubleFloor_SeededDoubles_IsTheExactFloorOrRefuses()
    {
        var random = new Random(903);
        for (int i = 0; i < 40_000; i++)
        {
            double tokens = Math.ScaleB(1 + random.NextDouble(), random.Next(-330, 270));
            int decimals = random.Next(TokenUnits.MaxDecimals + 1);
            BigInteger expected = ExactFloor(tokens, decimals);
            bool fits = TokenUnits.TryFromDoubleFloor(tokens, decimals, out UInt256 got);
            Assert.True(fits == expected < Modulus, $"{tokens:R} of {decimals} decimals, seed 903");
            Assert.True(Big(got) == (fits ? expected : 0), $"{tokens:R} of {decimals} decimals gave {Big(got)}, seed 903");
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-double.Epsilon)]
    [InlineData(-1.0)]
    [InlineData(double.MaxValue)]
    [InlineData(1e60)]
    public void TryFromDoubleFloor_NoSuchAmount_Refuses(double tokens)
    {
        Assert.False(TokenUnits.TryFromDoubleFloor(tokens, 18, out UInt256 units));
        Assert.Equal(UInt256.Zero, units);
        Assert.Throws<OverflowException>(() => TokenUnits.FromDoubleFloor(tokens, 18));
    }

    private static BigInteger ExactFloor(double tokens, int decimals)
    {
        long bits = BitConverter.DoubleToInt64Bits(tokens);
        int exponent = (int)(bits >> 52) - 1075;
        BigInteger scaled = ((bits & ((1L << 52) - 1)) | 1L << 52) * BigInteger.Pow(10, decimals);
        return exponent >= 0 ? scaled << exponent : scaled >> -exponent;
    }
}
