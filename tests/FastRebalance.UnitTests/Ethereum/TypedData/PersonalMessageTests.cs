using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.TypedData;

namespace FastRebalance.UnitTests.Ethereum.TypedData;

public sealed class PersonalMessageTests
{
    // Known answers of several wallets for the empty text and for two short ones.
    [Theory]
    [InlineData("", "0x5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad")]
    [InlineData("hello world", "0xd9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68")]
    [InlineData("Hello World", "0xa1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2")]
    public void Hash_KnownText_GivesTheKnownHash(string text, string hash) =>
        Assert.Equal(hash, PersonalMessage.Hash(System.Text.Encoding.UTF8.GetBytes(text)).ToString());

    [Fact]
    public void Hash_EveryLength_IsThatOfTheWholeText()
    {
        for (int length = 0; length < 1500; length += 7)
        {
            string text = new('x', length);
            Assert.Equal(Keccak256.HashOfText($"\u0019Ethereum Signed Message:\n{length}{text}"), PersonalMessage.Hash(System.Text.Encoding.UTF8.GetBytes(text)));
        }
    }
}
