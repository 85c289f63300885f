using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.UnitTests.Ethereum.Keys;

public sealed class AddressTests
{
    // EIP-55, "Test cases".
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Format_AnyCase_GivesTheChecksumCase(string expected)
    {
        Assert.Equal(expected, Eip55.Format(Address.Parse(expected.ToLowerInvariant())));
        Assert.True(Eip55.TryParse(expected, out _));
        Assert.True(Eip55.TryParse(expected.ToLowerInvariant(), out _));
    }

    [Fact]
    public void TryParse_MixedCaseWithWrongChecksum_Refuses()
    {
        Assert.False(Eip55.TryParse("0x5aAeb6053f3E94C9b9A09f33669435E7Ef1BeAed", out _));
        Assert.False(Eip55.TryParse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", out _));
    }

    // The factory and pair of WETH and USDC on mainnet, and the first contract of a well-known account.
    [Fact]
    public void OfCreated2_PairFactory_GivesTheKnownPair()
    {
        byte[] tokens = Convert.FromHexString("A0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48C02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2");
        Address pair = AccountAddress.OfCreated2(
            Address.Parse("0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f"),
            Keccak256.Hash(tokens),
            Hash32.Parse("0x96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f"));
        Assert.Equal("0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc", pair.ToString());
    }

    [Theory]
    [InlineData(0, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d")]
    [InlineData(1, "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8")]
    public void OfCreated_KnownCreator_GivesTheKnownContracts(ulong nonce, string expected) =>
        Assert.Equal(expected, AccountAddress.OfCreated(Address.Parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), nonce).ToString());
}
