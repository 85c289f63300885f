using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Ethereum.Transactions;

public sealed class TransactionSignerTests
{
    private readonly PrivateKey _key = TransactionEncoderTests.KeyOf(0x46);

    // Known answer of an independent implementation.
    [Fact]
    public void Sign_DynamicFeeWithAccessList_GivesTheKnownBytesAndHash()
    {
        Hash32 slot = Hash32.Parse("0x0000000000000000000000000000000000000000000000000000000000000008");
        Address pool = Address.Parse("0x3535353535353535353535353535353535353535");
        Eip1559Transaction transaction = new()
        {
            Nonce = 7,
            MaxPriorityFeePerGasWei = 1_500_000_000,
            MaxFeePerGasWei = 30_000_000_000,
            GasLimit = 250_000,
            To = pool,
            Data = new byte[] { 0xde, 0xad, 0xbe, 0xef },
            AccessList = new[] { new AccessListEntry(pool, new[] { slot }) },
        };
        using TransactionSigner signer = new(in _key, chainId: 1);
        byte[] buffer = new byte[signer.MaxLength(in transaction)];
        int length = signer.Sign(in transaction, buffer, out Hash32 hash);
        Assert.Equal(
            "02f8a901078459682f008506fc23ac008303d0909435353535353535353535353535353535353535358084deadbeef"
            + "f838f7943535353535353535353535353535353535353535e1a00000000000000000000000000000000000000000000000000000000000000008"
            + "01a0e7dee9398275fc6723df036a5880fecd8fa8d3a06f714f649be7df082925ab13"
            + "a040b0dc3d2b4e3adfa6752d9f96d37eeec6292e729d00467983662e34755bbf90",
            Convert.ToHexStringLower(buffer.AsSpan(0, length)));
        Assert.Equal("0x3e39c077c1a9b7e13e49eb57c7105daf382683e02ed6231821fd383fc1774dc2", hash.ToString());
        Assert.Equal("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F", Eip55.Format(signer.Address));
    }

    // A relay's authentication header: the text of the body's hash, signed as a personal message.
    [Fact]
    public void SignDigest_RelayHeader_GivesTheKnownSignature()
    {
        const string BodyHash = "0xa8127a5e301e0a0256a8b3c944c4d477146ed83a6f2e09a7dedf009c7ede1a18";
        Hash32 digest = FastRebalance.Core.Hashing.Keccak256.HashOfText($"\u0019Ethereum Signed Message:\n{BodyHash.Length}{BodyHash}");
        using TransactionSigner signer = new(in _key, chainId: 1);
        Signature signature = signer.SignDigest(in digest);
        byte[] header = signature.Span.ToArray();
        header[64] += 27;
        Assert.Equal(
            "11daca13f719749e76e5bd3458e310d8fa84e2974a4b6284d37ac8d7df602e8524d6fbf5435d20d1cdbbde6415a336b4a03db13179b92b631ed2c00f8f7893ad1b",
            Convert.ToHexStringLower(header));
    }

    [Fact]
    public void Sign_DynamicFeeOfAnyShape_AllocatesNothing()
    {
        using TransactionSigner signer = new(in _key, chainId: 31337);
        Eip1559Transaction transaction = new()
        {
            Nonce = 1,
            MaxPriorityFeePerGasWei = 1_500_000_000,
            MaxFeePerGasWei = 30_000_000_000,
            GasLimit = 250_000,
            To = Address.Zero,
            Data = new byte[260],
            AccessList = new[] { new AccessListEntry(Address.Zero, new Hash32[3]) },
        };
        byte[] buffer = new byte[signer.MaxLength(in transaction)];
        signer.Sign(in transaction, buffer, out _);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 50; i++)
            {
                transaction.Nonce++;
                signer.Sign(in transaction, buffer, out _);
            }
        Assert.Equal(0, watch.LeastBytes);
    }

    // A ladder's rungs, of every kind and of lengths that end in different blocks, must be those that are signed one by one.
    [Fact]
    public void SignAll_SeveralTransactions_GivesWhatEachGivesAlone()
    {
        using TransactionSigner signer = new(in _key, chainId: 1);
        Authorization authorization = signer.SignAuthorization(Address.Zero, nonce: 3);
        TransactionFields[] ladder =
        [
            .. Enumerable.Range(0, 40).Select(i => new TransactionFields
            {
                Kind = TransactionKind.Legacy + (byte)(i % 3), ChainId = 1, Nonce = (ulong)i, GasLimit = 100_000, To = Address.Zero, Data = new byte[i * 37],
            }),
            new() { Kind = TransactionKind.SetCode, ChainId = 1, To = Address.Zero, AuthorizationList = new[] { authorization } },
        ];
        byte[] all = new byte[ladder.Sum(static fields => TransactionEncoder.MaxLength(in fields))];
        SignedBytes[] signed = new SignedBytes[ladder.Length];
        int length = signer.SignAll(ladder, all, signed);
        int start = 0;
        for (int i = 0; i < ladder.Length; i++)
        {
            byte[] alone = new byte[TransactionEncoder.MaxLength(in ladder[i])];
            int aloneLength = signer.Sign(in ladder[i], alone, out Hash32 hash);
            Assert.Equal(new SignedBytes(start, aloneLength, hash), signed[i]);
            Assert.Equal(alone[..aloneLength], all[start..(start + aloneLength)]);
            start += aloneLength;
        }
        Assert.Equal(start, length);
        Assert.Equal(0, signer.SignAll([], all, []));
    }

    [Fact]
    public void SignAll_Ladder_AllocatesNothing()
    {
        using TransactionSigner signer = new(in _key, chainId: 1);
        TransactionFields[] ladder = [.. Enumerable.Range(0, 4).Select(i => new TransactionFields { Kind = TransactionKind.DynamicFee, ChainId = 1, Data = new byte[1024 + i] })];
        byte[] all = new byte[ladder.Sum(static fields => TransactionEncoder.MaxLength(in fields))];
        SignedBytes[] signed = new SignedBytes[ladder.Length];
        signer.SignAll(ladder, all, signed);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 20; i++) signer.SignAll(ladder, all, signed);
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public void SignAll_OtherChainOrShortMemory_Throws()
    {
        using TransactionSigner signer = new(in _key, chainId: 1);
        TransactionFields[] ladder = [new() { Kind = TransactionKind.DynamicFee, ChainId = 1 }, new() { Kind = TransactionKind.DynamicFee, ChainId = 2 }];
        Assert.Contains("chain 1", Assert.Throws<ArgumentException>(() => signer.SignAll(ladder, new byte[500], new SignedBytes[2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => signer.SignAll(ladder.AsSpan(0, 1), new byte[500], []));
        Assert.ThrowsAny<ArgumentException>(() => signer.SignAll(ladder.AsSpan(0, 1), new byte[40], new SignedBytes[1]));
    }

    [Fact]
    public void Sign_OtherChainShortMemoryOrDisposed_Throws()
    {
        TransactionSigner signer = new(in _key, chainId: 1);
        TransactionFields other = new() { Kind = TransactionKind.DynamicFee, ChainId = 2 };
        TransactionFields unprotected = new() { Kind = TransactionKind.Legacy };
        Assert.Contains("chain 1", Assert.Throws<ArgumentException>(() => signer.Sign(in other, new byte[500], out _)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => signer.Sign(in unprotected, new byte[500], out _));
        Assert.Throws<ArgumentException>(() => signer.Sign(default(Eip1559Transaction), new byte[20], out _));
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign(default(Eip1559Transaction), new byte[500], out _));
    }

    [Fact]
    public void Constructor_ZeroChainOrUnusableKey_ThrowsWithoutTheSecret()
    {
        PrivateKey unusable = TransactionEncoderTests.KeyOf(0xff);
        Assert.Throws<ArgumentException>(() => new TransactionSigner(in _key, chainId: 0));
        string message = Assert.Throws<ArgumentException>(() => new TransactionSigner(in unusable, chainId: 1)).ToString();
        Assert.DoesNotContain("ffff", message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void ToString_Signer_ShowsAccountAndChainOnly()
    {
        using TransactionSigner signer = new(in _key, chainId: 1);
        Assert.Equal("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F on chain 1", signer.ToString());
    }
}
