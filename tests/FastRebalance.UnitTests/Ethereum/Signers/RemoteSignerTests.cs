using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Ethereum.Signers;

public sealed class RemoteSignerTests : IAsyncDisposable
{
    private static readonly UInt256 s_order = new(0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff);
    private static readonly Address s_to = Address.Parse("0x00000000000000000000000000000000000000f1");

    private readonly ScriptedSigner _door = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TransactionFields Asked => new()
    {
        Kind = TransactionKind.DynamicFee,
        ChainId = ScriptedSigner.ChainId,
        Nonce = 7,
        MaxFeePerGasWei = 100,
        MaxPriorityFeePerGasWei = 3,
        GasLimit = 90_000,
        To = s_to,
        ValueWei = 1,
        Data = new byte[] { 1, 2, 3 },
    };

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task SignAsync_HonestSigner_GivesTheBytesTheLocalSignerWouldGive()
    {
        using IAccountSigner client = _door.Client();
        foreach (TransactionFields fields in (TransactionFields[])[Asked, Asked with { To = null }, Asked with { Data = default }, Legacy()])
        {
            SigningOutcome remote = await client.SignAsync(fields, Cancellation);
            SigningOutcome local = await _door.Key.SignAsync(fields, Cancellation);
            Assert.Equal(SigningStatus.Signed, remote.Status);
            Assert.Equal(local.Raw.ToArray(), remote.Raw.ToArray());
            Assert.Equal(local.Hash, remote.Hash);
        }
    }

    [Fact]
    public async Task SignAsync_AnswerIsAnObjectWithRaw_ReadsIt()
    {
        _door.Rewrite = static body =>
        {
            using JsonDocument answer = JsonDocument.Parse(body);
            return $$"""{"jsonrpc":"2.0","id":{{answer.RootElement.GetProperty("id")}},"result":{"raw":"{{answer.RootElement.GetProperty("result").GetString()}}","tx":null} }""";
        };
        using IAccountSigner client = _door.Client();
        Assert.True((await client.SignAsync(Asked, Cancellation)).IsSigned);
    }

    public static TheoryData<string, SigningStatus, string> OtherFields => new()
    {
        { "nonce", SigningStatus.OtherTransaction, "nonce 8 instead of 7" },
        { "to", SigningStatus.OtherTransaction, "00000000e1 instead of 0x00000000000000000000000000000000000000f1" },
        { "create", SigningStatus.OtherTransaction, "a new contract" },
        { "value", SigningStatus.OtherTransaction, "value 2 instead of 1" },
        { "gas", SigningStatus.OtherTransaction, "gas limit 90001 instead of 90000" },
        { "cap", SigningStatus.OtherTransaction, "fee cap 101 instead of 100" },
        { "tip", SigningStatus.OtherTransaction, "tip 4 instead of 3" },
        { "data", SigningStatus.OtherTransaction, "data of 3 bytes" },
        { "kind", SigningStatus.OtherTransaction, "Legacy instead of DynamicFee" },
        { "list", SigningStatus.OtherTransaction, "access list" },
        { "chain", SigningStatus.OtherChain, "6 instead of 5" },
    };

    [Theory]
    [MemberData(nameof(OtherFields))]
    public async Task SignAsync_SignerSignsSomethingElse_IsDroppedWithTheFieldsName(string what, SigningStatus expected, string detail)
    {
        _door.Change = fields => what switch
        {
            "nonce" => fields with { Nonce = 8 },
            "to" => fields with { To = Address.Parse("0x00000000000000000000000000000000000000e1") },
            "create" => fields with { To = null },
            "value" => fields with { ValueWei = 2 },
            "gas" => fields with { GasLimit = 90_001 },
            "cap" => fields with { MaxFeePerGasWei = 101 },
            "tip" => fields with { MaxPriorityFeePerGasWei = 4 },
            "data" => fields with { Data = new byte[] { 1, 2, 4 } },
            "kind" => fields with { Kind = TransactionKind.Legacy, MaxPriorityFeePerGasWei = 0 },
            "list" => fields with { AccessList = new AccessListEntry[] { new(s_to, default) } },
            _ => fields with { ChainId = 6 },
        };
        SigningOutcome outcome = await SignAsync();
        Assert.Equal(expected, outcome.Status);
        Assert.True(outcome.IsWrongSignature);
        Assert.Contains(detail, outcome.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.True(outcome.Raw.IsEmpty);
    }

    [Theory]
    [InlineData("high s", SigningStatus.SignatureOutOfRange)]
    [InlineData("wrong parity", SigningStatus.OtherAccount)]
    [InlineData("parity 27", SigningStatus.SignatureOutOfRange)]
    [InlineData("r of zero", SigningStatus.SignatureOutOfRange)]
    [InlineData("another key", SigningStatus.OtherAccount)]
    [InlineData("a byte more", SigningStatus.AnswerUnreadable)]
    [InlineData("a byte less", SigningStatus.AnswerUnreadable)]
    [InlineData("nothing", SigningStatus.AnswerUnreadable)]
    public async Task SignAsync_SignatureSpoilt_IsDroppedWithItsReason(string fault, SigningStatus expected)
    {
        _door.Spoil = raw => fault switch
        {
            "a byte more" => [.. raw, 0],
            "a byte less" => raw[..^1],
            "nothing" => [],
            _ => Resigned(raw, fault),
        };
        SigningOutcome outcome = await SignAsync();
        Assert.Equal(expected, outcome.Status);
        Assert.True(outcome.Raw.IsEmpty);
    }

    [Fact]
    public async Task SignAsync_SameAnswerToTwoRequests_DropsTheSecond()
    {
        byte[]? first = null;
        _door.Spoil = raw => first ??= raw;
        using IAccountSigner client = _door.Client();
        Assert.True((await client.SignAsync(Asked, Cancellation)).IsSigned);
        SigningOutcome second = await client.SignAsync(Asked with { Nonce = 8 }, Cancellation);
        Assert.Equal((SigningStatus.OtherTransaction, "nonce 7 instead of 8"), (second.Status, second.Detail));
    }

    public static TheoryData<string, SigningStatus> Answers => new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n<html>Bad Gateway</html>\r\n", SigningStatus.AnswerUnreadable },
        { "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", SigningStatus.Refused },
        { "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", SigningStatus.Refused },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", SigningStatus.AnswerUnreadable },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", SigningStatus.AnswerUnreadable },
        { "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", SigningStatus.AnswerUnreadable },
        { "SSH-2.0-OpenSSH_9.2\r\n", SigningStatus.AnswerUnreadable },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + new string(' ', 1_000_000), SigningStatus.AnswerTooLarge },
        { "HTTP/1.1 200 OK\r\nX: " + new string('x', 100_000) + "\r\n\r\n", SigningStatus.AnswerUnreadable },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task SignAsync_NoSignerAnswers_SaysWhatCameInstead(string answer, SigningStatus expected)
    {
        _door.Instead = answer;
        Assert.Equal(expected, (await SignAsync()).Status);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"not\u0007today"}}""", SigningStatus.Refused, "not today")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":-1}""", SigningStatus.Refused, "without a reason")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":"0x"}""", SigningStatus.AnswerUnreadable, "this request")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","result":"0x"}""", SigningStatus.AnswerUnreadable, "this request")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", SigningStatus.AnswerUnreadable, "hexadecimal")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"02f8"}""", SigningStatus.AnswerUnreadable, "hexadecimal")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":1,"result":"0x"}""", SigningStatus.AnswerUnreadable, "one JSON object")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x"}{"jsonrpc":"2.0","id":1,"result":"0x"}""", SigningStatus.AnswerUnreadable, "one JSON object")]
    public async Task SignAsync_AnswerOfAnotherForm_SaysWhatIsWanted(string body, SigningStatus expected, string detail)
    {
        _door.Rewrite = _ => body;
        SigningOutcome outcome = await SignAsync();
        Assert.Equal(expected, outcome.Status);
        Assert.Contains(detail, outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignAsync_AnswerTwiceInOneBody_IsDropped()
    {
        _door.Rewrite = static body => body + body;
        Assert.Equal(SigningStatus.AnswerUnreadable, (await SignAsync()).Status);
    }

    [Fact]
    public async Task SignAsync_AnswerComesTooLate_IsThrownAwayAndTheNextRequestHasItsOwn()
    {
        TaskCompletionSource release = new();
        _door.Before = release.Task;
        using IAccountSigner client = RemoteSigners.Create(_door.Options() with { Timeout = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(SigningStatus.TimedOut, (await client.SignAsync(Asked, Cancellation)).Status);
        _door.Before = Task.CompletedTask;
        release.SetResult();
        using IAccountSigner patient = _door.Client();
        Assert.True((await patient.SignAsync(Asked with { Nonce = 8 }, Cancellation)).IsSigned);
    }

    [Fact]
    public async Task SignAsync_NobodyListens_IsUnreachable()
    {
        RemoteSignerOptions options = _door.Options();
        await _door.DisposeAsync();
        using IAccountSigner client = RemoteSigners.Create(options);
        SigningOutcome outcome = await client.SignAsync(Asked, Cancellation);
        Assert.Equal(SigningStatus.Unreachable, outcome.Status);
        Assert.False(outcome.IsWrongSignature);
    }

    [Fact]
    public async Task SignAsync_GivenUp_Throws()
    {
        _door.Before = new TaskCompletionSource().Task;
        using IAccountSigner client = _door.Client();
        using CancellationTokenSource gone = new();
        Task<SigningOutcome> signing = client.SignAsync(Asked, gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signing);
    }

    [Theory]
    [InlineData(Web3Signer.KindName)]
    [InlineData(HashSigner.KindName)]
    public async Task SignAsync_FieldsOfAnotherChain_AsksNobody(string kind)
    {
        using IAccountSigner client = _door.Client(kind);
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.SignAsync(Asked with { ChainId = 6 }, Cancellation));
        Assert.Empty(_door.Heads);
    }

    [Fact]
    public async Task ProbeAsync_AccountKnownOrNot_SaysWhich()
    {
        using IAccountSigner client = _door.Client();
        Assert.True((await client.ProbeAsync(Cancellation)).IsReady);
        using IAccountSigner other = RemoteSigners.Create(_door.Options() with { Address = s_to });
        Assert.Equal(SigningStatus.AccountUnknown, (await other.ProbeAsync(Cancellation)).Status);
    }

    [Theory]
    [InlineData("http://user:secret@127.0.0.1:1/", "authorizationFile")]
    [InlineData("http://127.0.0.1:1/?key=secret", "authorizationFile")]
    [InlineData("ftp://127.0.0.1/", "http")]
    [InlineData("http://192.0.2.1:9000/", "https")]
    public void Create_UrlThatGivesAwayOrCannotBeAsked_NamesTheFixAndNotTheSecret(string url, string fix)
    {
        RemoteSignerOptions options = _door.Options() with { Url = new Uri(url), AuthorizationFile = "token" };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => RemoteSigners.Create(options));
        Assert.Contains(fix, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignAsync_AuthorizationFromAFile_SendsItWithEveryRequest()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "Bearer marked-token\n", Cancellation);
            using IAccountSigner client = RemoteSigners.Create(_door.Options() with { AuthorizationFile = file });
            Assert.True((await client.SignAsync(Asked, Cancellation)).IsSigned);
            Assert.Contains("Authorization: Bearer marked-token\r\n", _door.Heads[0], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task SignAsync_LocalKey_IsDoneWhenItReturns()
    {
        ValueTask<SigningOutcome> signing = _door.Key.SignAsync(Asked, Cancellation);
        Assert.True(signing.IsCompletedSuccessfully);
        Assert.True((await signing).IsSigned);
    }

    private async Task<SigningOutcome> SignAsync()
    {
        using IAccountSigner client = _door.Client();
        return await client.SignAsync(Asked, Cancellation);
    }

    private static TransactionFields Legacy() => Asked with { Kind = TransactionKind.Legacy, MaxPriorityFeePerGasWei = 0 };

    internal static byte[] WithHighS(byte[] raw) => Resigned(raw, "high s");

    private static byte[] Resigned(byte[] raw, string fault)
    {
        Assert.True(TransactionDecoder.Decode(raw, out SignedTransaction signed).IsValid);
        Span<byte> s = stackalloc byte[32];
        byte[] zero = new byte[32];
        (s_order - UInt256.ReadBigEndian(signed.Signature.S)).WriteBigEndian(s);
        byte flipped = (byte)(1 - signed.Signature.YParity);
        byte[] result = new byte[raw.Length + 40];
        if (fault == "another key")
        {
            zero[31] = 9;
            return result[..TransactionEncoder.Sign(in signed.Fields, new PrivateKey(zero), result, out _)];
        }
        Signature spoilt = fault switch
        {
            "high s" => new Signature(signed.Signature.R, s, flipped),
            "r of zero" => new Signature(zero, signed.Signature.S, signed.Signature.YParity),
            _ => new Signature(signed.Signature.R, signed.Signature.S, flipped),
        };
        int length = TransactionEncoder.EncodeSigned(in signed.Fields, in spoilt, result);
        // The parity is a byte of its own before r's header: 0x01, or 0x80 for zero.
        if (fault == "parity 27")
            result[length - 1 - RlpLength(spoilt.R) - RlpLength(spoilt.S)] = 27;
        return result[..length];
    }

    private static int RlpLength(ReadOnlySpan<byte> number) => 1 + number.Length - number.IndexOfAnyExcept((byte)0);
}
