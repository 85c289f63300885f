using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class HttpRepliesTests
{
    [Theory]
    [InlineData("<html><body>502 Bad Gateway</body></html>", "502 Bad Gateway", "text/html")]
    [InlineData("<html></html>", "200 OK", "text/html")]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":"0x1""", "200 OK", "application/json")]
    [InlineData("""{"jsonrpc":"2.0","id":77,"result":"0x1"}""", "200 OK", "application/json")]
    [InlineData("", "200 OK", "application/json")]
    [InlineData("429", "429 Too Many Requests", "application/json")]
    public async Task Call_NoJsonRpc_FailsThisRequestOnly(string body, string status, string type)
    {
        int asked = 0;
        await using ScriptedHttpNode server = new(request =>
            ++asked == 1 ? new HttpAnswer(body, status, type) : new HttpAnswer(Json.Result(request, "\"0x2a\"")));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(new byte[] { 1 }));
        Assert.False(error.NotSent);
        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Generation);
    }

    [Fact]
    public async Task Call_BodyLargerThanAllowed_IsRefused()
    {
        await using ScriptedHttpNode server = new(request => new HttpAnswer(Json.Result(request, $"\"0x{new string('1', 300_000)}\"")));
        EthereumNodeOptions options = new() { Endpoints = server.Options.Endpoints, MaxMessageBytes = 100_000 };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        Assert.Contains("larger", (await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync())).Message);
    }

    [Fact]
    public async Task Call_NobodyListens_IsKnownAsNotSentAndTheNodeIsLost()
    {
        ScriptedHttpNode server = new(request => new HttpAnswer(Json.Result(request, "\"0x1\"")));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        await server.DisposeAsync();
        // The pooled connection dies first, with an unknown outcome; after it connecting itself is refused.
        RpcTransportException error;
        do
            error = await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
        while (!error.NotSent);
        await Waiting.UntilAsync(() => node.State == ConnectionState.Lost);
    }

    [Fact]
    public async Task SubscribeHeads_NodeCannotPush_PollsAndGivesEveryNewLatest()
    {
        int latest = 10;
        await using ScriptedHttpNode server = new(request => new HttpAnswer(Json.Result(request, Json.Header(Volatile.Read(ref latest)))));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        Assert.Equal(SubscriptionSignal.Started, (await heads.Items.ReadAsync()).Signal);
        for (int number = 11; number < 14; number++)
        {
            Volatile.Write(ref latest, number);
            SubscriptionItem<BlockHeader> item = await heads.Items.ReadAsync();
            Assert.Equal(SubscriptionSignal.Item, item.Signal);
            Assert.Equal((ulong)number, item.Value!.Number);
        }
    }

    [Fact]
    public async Task SubscribeHeads_LatestBlockIsMalformed_FailsAsTransport()
    {
        await using ScriptedHttpNode server = new(request => new HttpAnswer(Json.Result(request, "null")));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        await Assert.ThrowsAsync<RpcTransportException>(() => node.SubscribeHeadsAsync());
    }

    [Fact]
    public async Task SubscribePending_NodeCannotPush_PollsAFilter()
    {
        int polls = 0;
        await using ScriptedHttpNode server = new(request => new HttpAnswer(Json.Result(request, Json.Method(request) switch
        {
            "eth_newPendingTransactionFilter" => "\"0xf1\"",
            "eth_getFilterChanges" when request.GetProperty("params")[0].GetString() == "0xf1" =>
                ++polls == 2 ? $"[\"{Json.Hash(1)}\",\"{Json.Hash(2)}\"]" : "[]",
            _ => "null",
        })));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        await using RpcSubscription<PendingTransaction> pending = await node.SubscribePendingTransactionsAsync(withBodies: false);
        Assert.Equal(SubscriptionSignal.Started, (await pending.Items.ReadAsync()).Signal);
        Assert.Equal(Json.Hash(1), (await pending.Items.ReadAsync()).Value.Hash.ToString());
        Assert.Equal(Json.Hash(2), (await pending.Items.ReadAsync()).Value.Hash.ToString());
    }
}
