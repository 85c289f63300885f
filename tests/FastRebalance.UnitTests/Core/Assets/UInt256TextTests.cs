using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;
using static FastRebalance.UnitTests.Core.Assets.UInt256Numbers;

namespace FastRebalance.UnitTests.Core.Assets;

public sealed class UInt256TextTests
{
    [Fact]
    public void Text_SeededNumbersAndPowersOfTen_AgreesWithUnlimitedIntegersAndReadsBack()
    {
        var numbers = new UInt256Numbers(seed: 701);
        foreach (UInt256 edge in Edges)
            CheckText(numbers, edge);
        for (int i = 0; i <= 77; i++)
        {
            CheckText(numbers, UInt256.PowerOfTen(i));
            CheckText(numbers, UInt256.PowerOfTen(i) - 1);
        }
        for (int i = 0; i < 10_000; i++)
            CheckText(numbers, numbers.Next());
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("000", "0")]
    [InlineData("0x0", "0")]
    [InlineData("0XfF", "255")]
    [InlineData("007", "7")]
    [InlineData("0x00000000000000000000000000000000000000000000000000000000000000000000000a", "10")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000000000000000000012", "12")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935", "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Parse_WellFormed_GivesTheNumber(string text, string expected)
    {
        Assert.Equal(expected, UInt256.Parse(text).ToString());
        Assert.True(UInt256.TryParse(Encoding.UTF8.GetBytes(text), out UInt256 fromBytes));
        Assert.Equal(expected, fromBytes.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("1_000")]
    [InlineData("1,000")]
    [InlineData("0x")]
    [InlineData("x1")]
    [InlineData("0xg")]
    [InlineData("0x@")]
    [InlineData("0x:")]
    [InlineData("0x`")]
    [InlineData("0x-1")]
    [InlineData("0x 1")]
    [InlineData("ff")]
    [InlineData("٣")]
    [InlineData("0xＡ")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void Parse_Malformed_Refuses(string text)
    {
        Assert.False(UInt256.TryParse(text, out UInt256 value));
        Assert.Equal(UInt256.Zero, value);
        Assert.False(UInt256.TryParse(Encoding.UTF8.GetBytes(text), out value));
        Assert.Equal(UInt256.Zero, value);
        Assert.Throws<FormatException>(() => UInt256.Parse(text));
    }

    [Fact]
    public void TryFormat_DestinationTooShort_WritesNothing()
    {
        UInt256 value = 12345;
        Span<char> text = ['-', '-', '-', '-'];
        Assert.False(value.TryFormat(text, out int written));
        Assert.Equal(0, written);
        Assert.Equal("----", text.ToString());
        Span<byte> bytes = [0, 0, 0, 0];
        Assert.False(value.TryFormat(bytes, out written));
        Assert.Equal(0, written);
        Assert.Equal(-1, bytes.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Format_InInterpolatedText_TakesTheFormat()
    {
        UInt256 value = 0xABCDE;
        Assert.Equal("703710 abcde ABCDE", $"{value} {value:x} {value:X}");
        Assert.Throws<FormatException>(() => value.ToString("N2"));
    }

    private static void CheckText(UInt256Numbers numbers, in UInt256 a)
    {
        string text = Big(a).ToString(CultureInfo.InvariantCulture);
        string hex = Big(a).ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        if (hex.Length == 0) hex = "0";
        numbers.Same(true, a.ToString() == text, "text of a", a);
        numbers.Same(true, a.ToString("x") == hex, "hexadecimal text of a", a);
        numbers.Same(true, UInt256.Parse(text) == a, "reading decimal text", a);
        numbers.Same(true, UInt256.Parse("0x" + hex) == a, "reading hexadecimal text", a);
        Span<byte> bytes = stackalloc byte[UInt256.MaxDecimalDigits];
        numbers.Same(true, a.TryFormat(bytes, out int length) && Encoding.UTF8.GetString(bytes[..length]) == text, "bytes of a", a);
        numbers.Same(true, UInt256.TryParse(bytes[..length], out UInt256 back) && back == a, "reading bytes", a);
    }
}
