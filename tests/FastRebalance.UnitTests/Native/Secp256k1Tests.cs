using System.Security.Cryptography;
using System.Text.Json;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Native;
using FastRebalance.UnitTests.Ethereum;

namespace FastRebalance.UnitTests.Native;

public sealed class Secp256k1Tests(ITestOutputHelper output)
{
    private static readonly byte[] s_order = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    [Fact]
    public void TrySign_AnyHash_RecoversAndVerifiesUnderOwnKeyOnly()
    {
        Random random = new(11);
        PrivateKey key = KeyOf(random);
        PrivateKey other = KeyOf(random);
        Assert.True(Secp256k1.TryGetPublicKey(in key, out PublicKey publicKey));
        Assert.True(Secp256k1.TryGetPublicKey(in other, out PublicKey otherPublicKey));
        byte[] hash = new byte[32];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(hash);
            Assert.True(Secp256k1.TrySign(hash, in key, out Signature signature));
            Assert.True(Secp256k1.TryRecover(hash, in signature, out PublicKey recovered));
            Assert.Equal(publicKey, recovered);
            Assert.True(Secp256k1.Verify(hash, in signature, in publicKey));
            Assert.False(Secp256k1.Verify(hash, in signature, in otherPublicKey));
            Assert.True(signature.S[0] < 0x80);
            hash[0] ^= 1;
            Assert.False(Secp256k1.Verify(hash, in signature, in publicKey));
        }
    }

    // The bench holds the two against each other, so they must do the same work.
    [Fact]
    public void TimeSignature_AnyHash_SignsAsTheSafeFaceDoes()
    {
        byte[] hash = new byte[32], bare = new byte[65], safe = new byte[65];
        PrivateKey key = KeyOf(new Random(12));
        for (int i = 0; i < 50; i++)
        {
            hash[i % 32] += 7;
            Assert.True(Secp256k1.TimeSignature(hash, key.Span, bare) > 0);
            Assert.True(Secp256k1.TrySign(hash, key.Span, safe));
            Assert.Equal(safe, bare);
        }
        output.WriteLine($"signs by the comb of 0.5.0: {Secp256k1.SignsByComb}");
    }

    [Fact]
    public void TrySign_ZeroOrTooLargeKey_AnswersFalse()
    {
        byte[] hash = new byte[32];
        PrivateKey zero = default;
        PrivateKey order = new(s_order);
        Assert.False(Secp256k1.IsValidKey(in zero));
        Assert.False(Secp256k1.IsValidKey(in order));
        Assert.False(Secp256k1.TrySign(hash, in zero, out Signature signature));
        Assert.Equal(default, signature);
        Assert.False(Secp256k1.TrySign(hash, in order, out _));
        Assert.False(Secp256k1.TryGetPublicKey(in zero, out _));
    }

    [Fact]
    public void TryRecover_SignatureOutOfRange_AnswersFalse()
    {
        byte[] one = new byte[32];
        one[31] = 1;
        Signature zeros = default;
        Signature tooLarge = new(s_order, one, 0);
        Assert.False(Secp256k1.TryRecover(new byte[32], in zeros, out _));
        Assert.False(Secp256k1.TryRecover(new byte[32], in tooLarge, out _));
        Assert.Throws<ArgumentException>(() => new Signature(one, one, 2));
    }

    [Fact]
    public void TrySign_WrongLengths_ThrowsBeforeTheLibraryIsCalled()
    {
        byte[] key = new byte[32];
        key[31] = 1;
        Assert.Throws<ArgumentException>(() => Secp256k1.TrySign(new byte[31], key, new byte[65]));
        Assert.Throws<ArgumentException>(() => Secp256k1.TrySign(new byte[32], key.AsSpan(1), new byte[65]));
        Assert.Throws<ArgumentException>(() => Secp256k1.TrySign(new byte[32], key, new byte[64]));
    }

    [Fact]
    public void TrySign_FromManyThreads_GivesTheSameSignatures()
    {
        Random random = new(12);
        PrivateKey key = KeyOf(random);
        byte[] hash = new byte[32];
        random.NextBytes(hash);
        Assert.True(Secp256k1.TrySign(hash, in key, out Signature expected));
        Parallel.For(0, 400, _ =>
        {
            Assert.True(Secp256k1.TrySign(hash, in key, out Signature signature));
            Assert.Equal(expected, signature);
        });
    }

    [Fact]
    public void TrySign_AfterFirstUse_AllocatesNothing()
    {
        PrivateKey key = KeyOf(new Random(13));
        byte[] hash = new byte[32];
        Secp256k1.TrySign(hash, in key, out Signature signature);
        Secp256k1.TryRecover(hash, in signature, out _);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 50; i++)
            {
                Secp256k1.TrySign(hash, in key, out signature);
                Secp256k1.TryRecover(hash, in signature, out _);
            }
        Assert.Equal(0, watch.LeastBytes);
    }

    [Fact]
    public void PrivateKey_ShownComparedOrCleared_KeepsItsSecret()
    {
        PrivateKey key = PrivateKey.Generate();
        Assert.Equal("(private key)", key.ToString());
        Assert.Equal("(private key)", $"{key}");
        Assert.Throws<NotSupportedException>(() => key.Equals((object)key));
        Assert.Throws<NotSupportedException>(() => key.GetHashCode());
        key.Clear();
        Assert.True(key.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void VerifyDer_WycheproofBitcoinFile_AgreesWithEveryVerdict()
    {
        using JsonDocument file = Vectors.Open("wycheproof", "testvectors_v1", "ecdsa_secp256k1_sha256_bitcoin_test.json");
        int count = 0, valid = 0;
        foreach (JsonElement group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            PublicKey key = new(group.GetProperty("publicKey").Bytes("uncompressed").AsSpan(1));
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                bool expected = test.Text("result") == "valid";
                bool actual = Secp256k1.VerifyDer(SHA256.HashData(test.Bytes("msg")), test.Bytes("sig"), in key);
                Assert.True(expected == actual, $"test {test.GetProperty("tcId")}: {test.Text("comment")}");
                count++;
                if (expected) valid++;
            }
        }
        output.WriteLine($"{count} signatures, {valid} valid");
        Assert.Equal(463, count);
        Assert.Equal(162, valid);
    }

    // The file's signatures "of the empty string" are left out: they recover to its accounts under no digest of an empty string we know.
    [Fact]
    public void TryGetPublicKey_KeyAddressFile_GivesTheirAddresses()
    {
        using JsonDocument file = Vectors.Open("ethereum", "BasicTests", "keyaddrtest.json");
        foreach (JsonElement test in file.RootElement.EnumerateArray())
        {
            PrivateKey key = new(test.Bytes("key"));
            Assert.Equal(Keccak256.HashOfText(test.Text("seed")).Span.ToArray(), key.Span.ToArray());
            Assert.Equal("0x" + test.Text("addr"), AccountAddress.Of(in key).ToString());
        }
    }

    // RFC 6979 nonces on this curve: a widely published pair for key 1 and the SHA-256 of a text.
    [Fact]
    public void TrySign_KeyOneAndKnownText_GivesThePublishedSignature()
    {
        byte[] one = new byte[32];
        one[31] = 1;
        Assert.True(Secp256k1.TrySign(SHA256.HashData("Satoshi Nakamoto"u8), new PrivateKey(one), out Signature signature));
        Assert.Equal("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", Convert.ToHexStringLower(signature.R));
        Assert.Equal("2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5", Convert.ToHexStringLower(signature.S));
    }

    private static PrivateKey KeyOf(Random random)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes);
        return new PrivateKey(bytes);
    }
}
