using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.UnitTests.Ethereum.Encoding;

public sealed class HexTests
{
    [Theory]
    [InlineData("0x0", 0UL)]
    [InlineData("0x41", 0x41UL)]
    [InlineData("0x400", 0x400UL)]
    [InlineData("0xFFffffffffffffff", ulong.MaxValue)]
    public void TryParseQuantity_ShortestForm_Reads(string text, ulong expected)
    {
        Assert.True(Hex.TryParseQuantity(text, out ulong value));
        Assert.Equal(expected, value);
        Assert.True(Hex.TryParseQuantity(System.Text.Encoding.UTF8.GetBytes(text), out value));
        Assert.Equal(expected, value);
        Assert.Equal(text.ToLowerInvariant(), Hex.Quantity(value));
        Span<byte> utf8 = stackalloc byte[18];
        Assert.True(Hex.TryWriteQuantity(value, utf8, out int written));
        Assert.Equal(text.ToLowerInvariant(), System.Text.Encoding.UTF8.GetString(utf8[..written]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("0x0400")]
    [InlineData("41")]
    [InlineData("0X41")]
    [InlineData("0x4g")]
    [InlineData("0x-1")]
    [InlineData(" 0x1")]
    [InlineData("0x1 ")]
    [InlineData("0x\u0661")]
    [InlineData("0x10000000000000000")]
    public void TryParseQuantity_AnythingElse_Refuses(string text)
    {
        Assert.False(Hex.TryParseQuantity(text, out ulong value));
        Assert.Equal(0UL, value);
        Assert.False(Hex.TryParseQuantity(System.Text.Encoding.UTF8.GetBytes(text), out value));
    }

    [Fact]
    public void TryParseQuantity_256Bits_ReadsAndWritesBack()
    {
        string most = "0x" + new string('f', 64);
        Assert.True(Hex.TryParseQuantity(most, out UInt256 value));
        Assert.Equal(UInt256.MaxValue, value);
        Assert.Equal(most, Hex.Quantity(in value));
        Assert.Equal("0x0", Hex.Quantity(UInt256.Zero));
        Assert.False(Hex.TryParseQuantity("0x1" + new string('0', 64), out value));
    }

    [Theory]
    [InlineData("0x", 0)]
    [InlineData("0x00ff", 2)]
    public void TryDecode_Data_Reads(string text, int length)
    {
        byte[] bytes = new byte[4];
        Assert.True(Hex.TryDecode(text, bytes, out int written));
        Assert.Equal(length, written);
        Assert.Equal(text, Hex.Encode(bytes.AsSpan(0, written)));
        Assert.Equal(bytes[..written], Hex.Decode(text));
        Span<byte> utf8 = stackalloc byte[8];
        Assert.True(Hex.TryEncode(bytes.AsSpan(0, written), utf8, out int digits));
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(utf8[..digits]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00ff")]
    [InlineData("0x0")]
    [InlineData("0x0g")]
    [InlineData("0x0011223344")]
    public void TryDecode_NotDataOrTooLong_Refuses(string text)
    {
        Assert.False(Hex.TryDecode(text, new byte[4], out _));
        Assert.False(Hex.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), new byte[4], out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("0x01")]
    [InlineData("0xAB")]
    [InlineData("0X1")]
    [InlineData("-0x1")]
    [InlineData("0x-1")]
    [InlineData("10")]
    [InlineData("0xg")]
    [InlineData("0x1 ")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void TryParseLowerCaseQuantity_Malformed_IsRefusedWithoutADefault(string text)
    {
        Assert.False(Hex.TryParseLowerCaseQuantity(System.Text.Encoding.UTF8.GetBytes(text), out UInt256 _));
        Assert.False(Hex.TryParseLowerCaseQuantity(System.Text.Encoding.UTF8.GetBytes(text), out ulong _));
    }

    [Fact]
    public void TryParseLowerCaseQuantity_EveryPowerOfTwo_ReadsAndWritesTheSame()
    {
        for (int bit = 0; bit < 256; bit++)
        {
            UInt256 value = UInt256.One << bit;
            string text = Hex.Quantity(value);
            Assert.True(Hex.TryParseLowerCaseQuantity(System.Text.Encoding.UTF8.GetBytes(text), out UInt256 read));
            Assert.Equal(value, read);
            Assert.Equal(bit < 64, Hex.TryParseLowerCaseQuantity(System.Text.Encoding.UTF8.GetBytes(text), out ulong _));
        }
        Assert.Equal("0x0", Hex.Quantity(UInt256.Zero));
        Assert.True(Hex.TryParseLowerCaseQuantity("0x0"u8, out ulong zero));
        Assert.Equal(0ul, zero);
    }

    [Theory]
    [InlineData("0x", true, 0)]
    [InlineData("0xAb", true, 1)]
    [InlineData("0xabc", false, 0)]
    [InlineData("ab", false, 0)]
    [InlineData("0xzz", false, 0)]
    public void TryDecode_AnyText_TakesWholeBytesOnly(string text, bool wanted, int length)
    {
        Assert.Equal(wanted, Hex.TryDecode(text, out byte[] data));
        Assert.Equal(length, data.Length);
        Assert.Equal(wanted, Hex.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), out data));
        Assert.Equal(length, data.Length);
    }

    [Theory]
    [InlineData("0x00Ff", true)]
    [InlineData("0x00", false)]
    [InlineData("0x00ff00", false)]
    [InlineData("0x00f", false)]
    [InlineData("0x00fg", false)]
    [InlineData("00ff00", false)]
    public void TryDecodeExactly_TwoBytes_TakesNoOtherLength(string text, bool wanted) =>
        Assert.Equal(wanted, Hex.TryDecodeExactly(System.Text.Encoding.UTF8.GetBytes(text), new byte[2]));
}
