using System.Collections.Concurrent;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;
using FastRebalance.UnitTests.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Execution.Channels;

public sealed class RelayChannelTests
{
    private readonly ConcurrentQueue<JsonElement> _requests = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SubmitAsync_ThreeBlocks_SendsABundleForEachWithBlockBoundsAndAnUuidOfItsOwn()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 3, \"builders\": [\"one\"]", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7);

        Assert.Equal(AnswerClass.Accepted, (await channel.SubmitAsync(raw, hash, Cancellation)).Class);

        JsonElement[] bundles = Parameters("eth_sendBundle");
        Assert.Equal(["0x65", "0x66", "0x67"], bundles.Select(b => b.GetProperty("blockNumber").GetString()).Order());
        Assert.Equal(3, bundles.Select(Uuid).Distinct().Count());
        Assert.All(bundles, b =>
        {
            Assert.Equal("0x" + Convert.ToHexStringLower(raw), b.GetProperty("txs")[0].GetString());
            Assert.False(b.TryGetProperty("minTimestamp", out _) || b.TryGetProperty("maxTimestamp", out _) || b.TryGetProperty("revertingTxHashes", out _));
            Assert.Equal("one", b.GetProperty("builders")[0].GetString());
        });
    }

    [Fact]
    public async Task SubmitAsync_SameBytesAtTheNextHead_SendsTheNewBlockAlone()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 2", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7);

        await channel.SubmitAsync(raw, hash, Cancellation);
        Assert.Equal(AnswerClass.Known, (await channel.SubmitAsync(raw, hash, Cancellation)).Class);
        Assert.Equal(2, Parameters("eth_sendBundle").Length);
        channel.OnHead(ChannelBench.Head + 1, 1_012);
        await channel.SubmitAsync(raw, hash, Cancellation);

        Assert.Equal("0x67", Parameters("eth_sendBundle")[2].GetProperty("blockNumber").GetString());
        Assert.Equal(3, Parameters("eth_sendBundle").Length);
    }

    [Fact]
    public async Task SubmitAsync_HigherOfferOfTheNonce_TakesThePlaceUnderTheSameUuid()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 1", node);
        (byte[] low, Hash32 lowHash) = ChannelBench.Signed(7, tip: 10);
        (byte[] high, Hash32 highHash) = ChannelBench.Signed(7, tip: 20);
        (byte[] other, Hash32 otherHash) = ChannelBench.Signed(8, tip: 20);

        await channel.SubmitAsync(low, lowHash, Cancellation);
        await channel.SubmitAsync(high, highHash, Cancellation);
        await channel.SubmitAsync(other, otherHash, Cancellation);

        string[] uuids = [.. Parameters("eth_sendBundle").Select(Uuid)];
        Assert.Equal(uuids[0], uuids[1]);
        Assert.NotEqual(uuids[0], uuids[2]);
    }

    [Fact]
    public async Task CancelAsync_ManyTimes_EndsEveryUuidAndNoneComesBack()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 3, \"send\": \"both\"", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7);

        HashSet<string> cancelled = [];
        for (int round = 0; round < 20; round++)
        {
            await channel.SubmitAsync(raw, hash, Cancellation);
            string[] live = [.. Parameters("eth_sendBundle")[^3..].Select(Uuid)];
            Assert.All(live, uuid => Assert.DoesNotContain(uuid, cancelled));
            Assert.Equal(AnswerClass.Accepted, (await channel.CancelAsync(hash, Cancellation)).Class);
            cancelled.UnionWith(Parameters("eth_cancelBundle").Select(Uuid));
            Assert.All(live, uuid => Assert.Contains(uuid, cancelled));
            Assert.Equal(hash.ToString(), Parameters("eth_cancelPrivateTransaction")[^1].GetProperty("txHash").GetString());
        }
        Assert.Equal(60, cancelled.Count);
        Assert.Equal(AnswerClass.NotSent, (await channel.CancelAsync(hash, Cancellation)).Class);
    }

    [Fact]
    public async Task FireAsync_CancelledAfterItWasMadeReady_SendsNothing()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"send\": \"both\"", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7);

        Assert.Null(channel.Prepare(raw, hash, ChannelBench.Head + 1, out IReadOnlyList<ReadyRequest> requests));
        Assert.Equal(2, requests.Count);
        await channel.CancelAsync(hash, Cancellation);

        Assert.Equal(AnswerClass.NotSent, (await channel.FireAsync(requests, Cancellation)).Class);
        Assert.Empty(Parameters("eth_sendBundle"));
        Assert.Empty(Parameters("eth_sendPrivateTransaction"));
    }

    [Fact]
    public async Task FireAsync_OneByteOfTheBodyChanged_IsNotSentAndCounted()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 1", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7);
        channel.Prepare(raw, hash, ChannelBench.Head + 1, out IReadOnlyList<ReadyRequest> requests);
        requests[0].Body[^1] = (byte)' ';

        Assert.Equal(AnswerClass.NotSent, (await channel.FireAsync(requests, Cancellation)).Class);
        Assert.Empty(_requests);
        Assert.Contains(("signatures that did not recover", 1L), channel.Counts);
    }

    [Fact]
    public async Task SubmitAsync_TooManyRequests_WaitsAsLongAsTheRelaySays()
    {
        bool isLimited = true;
        await using ScriptedHttpNode relay = new(request => isLimited ? new HttpAnswer("slow down", "429 Too Many Requests") { Headers = "Retry-After: 3600\r\n" } : Yes(request));
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 1", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7);

        ChannelAnswer limited = await channel.SubmitAsync(raw, hash, Cancellation);
        isLimited = false;
        ChannelAnswer withheld = await channel.SubmitAsync(raw, hash, Cancellation);

        Assert.Equal(AnswerClass.Unknown, limited.Class);
        Assert.Equal(AnswerClass.NotSent, withheld.Class);
        Assert.Empty(_requests);
        Assert.Contains(("requests withheld for them", 1L), channel.Counts);
    }

    [Fact]
    public async Task SubmitAsync_NoTip_IsNotSent()
    {
        await using ScriptedHttpNode relay = new(Yes);
        await using EthereumNode node = await EthereumNode.ConnectAsync(relay.Options, Cancellation);
        await using RelayChannel channel = Make(relay, "\"blocks\": 1", node);
        (byte[] raw, Hash32 hash) = ChannelBench.Signed(7, tip: 0);

        ChannelAnswer answer = await channel.SubmitAsync(raw, hash, Cancellation);

        Assert.Equal(AnswerClass.NotSent, answer.Class);
        Assert.Contains("tip", answer.Text);
        Assert.Empty(_requests);
    }

    [Theory]
    [InlineData("""{ "keyEnv": "KEY" }""", "url")]
    [InlineData("""{ "url": "http://relay.example", "keyEnv": "KEY" }""", "url")]
    [InlineData("""{ "url": "https://me:secret@relay.example", "keyEnv": "KEY" }""", "url")]
    [InlineData("""{ "url": "https://relay.example" }""", "keyFile")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "KEY", "keyFile": "k" }""", "keyFile")]
    [InlineData("""{ "url": "https://relay.example", "keyFile": "/no/such/file" }""", "keyFile")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "FASTREBALANCE_NO_SUCH_VARIABLE" }""", "keyEnv")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "KEY", "blocks": 0 }""", "blocks")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "KEY", "transactionBlocks": 26 }""", "transactionBlocks")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "KEY", "send": "pigeon" }""", "send")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "KEY", "builders": [""] }""", "builders")]
    [InlineData("""{ "url": "https://relay.example", "keyEnv": "KEY", "answerTimeout": "00:00:00" }""", "answerTimeout")]
    public void Bind_Mistake_IsToldWithItsField(string options, string field)
    {
        OptionProblem problem = Assert.Single(Problems(options, ChannelBench.Terms));
        Assert.Equal(field, problem.Field);
        Assert.DoesNotContain("secret", problem.ToString());
    }

    [Fact]
    public void Bind_KeyOfTheFunds_IsRefused()
    {
        ChannelTerms terms = ChannelBench.Terms with { Account = Address.Parse("0x7564105e977516c53be337314c7e53838967bdac") }; // of the key 0x44…44
        OptionProblem problem = Assert.Single(Problems("""{ "url": "https://relay.example", "keyEnv": "KEY" }""", terms));
        Assert.Contains("funds", problem.Found);
    }

    private static List<OptionProblem> Problems(string options, ChannelTerms terms)
    {
        List<OptionProblem> problems = [];
        using JsonDocument section = JsonDocument.Parse(options.Replace("\"KEY\"", $"\"{ChannelBench.KeyVariable}\""));
        SubmitChannels.Bind(RelayChannel.ChannelName, section.RootElement, terms, problems);
        return problems;
    }

    private static RelayChannel Make(ScriptedHttpNode relay, string more, EthereumNode node) => ChannelBench.Make<RelayChannel>(
        RelayChannel.ChannelName, $"{{ \"url\": \"{relay.Endpoint.Location}\", \"keyEnv\": \"{ChannelBench.KeyVariable}\", {more} }}", node);

    private HttpAnswer Yes(JsonElement request)
    {
        _requests.Enqueue(request);
        string method = request.GetProperty("method").GetString()!;
        string result = method == "eth_sendPrivateTransaction" ? $"\"{ChannelBench.Signed(7).Hash}\"" : method == "eth_sendBundle" ? "{\"bundleHash\":\"0x00\"}" : "true";
        return new HttpAnswer(Json.Result(request, result));
    }

    private JsonElement[] Parameters(string method) =>
        [.. _requests.Where(r => r.GetProperty("method").GetString() == method).Select(r => r.GetProperty("params")[0])];

    private static string Uuid(JsonElement parameter) => parameter.GetProperty("replacementUuid").GetString()!;
}
