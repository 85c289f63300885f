using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.TypedData;

namespace FastRebalance.UnitTests.Ethereum.TypedData;

public sealed class WordStructTests
{
    private const string Type = "Intent(bytes32 decision,address account,uint256 amount,int64 tick,bool exact,uint64 deadline)";

    private static readonly TypedDataDomain s_domain = new() { Name = "Executor", Version = "1", ChainId = 31_337, VerifyingContract = Address.Zero };
    private static readonly Address s_account = Address.Parse("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");

    // The general way over JSON and the fast one over words must say the same.
    [Fact]
    public void Digest_AnyWords_IsThatOfTheDocument()
    {
        WordStruct intent = new(Type, s_domain.Separator());
        Assert.Equal(6, intent.MemberCount);
        for (int i = 0; i < 20; i++)
        {
            Hash32 decision = Keccak256.HashOfText($"{i}");
            string document = $$"""
                {"types":{"Intent":[{"name":"decision","type":"bytes32"},{"name":"account","type":"address"},{"name":"amount","type":"uint256"},
                 {"name":"tick","type":"int64"},{"name":"exact","type":"bool"},{"name":"deadline","type":"uint64"}]},
                 "primaryType":"Intent","domain":{"name":"Executor","version":"1","chainId":31337,"verifyingContract":"{{Address.Zero}}" },
                 "message":{"decision":"{{decision}}","account":"{{s_account}}","amount":"{{i}}000000000000000000000","tick":-{{i + 1}},"exact":{{(i % 2 == 0 ? "true" : "false")}},"deadline":{{i}} } }
                """;
            TypedDataDocument slow = TypedDataDocument.Parse(System.Text.Encoding.UTF8.GetBytes(document));
            byte[] words = Words(in decision, UInt256.Parse($"{i}000000000000000000000"), -(i + 1), i % 2 == 0, (ulong)i);
            Assert.Equal(slow.StructHash, intent.Hash(words));
            Assert.Equal(slow.SigningHash, intent.Digest(words));
        }
        Assert.Equal(Keccak256.HashOfText(Type), intent.TypeHash);
    }

    [Fact]
    public void Digest_StackMemory_AllocatesNothing()
    {
        WordStruct intent = new(Type, s_domain.Separator());
        byte[] words = Words(Keccak256.OfNothing, UInt256.One, 1, true, 1);
        intent.Digest(words);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 100; i++) intent.Digest(words);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public void Digest_OtherNumberOfWords_Throws()
    {
        WordStruct intent = new(Type, s_domain.Separator());
        Assert.Throws<ArgumentException>(() => intent.Digest(new byte[5 * 32]));
        Assert.Throws<ArgumentException>(() => intent.Hash(new byte[6 * 32 + 1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Intent")]
    [InlineData("(uint256 a)")]
    [InlineData("Intent()")]
    [InlineData("Intent(uint256)")]
    [InlineData("Intent(uint256  a)")]
    [InlineData("Intent(uint256 a, uint256 b)")]
    [InlineData("Intent(uint a)")]
    [InlineData("Intent(bytes a)")]
    [InlineData("Intent(string a)")]
    [InlineData("Intent(uint256[] a)")]
    [InlineData("Intent(Person a)Person(address b)")]
    public void Constructor_NotAllWords_Throws(string type) => Assert.Throws<ArgumentException>(() => new WordStruct(type, s_domain.Separator()));

    private static byte[] Words(in Hash32 decision, in UInt256 amount, Int128 tick, bool exact, ulong deadline)
    {
        byte[] words = new byte[6 * AbiWord.Length];
        AbiWriter writer = new(words);
        writer.BeginArguments(6);
        writer.WriteHash(in decision);
        writer.WriteAddress(in s_account);
        writer.WriteUInt256(in amount);
        writer.WriteInt128(tick);
        writer.WriteBool(exact);
        writer.WriteUInt64(deadline);
        Assert.True(writer.TryFinish(out int length) && length == words.Length);
        return words;
    }
}
