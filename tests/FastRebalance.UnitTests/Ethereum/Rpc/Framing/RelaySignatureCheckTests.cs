using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.UnitTests.Ethereum.Transactions;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Framing;

public sealed class RelaySignatureCheckTests
{
    private const string Body = """{"jsonrpc":"2.0","id":1,"method":"eth_sendBundle","params":[{"txs":["0x02"],"blockNumber":"0xb63dcd"}]}""";
    private const string Signer = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";
    private const string RAndS = "0x11daca13f719749e76e5bd3458e310d8fa84e2974a4b6284d37ac8d7df602e8524d6fbf5435d20d1cdbbde6415a336b4a03db13179b92b631ed2c00f8f7893ad";

    // The known answer of an independent implementation, with v as ethers writes it and as Go does.
    [Theory]
    [InlineData("1b")]
    [InlineData("00")]
    public void TryRecover_KnownAnswer_NamesTheSigner(string v)
    {
        Assert.True(Recover(Body, $"{Signer}:{RAndS}{v}", out Address signer));
        Assert.Equal(Address.Parse(Signer), signer);
    }

    [Theory]
    [InlineData("1c")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("1d")]
    [InlineData("ff")]
    public void TryRecover_AnotherV_IsRefused(string v) => Assert.False(Recover(Body, $"{Signer}:{RAndS}{v}", out _));

    [Fact]
    public void TryRecover_EveryByteOfTheBodyChanged_IsRefused()
    {
        for (int i = 0; i < Body.Length; i++)
        {
            char[] changed = Body.ToCharArray();
            changed[i] ^= (char)1;
            Assert.False(Recover(new string(changed), $"{Signer}:{RAndS}1b", out _), $"byte {i}");
        }
        Assert.False(Recover(Body + "\n", $"{Signer}:{RAndS}1b", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("0x0000000000000000000000000000000000000001:" + RAndS + "1b")]
    [InlineData(Signer + ";" + RAndS + "1b")]
    [InlineData(Signer + ":" + RAndS)]
    public void TryRecover_MalformedOrOfAnother_IsRefused(string value) => Assert.False(Recover(Body, value, out _));

    [Fact]
    public void TryRecover_WhatWeSign_IsOurs()
    {
        using TransactionSigner signer = new(TransactionEncoderTests.KeyOf(0x31), chainId: 1);
        byte[] value = new byte[RelaySignature.ValueLength];
        for (int i = 0; i < 64; i++)
        {
            byte[] body = System.Text.Encoding.UTF8.GetBytes($"{{\"id\":{i}}}");
            new RelaySignature(signer).Write(body, value);
            Assert.True(RelaySignatureCheck.TryRecover(body, value, out Address by));
            Assert.Equal(signer.Address, by);
        }
    }

    private static bool Recover(string body, string value, out Address signer) =>
        RelaySignatureCheck.TryRecover(System.Text.Encoding.UTF8.GetBytes(body), System.Text.Encoding.ASCII.GetBytes(value), out signer);
}
