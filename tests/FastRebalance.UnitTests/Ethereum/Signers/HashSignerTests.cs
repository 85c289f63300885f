using System.Security.Cryptography;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Ethereum.Signers;

public sealed class HashSignerTests(ITestOutputHelper output) : IAsyncDisposable
{
    private static readonly UInt256 s_order = new(0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff);

    private readonly ScriptedSigner _door = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    /// <summary>Every form that such a door may answer in, with a low s and a high one: always the bytes of the local signer.</summary>
    [Theory]
    [InlineData("parts")]
    [InlineData("parts without v")]
    [InlineData("parts, v 27")]
    [InlineData("parts, v as text")]
    [InlineData("65 bytes")]
    [InlineData("64 bytes")]
    [InlineData("DER")]
    [InlineData("DER in base64, as KMS")]
    public async Task SignAsync_HonestAnswerOfEveryForm_GivesTheBytesTheLocalSignerWouldGive(string form)
    {
        foreach (bool isHigh in (bool[])[false, true])
            for (ulong nonce = 0; nonce < 10; nonce++)
            {
                _door.OnHash = hash => Answer(form, isHigh ? Mirrored(_door.Key.SignDigest(in hash)) : _door.Key.SignDigest(in hash));
                using IAccountSigner client = _door.Client(HashSigner.KindName);
                TransactionFields fields = RemoteSignerTests.Asked with { Nonce = nonce };
                SigningOutcome remote = await client.SignAsync(fields, Cancellation);
                Assert.Equal("", remote.Detail);
                Assert.Equal((await _door.Key.SignAsync(fields, Cancellation)).Raw.ToArray(), remote.Raw.ToArray());
            }
        Assert.DoesNotContain(_door.Bodies, body => !body.Contains("\"hash\":\"0x", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wrong v", SigningStatus.OtherAccount)]
    [InlineData("v of 29", SigningStatus.AnswerUnreadable)]
    [InlineData("other hash", SigningStatus.OtherAccount)]
    [InlineData("r of zero", SigningStatus.SignatureOutOfRange)]
    [InlineData("s of the order", SigningStatus.SignatureOutOfRange)]
    [InlineData("short r", SigningStatus.AnswerUnreadable)]
    [InlineData("no r", SigningStatus.AnswerUnreadable)]
    [InlineData("error", SigningStatus.Refused)]
    [InlineData("DER with a tail", SigningStatus.AnswerUnreadable)]
    [InlineData("long hex", SigningStatus.AnswerUnreadable)]
    [InlineData("neither hex nor base64", SigningStatus.AnswerUnreadable)]
    public async Task SignAsync_AnswerSpoilt_IsDroppedWithItsReason(string fault, SigningStatus expected)
    {
        _door.OnHash = hash =>
        {
            Signature signature = _door.Key.SignDigest(in hash);
            string r = Hex.Encode(signature.R), s = Hex.Encode(signature.S);
            Hash32 other = new(SHA256.HashData(hash.Span));
            return fault switch
            {
                "wrong v" => $$"""{"r":"{{r}}","s":"{{s}}","v":{{1 - signature.YParity}}}""",
                "v of 29" => $$"""{"r":"{{r}}","s":"{{s}}","v":29}""",
                "other hash" => Answer("parts without v", _door.Key.SignDigest(in other)),
                "r of zero" => $$"""{"r":"0x{{new string('0', 64)}}","s":"{{s}}"}""",
                "s of the order" => $$"""{"r":"{{r}}","s":"0x{{s_order.ToString("x")}}"}""",
                "short r" => $$"""{"r":"0x01","s":"{{s}}"}""",
                "no r" => $$"""{"s":"{{s}}"}""",
                "error" => """{"error":"AccessDenied"}""",
                "DER with a tail" => $$"""{"signature":"{{Hex.Encode([.. Der(signature), 0])}}"}""",
                "long hex" => $$"""{"signature":"0x{{new string('a', 4000)}}"}""",
                _ => """{"signature":"?"}""",
            };
        };
        using IAccountSigner client = _door.Client(HashSigner.KindName);
        SigningOutcome outcome = await client.SignAsync(RemoteSignerTests.Asked, Cancellation);
        Assert.Equal(expected, outcome.Status);
        Assert.True(outcome.Raw.IsEmpty);
    }

    [Fact]
    public async Task ProbeAsync_RightKeyOrOther_SaysWhichAndSignsNoTransaction()
    {
        _door.OnHash = hash => Answer("64 bytes", _door.Key.SignDigest(in hash));
        using IAccountSigner client = _door.Client(HashSigner.KindName);
        Assert.True((await client.ProbeAsync(Cancellation)).IsReady);
        using IAccountSigner other = RemoteSigners.Create(_door.Options(HashSigner.KindName) with { Address = Address.Parse("0x00000000000000000000000000000000000000f1") });
        Assert.Equal(SigningStatus.OtherAccount, (await other.ProbeAsync(Cancellation)).Status);
    }

    /// <summary>Wycheproof's signatures in DER and in r‖s: what it calls valid is read and its parity found, everything else is refused.</summary>
    [Theory]
    [InlineData("ecdsa_secp256k1_sha256_bitcoin_test.json", true)]
    [InlineData("ecdsa_secp256k1_sha256_p1363_test.json", false)]
    public void OfDigest_WycheproofVectors_AgreesOnEveryOne(string file, bool isDer)
    {
        using JsonDocument vectors = Vectors.Open("wycheproof", "testvectors_v1", file);
        int valid = 0, mirrored = 0, refused = 0;
        foreach (JsonElement group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            Address account = AccountAddress.Of(new PublicKey(group.GetProperty("publicKey").Bytes("uncompressed").AsSpan(1)));
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                bool isOurs = Judge(test.Bytes("sig"), SHA256.HashData(test.Bytes("msg")), in account, isDer);
                string[] flags = [.. test.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!)];
                // Bitcoin refuses a high s; here it is turned over, and is then a good signature.
                bool isMirrored = flags.Contains("SignatureMalleabilityBitcoin")
                    || (test.Text("comment") == "edge case for signature malleability" && test.Text("result") == "invalid");
                // Valid for others, but no chain's v can say that r was reduced by the order.
                bool hasNoV = test.Text("comment") is "k*G has a large x-coordinate" or "r = 2, x = n + 2 is the smallest possible x with a reduction";
                Assert.True(isOurs == ((test.Text("result") == "valid" && !hasNoV) || isMirrored), $"{file} {test.GetProperty("tcId")}: {test.Text("comment")}");
                if (isMirrored) mirrored++;
                else if (isOurs) valid++;
                else refused++;
            }
        }
        output.WriteLine($"{file}: {valid} valid, {mirrored} mirrored, {refused} refused");
        Assert.True(valid > 50 && refused > 50);
    }

    private static bool Judge(byte[] signature, byte[] digest, in Address account, bool isDer)
    {
        Span<byte> r = stackalloc byte[32];
        Span<byte> s = stackalloc byte[32];
        if (isDer)
        {
            if (!DerSignature.TryRead(signature, r, s)) return false;
        }
        else
        {
            if (signature.Length != 64) return false;
            signature.AsSpan(0, 32).CopyTo(r);
            signature.AsSpan(32).CopyTo(s);
        }
        return SignatureCheck.OfDigest(digest, in account, r, s, saidParity: null, out _).IsReady;
    }

    private static string Answer(string form, Signature signature)
    {
        string r = Hex.Encode(signature.R), s = Hex.Encode(signature.S);
        return form switch
        {
            "parts" => $$"""{"r":"{{r}}","s":"{{s}}","v":{{signature.YParity}}}""",
            "parts without v" => $$"""{"r":"{{r}}","s":"{{s}}"}""",
            "parts, v 27" => $$"""{"r":"{{r}}","s":"{{s}}","v":{{27 + signature.YParity}}}""",
            "parts, v as text" => $$"""{"r":"{{r}}","s":"{{s}}","v":"0x{{27 + signature.YParity:x}}"}""",
            "65 bytes" => $$"""{"signature":"{{Hex.Encode(signature.Span)}}"}""",
            "64 bytes" => $$"""{"signature":"{{Hex.Encode(signature.Span[..64])}}"}""",
            "DER" => $$"""{"signature":"{{Hex.Encode(Der(signature))}}"}""",
            _ => $$"""{"KeyId":"arn","Signature":"{{Convert.ToBase64String(Der(signature))}}","SigningAlgorithm":"ECDSA_SHA_256"}""",
        };
    }

    private static Signature Mirrored(Signature signature)
    {
        Span<byte> s = stackalloc byte[32];
        (s_order - UInt256.ReadBigEndian(signature.S)).WriteBigEndian(s);
        return new Signature(signature.R, s, (byte)(1 - signature.YParity));
    }

    // By the framework's own writer of DER, not by the reader's twin.
    private static byte[] Der(Signature signature)
    {
        System.Formats.Asn1.AsnWriter writer = new(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Shortest(signature.R));
            writer.WriteIntegerUnsigned(Shortest(signature.S));
        }
        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number) => number[number.IndexOfAnyExcept((byte)0)..];
}
