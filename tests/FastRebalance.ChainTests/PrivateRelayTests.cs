using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Devnet.Relay;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;
using FastRebalance.Native;

namespace FastRebalance.ChainTests;

/// <summary>The relay channel against a relay's stand-in that puts bundles on a real node.</summary>
public sealed class PrivateRelayTests
{
    private const string KeyVariable = "FASTREBALANCE_CHAIN_TEST_RELAY_KEY";
    private static readonly FeeQuote s_fees = new(100 * PoolRules.Gwei, PoolRules.Gwei);

    static PrivateRelayTests() => Environment.SetEnvironmentVariable(KeyVariable, "0x" + new string('4', 64));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bundle")]
    [InlineData("transaction")]
    [InlineData("both")]
    public async Task Submit_Trade_IsHiddenFromThePoolAndLandsInTheNextBlock(string send)
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, $"\"send\": \"{send}\"");
        (byte[] raw, Hash32 hash) = pool.Transfer(0, s_fees);

        ChannelAnswer answer = await channel.SubmitAsync(raw, hash, Cancellation);

        Assert.True(answer.Class == AnswerClass.Accepted, $"{answer}");
        Assert.Null(await pool.Node.TransactionAsync(hash, Cancellation));
        Assert.Equal("0x0", (await pool.Node.InvokeAsync("txpool_status", null, Cancellation)).GetProperty("pending").GetString());
        await relay.MineAsync(Cancellation);
        Receipt receipt = (await pool.Node.ReceiptAsync(hash, Cancellation))!;
        Assert.True(receipt.Succeeded);
        Assert.Equal(1ul, receipt.BlockNumber);
    }

    [Fact]
    public async Task Fire_BundleForALaterBlock_LandsThereAndNotBefore()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, "\"blocks\": 1");
        (byte[] raw, Hash32 hash) = pool.Transfer(0, s_fees);
        Assert.Null(channel.Prepare(raw, hash, 3, out IReadOnlyList<ReadyRequest> requests));

        Assert.Equal(AnswerClass.Accepted, (await channel.FireAsync(requests, Cancellation)).Class);
        for (int i = 0; i < 4; i++)
            await relay.MineAsync(Cancellation);

        Assert.Equal(3ul, (await pool.Node.ReceiptAsync(hash, Cancellation))!.BlockNumber);
        Assert.Equal(0, relay.Held);
    }

    [Theory]
    [InlineData("bundle")]
    [InlineData("both")]
    public async Task Cancel_BeforeTheBlock_NeverLandsAndAFreshOneDoes(string send)
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, $"\"blocks\": 5, \"send\": \"{send}\"");
        (byte[] raw, Hash32 hash) = pool.Transfer(0, s_fees);
        await channel.SubmitAsync(raw, hash, Cancellation);

        Assert.Equal(AnswerClass.Accepted, (await channel.CancelAsync(hash, Cancellation)).Class);
        for (int i = 0; i < 6; i++)
            await relay.MineAsync(Cancellation);
        Assert.Null(await pool.Node.ReceiptAsync(hash, Cancellation));
        Assert.Equal(0ul, await pool.Node.NonceAsync(pool.Account, BlockRef.Latest, Cancellation));

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(raw, hash, Cancellation)).Class);
        await relay.MineAsync(Cancellation);
        Assert.True((await pool.Node.ReceiptAsync(hash, Cancellation))!.Succeeded);
    }

    [Fact]
    public async Task Submit_HigherOfferOfTheNonce_AloneIsMined()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, "\"blocks\": 2");
        FeeQuote[] levels = FeeLadder.Levels(in s_fees, 200 * PoolRules.Gwei);
        foreach (FeeQuote level in levels)
        {
            (byte[] raw, Hash32 hash) = pool.Transfer(0, level);
            Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(raw, hash, Cancellation)).Class);
        }

        Assert.Equal(2, relay.Held);
        await relay.MineAsync(Cancellation);

        Assert.True((await pool.Node.ReceiptAsync(pool.Transfer(0, levels[^1]).Hash, Cancellation))!.Succeeded);
    }

    [Fact]
    public async Task Submit_TransactionThatReverts_IsNotMined()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, "\"send\": \"both\"");
        // PUSH0 PUSH0 REVERT at the address that the transfer goes to.
        await pool.Node.InvokeAsync("anvil_setCode", static writer =>
        {
            writer.WriteStringValue("0x00000000000000000000000000000000000000aa"u8);
            writer.WriteStringValue("0x5f5ffd"u8);
        }, Cancellation);
        (byte[] raw, Hash32 hash) = pool.Transfer(0, s_fees, gas: 50_000);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(raw, hash, Cancellation)).Class);
        for (int i = 0; i < 4; i++)
            await relay.MineAsync(Cancellation);

        Assert.Null(await pool.Node.ReceiptAsync(hash, Cancellation));
        Assert.Equal(0ul, await pool.Node.NonceAsync(pool.Account, BlockRef.Latest, Cancellation));
    }

    [Fact]
    public async Task SendBundle_SeveralTransactions_LandTogetherInTheirOrderOrNotAtAll()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        (byte[] first, Hash32 firstHash) = pool.Transfer(0, s_fees);
        (byte[] second, Hash32 secondHash) = pool.Transfer(1, new FeeQuote(200 * PoolRules.Gwei, 50 * PoolRules.Gwei));
        (byte[] gapped, Hash32 gappedHash) = pool.Transfer(3, s_fees);

        await AskAsync(relay, "eth_sendBundle", BundleOf(1, "a", first, second, gapped));
        await relay.MineAsync(Cancellation);
        Assert.Null(await pool.Node.ReceiptAsync(firstHash, Cancellation));

        await AskAsync(relay, "eth_sendBundle", BundleOf(2, "a", first, second));
        await relay.MineAsync(Cancellation);
        Assert.Equal([firstHash, secondHash], (await pool.Node.BlockTransactionHashesAsync(BlockRef.At(2), Cancellation))!);
        Assert.Null(await pool.Node.ReceiptAsync(gappedHash, Cancellation));
    }

    [Fact]
    public async Task SubmitBehind_AnothersPendingTransaction_LandsRightBehindItInOneBlock()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, "\"blocks\": 3");
        (byte[] theirs, Hash32 their) = await pool.RivalTransferAsync(s_fees);
        Assert.True((await pool.Node.SendRawTransactionAsync(theirs, Cancellation)).IsAccepted);
        (byte[] ours, Hash32 our) = pool.Transfer(0, new FeeQuote(200 * PoolRules.Gwei, 50 * PoolRules.Gwei));

        byte[] read = await pool.Node.RawTransactionAsync(their, Cancellation);
        ChannelAnswer answer = await channel.SubmitBehindAsync(read, ours, our, Cancellation);

        Assert.Equal(theirs, read); // by its hash alone, as it is known from the pool
        Assert.True(answer.Class == AnswerClass.Accepted, $"{answer}");
        Assert.Null(await pool.Node.TransactionAsync(our, Cancellation));
        await relay.MineAsync(Cancellation);
        Assert.Equal([their, our], (await pool.Node.BlockTransactionHashesAsync(BlockRef.At(1), Cancellation))!);
    }

    [Fact]
    public async Task SubmitBehind_TheOtherIsGone_OursIsNotMinedAlone()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        await using RelayChannel channel = Make(relay, pool.Node, "\"blocks\": 3");
        (byte[] theirs, _) = await pool.RivalTransferAsync(s_fees);
        await pool.Node.SendRawTransactionAsync(theirs, Cancellation);
        await pool.MineAsync(); // mined before ours comes
        (byte[] ours, Hash32 our) = pool.Transfer(0, s_fees);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitBehindAsync(theirs, ours, our, Cancellation)).Class);
        await relay.MineAsync(Cancellation);
        await relay.MineAsync(Cancellation);

        Assert.Null(await pool.Node.ReceiptAsync(our, Cancellation));
        Assert.Empty(await pool.Node.RawTransactionAsync(our, Cancellation));
    }

    [Fact]
    public async Task SendBundle_UuidThatWasCancelled_IsRefusedForGood()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        byte[] raw = pool.Transfer(0, s_fees).Raw;
        await AskAsync(relay, "eth_sendBundle", BundleOf(1, "once", raw));

        await AskAsync(relay, "eth_cancelBundle", """{"replacementUuid":"once"}""");
        JsonElement refused = await AskAsync(relay, "eth_sendBundle", BundleOf(2, "once", raw));
        JsonElement ofAnother = await AskAsync(relay, "eth_sendBundle", BundleOf(2, "once", raw), key: 0x32);

        Assert.Contains("over for good", refused.GetProperty("error").GetProperty("message").GetString());
        Assert.True(ofAnother.TryGetProperty("result", out _), "an uuid belongs to its signer");
    }

    [Fact]
    public async Task Ask_RulesBroken_EachIsRefusedInWords()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        byte[] raw = pool.Transfer(0, s_fees).Raw;
        string noTip = Hex.Encode(pool.Transfer(0, s_fees with { TipWei = 0 }).Raw);
        string body = Body("eth_sendBundle", BundleOf(1, "a", raw));

        Assert.Contains("is missing", Error(await PostAsync(relay, body, null)));
        Assert.Contains("not this address's signature", Error(await PostAsync(relay, body + " ", Sign(body, 0x31))));
        Assert.Contains("at most 100", Error(await AskAsync(relay, "eth_sendBundle", BundleOf(1, "a", [.. Enumerable.Repeat(raw, 101)]))));
        Assert.Contains("is there already", Error(await AskAsync(relay, "eth_sendBundle", BundleOf(0, "a", raw))));
        Assert.Contains("blockNumber is missing", Error(await AskAsync(relay, "eth_sendBundle", $$"""{"txs":["{{Hex.Encode(raw)}}"]}""")));
        Assert.Contains("decoded", Error(await AskAsync(relay, "eth_sendBundle", """{"txs":["0x02"],"blockNumber":"0x1"}""")));
        Assert.Contains("tip", Error(await AskAsync(relay, "eth_sendPrivateTransaction", $$"""{"tx":"{{noTip}}"}""")));
        Assert.Contains("25 blocks", Error(await AskAsync(relay, "eth_sendPrivateTransaction", $$"""{"tx":"{{Hex.Encode(raw)}}","maxBlockNumber":"0xff"}""")));
        Assert.Contains("does not exist", Error(await AskAsync(relay, "eth_sendMegaBundle", "{}")));
        Assert.Equal(0, relay.Held);
    }

    [Fact]
    public async Task CallBundle_Transfer_TellsGasAndWhatTheBuilderGets()
    {
        await using PoolRules pool = await PoolRules.StartAsync("anvil");
        await using LocalRelay relay = await LocalRelay.StartAsync(pool.Node, new LocalRelayOptions(), Cancellation);
        (byte[] raw, Hash32 hash) = pool.Transfer(0, s_fees);

        JsonElement result = (await AskAsync(relay, "eth_callBundle", BundleOf(1, "a", raw))).GetProperty("result");

        Assert.Equal(hash.ToString(), result.GetProperty("results")[0].GetProperty("txHash").GetString());
        Assert.Equal(21_000, result.GetProperty("totalGasUsed").GetInt64());
        Assert.Equal($"{21_000 * PoolRules.Gwei}", result.GetProperty("coinbaseDiff").GetString());
        Assert.Equal(0, relay.Held);
    }

    private static RelayChannel Make(LocalRelay relay, EthereumNode node, string more)
    {
        List<OptionProblem> problems = [];
        using JsonDocument section = JsonDocument.Parse($"{{ \"url\": \"{relay.Url}\", \"keyEnv\": \"{KeyVariable}\", {more} }}");
        Func<EthereumNode, ISubmitChannel>? make = SubmitChannels.Bind(
            RelayChannel.ChannelName, section.RootElement, new ChannelTerms { ChainId = Devnet.LocalChain.ChainId }, problems);
        Assert.Empty(problems);
        return Assert.IsType<RelayChannel>(make!(node));
    }

    private static string BundleOf(ulong block, string uuid, params byte[][] transactions) =>
        $$"""{"txs":[{{string.Join(",", transactions.Select(raw => $"\"{Hex.Encode(raw)}\""))}}],"blockNumber":"{{Hex.Quantity(block)}}","replacementUuid":"{{uuid}}"}""";

    private static string Body(string method, string parameter) => $$"""{"jsonrpc":"2.0","id":9,"method":"{{method}}","params":[{{parameter}}]}""";

    private static Task<JsonElement> AskAsync(LocalRelay relay, string method, string parameter, byte key = 0x31)
    {
        string body = Body(method, parameter);
        return PostAsync(relay, body, Sign(body, key));
    }

    private static async Task<JsonElement> PostAsync(LocalRelay relay, string body, string? signature)
    {
        using HttpClient http = new();
        using HttpRequestMessage post = new(HttpMethod.Post, relay.Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signature is not null)
            post.Headers.TryAddWithoutValidation("X-Flashbots-Signature", signature);
        using HttpResponseMessage answer = await http.SendAsync(post, Cancellation);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    private static string Sign(string body, byte fill)
    {
        byte[] key = new byte[PrivateKey.Length];
        key.AsSpan().Fill(fill);
        using TransactionSigner signer = new(new PrivateKey(key), 1);
        byte[] value = new byte[RelaySignature.ValueLength];
        new RelaySignature(signer).Write(Encoding.UTF8.GetBytes(body), value);
        return Encoding.ASCII.GetString(value);
    }

    private static string Error(JsonElement answer) => answer.GetProperty("error").GetProperty("message").GetString()!;
}
