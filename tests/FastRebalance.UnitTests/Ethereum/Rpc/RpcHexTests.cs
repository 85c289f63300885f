using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class RpcHexTests
{
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
    public void TryReadQuantity_Malformed_IsRefusedWithoutADefault(string text)
    {
        Assert.False(RpcHex.TryReadQuantity(System.Text.Encoding.UTF8.GetBytes(text), out UInt256 _));
        Assert.False(RpcHex.TryReadQuantity(System.Text.Encoding.UTF8.GetBytes(text), out ulong _));
    }

    [Fact]
    public void TryReadQuantity_EveryPowerOfTwo_ReadsAndWritesTheSame()
    {
        for (int bit = 0; bit < 256; bit++)
        {
            UInt256 value = UInt256.One << bit;
            string text = RpcHex.Quantity(value);
            Assert.True(RpcHex.TryReadQuantity(System.Text.Encoding.UTF8.GetBytes(text), out UInt256 read));
            Assert.Equal(value, read);
            Assert.Equal(bit < 64, RpcHex.TryReadQuantity(System.Text.Encoding.UTF8.GetBytes(text), out ulong _));
        }
        Assert.Equal("0x0", RpcHex.Quantity(UInt256.Zero));
        Assert.True(RpcHex.TryReadQuantity("0x0"u8, out ulong zero));
        Assert.Equal(0ul, zero);
    }

    [Theory]
    [InlineData("0x", true, 0)]
    [InlineData("0xAb", true, 1)]
    [InlineData("0xabc", false, 0)]
    [InlineData("ab", false, 0)]
    [InlineData("0xzz", false, 0)]
    public void TryReadData_AnyText_TakesWholeBytesOnly(string text, bool wanted, int length)
    {
        Assert.Equal(wanted, RpcHex.TryReadData(text, out byte[] data));
        Assert.Equal(length, data.Length);
    }
}
