using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Chains;

public sealed class ArbitrumDataFeeTests
{
    // (units + 256) · price · 1.01, rounded up; units are 16 a packed byte.
    [Theory]
    [InlineData(1ul)]
    [InlineData(3ul)]
    [InlineData(1_000_000_000ul)]
    [InlineData(123_456_789_123ul)]
    public void FeeWei_AnyPrice_IsTheFormulaRoundedUp(ulong price)
    {
        ulong units = ArbitrumDataFee.Terms.Units(PublishedTransactions.ContractCall);
        UInt128 wei = ((UInt128)(units + 256) * price * 10_100 + 9_999) / 10_000;

        Assert.Equal((UInt256)wei, Read(price).FeeWei(PublishedTransactions.ContractCall, 0));
    }

    [Fact]
    public void Units_BytesThatPackWell_AreFewerThanTheBytes()
    {
        Assert.Equal(0ul, ArbitrumDataFee.Terms.Units(PublishedTransactions.ContractCall) % 16);
        Assert.InRange(ArbitrumDataFee.Terms.Units(PublishedTransactions.ContractCall), 16ul * 100, 16ul * 345);
        Assert.InRange(ArbitrumDataFee.Terms.Units(new byte[1000]), 16ul, 16ul * 80);
    }

    [Fact]
    public void Units_BytesThatNothingShortens_AreAFewMore()
    {
        byte[] noise = new byte[1000];
        new Random(3).NextBytes(noise);
        Assert.InRange(ArbitrumDataFee.Terms.Units(noise), 16ul * 1000, 16ul * 1020);
    }

    [Fact]
    public void TryRead_NoSensiblePrice_IsRefused()
    {
        ArbitrumDataFee fee = new();
        Assert.False(fee.TryRead([], out _));
        Assert.False(fee.TryRead([new EthCallOutcome(false, [], null)], out _));
        Assert.False(fee.TryRead([new EthCallOutcome(true, new byte[8], null)], out _));
        Assert.False(fee.TryRead([Word(UInt256.MaxValue)], out _));
    }

    private static IDataFeeTerms Read(ulong price)
    {
        Assert.True(new ArbitrumDataFee().TryRead([Word(price)], out IDataFeeTerms? terms));
        return terms!;
    }

    private static EthCallOutcome Word(UInt256 value)
    {
        byte[] word = new byte[AbiWriter.WordLength];
        value.WriteBigEndian(word);
        return new EthCallOutcome(true, word, null);
    }
}
