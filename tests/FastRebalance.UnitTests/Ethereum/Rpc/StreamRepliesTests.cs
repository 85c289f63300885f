using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>Replies over IPC and WebSocket: matched by number, strict, and bounded.</summary>
public sealed class StreamRepliesTests
{
    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Call_ReplyInPieces_IsPutTogether(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            byte[] reply = System.Text.Encoding.UTF8.GetBytes(Json.Result(request, "\"0x2a\""));
            foreach (byte one in reply[..^1])
                await peer.SendPartAsync(new[] { one });
            await peer.SendAsync("}");
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        Assert.Equal(42ul, await node.BlockNumberAsync());
    }

    [Fact]
    public async Task Call_TwoRepliesInOneReadAndOutOfOrder_EachFindsItsCaller()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement first = await peer.NextAsync();
            JsonElement second = await peer.NextAsync();
            string Answer(JsonElement request) => Json.Result(request, Json.Method(request) == "eth_blockNumber" ? "\"0x1\"" : "\"0x2\"");
            await peer.SendAsync(Answer(second) + Answer(first));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        Task<ulong> number = node.BlockNumberAsync();
        Task<ulong> chain = node.ChainIdAsync();
        Assert.Equal(1ul, await number);
        Assert.Equal(2ul, await chain);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":99999,"result":"0x63"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"2","result":"0x63"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"result":"0x63"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":2.5,"result":"0x63"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}""")]
    public async Task Call_StrangeIdComesFirst_IsCountedAndNeverMatched(string strange)
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(strange);
            await peer.SendAsync(Json.Result(request, "\"0x2a\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Counters.UnmatchedReplies);
    }

    [Fact]
    public async Task Call_DuplicateReply_IsCountedAndTheFirstCounts()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0x1\"") + Json.Result(request, "\"0x2\""));
            JsonElement next = await peer.NextAsync();
            await peer.SendAsync(Json.Result(next, "\"0x3\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        Assert.Equal(1ul, await node.BlockNumberAsync());
        Assert.Equal(3ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Counters.UnmatchedReplies);
    }

    [Theory]
    [InlineData(""","result":"0x1","error":{"code":1,"message":"no"}}""", "both")]
    [InlineData("}", "neither")]
    [InlineData(""","error":"nope"}""", "no error object")]
    [InlineData(""","error":{"code":"1","message":"no"}}""", "no error object")]
    [InlineData(""","error":{"code":1}}""", "no error object")]
    [InlineData(""","error":{}}""", "no error object")]
    public async Task Call_MalformedReply_HasUnknownOutcome(string rest, string wanted)
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync($$"""{"jsonrpc":"2.0","id":{{Json.Id(request)}}{{rest}}""");
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(new byte[] { 1 }));
        Assert.False(error.NotSent);
        Assert.Contains(wanted, error.Message);
        Assert.Equal(1, node.Counters.MalformedReplies);
    }

    [Theory]
    [InlineData("\"0x02a\"")]
    [InlineData("\"0x2A\"")]
    [InlineData("\"0x\"")]
    [InlineData("42")]
    [InlineData("null")]
    [InlineData("\"-0x1\"")]
    [InlineData("{}")]
    public async Task Call_QuantityNotAsSpecified_IsRefused(string result)
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, result));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
    }

    [Fact]
    public async Task Call_NodeSaysNo_KeepsCodeMessageAndData()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Error(request, 3, "execution reverted: K", "\"0x08c379a0\""));
            request = await peer.NextAsync();
            await peer.SendAsync(Json.Error(request, -32000, "nonce too low"));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        var error = await Assert.ThrowsAsync<RpcErrorException>(() => node.CallAsync(Address.Zero, default, BlockRef.Latest));
        Assert.True(error.Error.IsRevert);
        Assert.Equal([0x08, 0xc3, 0x79, 0xa0], error.Error.RevertData());
        SendOutcome outcome = await node.SendRawTransactionAsync(new byte[] { 2 });
        Assert.False(outcome.IsAccepted);
        Assert.Equal(new RpcError(-32000, "nonce too low"), outcome.Error);
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Call_MessageLargerThanAllowed_BreaksTheConnectionAndComesBack(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, number) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, number == 1 ? $"\"0x{new string('1', 300_000)}\"" : "\"0x2a\""));
            await peer.ReceiveAsync();
        });
        EthereumNodeOptions options = new()
        {
            Endpoints = [server.Endpoint],
            MaxMessageBytes = 100_000,
            ReconnectMinDelay = TimeSpan.FromMilliseconds(5),
        };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
        Assert.Contains("larger", error.Message);
        await Waiting.UntilAsync(() => node.Generation == 2 && node.State == ConnectionState.Connected);
        Assert.Equal(42ul, await node.BlockNumberAsync());
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Call_ConnectionDropsMidFrame_HasUnknownOutcomeAndTheNodeComesBack(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, number) =>
        {
            JsonElement request = await peer.NextAsync();
            if (number == 1)
            {
                await peer.SendPartAsync("{\"jsonrpc\":\"2.0\",\"resu"u8.ToArray());
                peer.Drop();
                return;
            }
            await peer.SendAsync(Json.Result(request, "\"0x2a\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(new byte[] { 1 }));
        Assert.False(error.NotSent);
        await Waiting.UntilAsync(() => node.Generation == 2 && node.State == ConnectionState.Connected);
        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Counters.ConnectionsLost);
    }

    [Fact]
    public async Task Call_NoAnswerInTime_FailsAndTheLateReplyIsIgnored()
    {
        TaskCompletionSource timedOut = new();
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement late = await peer.NextAsync();
            await timedOut.Task;
            await peer.SendAsync(Json.Result(late, "\"0x1\""));
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0x2\""));
            await peer.ReceiveAsync();
        });
        EthereumNodeOptions options = new() { Endpoints = [server.Endpoint], RequestTimeout = TimeSpan.FromMilliseconds(200) };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(new byte[] { 1 }));
        Assert.False(error.NotSent);
        timedOut.SetResult();
        await Waiting.UntilAsync(() => node.Counters.UnmatchedReplies == 1);
        Assert.Equal(1, node.Counters.Timeouts);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Call_NodeThatNeverAnswers_IsGivenUpForTheNextOne()
    {
        await using ScriptedNode silent = ScriptedNode.Ipc(async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is not null) { }
        });
        await using ScriptedNode good = ScriptedNode.Ipc(async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is { } request)
                await peer.SendAsync(Json.Result(request, "\"0x2a\""));
        });
        EthereumNodeOptions options = new()
        {
            Endpoints = [silent.Endpoint, good.Endpoint],
            RequestTimeout = TimeSpan.FromMilliseconds(50),
            TimeoutsBeforeReconnect = 2,
        };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
        await Waiting.UntilAsync(() => node.Endpoint == good.Endpoint && node.State == ConnectionState.Connected);
    }

    [Fact]
    public async Task Call_CallerGivesUp_CancelsAndTheConnectionStays()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0x2a\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        using CancellationTokenSource caller = new();
        Task<ulong> first = node.BlockNumberAsync(caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Generation);
    }

    [Fact]
    public async Task Call_MoreInFlightThanAllowed_IsNotSent()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is not null) { }
        });
        EthereumNodeOptions options = new() { Endpoints = [server.Endpoint], MaxRequestsInFlight = 2 };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        Task<ulong>[] waiting = [node.BlockNumberAsync(), node.BlockNumberAsync()];
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
        Assert.True(error.NotSent);
        await node.DisposeAsync();
        foreach (Task<ulong> task in waiting)
            await Assert.ThrowsAsync<RpcTransportException>(() => task);
    }

    [Fact]
    public async Task Connect_AnotherChain_IsRefusedByName()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) => await peer.ReceiveAsync());
        EthereumNodeOptions options = new() { Endpoints = [server.Endpoint], ExpectedChainId = 1 };
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => EthereumNode.ConnectAsync(options));
        Assert.Contains("31337", error.Message);
        Assert.Contains("chain 1 ", error.Message);
    }

    [Fact]
    public async Task Connect_FirstEndpointDead_UsesTheSecond()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) => await peer.ReceiveAsync());
        EthereumNodeOptions options = new() { Endpoints = [RpcEndpoint.Parse("ipc:/nowhere/at-all.ipc"), server.Endpoint] };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        Assert.Equal(server.Endpoint, node.Endpoint);
    }

    [Fact]
    public async Task Connect_NobodyAnswers_NamesEveryEndpoint()
    {
        EthereumNodeOptions options = EthereumNodeOptions.For("ipc:/nowhere/one.ipc", "ipc:/nowhere/two.ipc");
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => EthereumNode.ConnectAsync(options));
        Assert.Contains("one.ipc", error.Message);
        Assert.Contains("two.ipc", error.Message);
        Assert.True(error.NotSent);
    }
}
