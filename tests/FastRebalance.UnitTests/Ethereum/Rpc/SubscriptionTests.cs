using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class SubscriptionTests
{
    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task SubscribeHeads_NotificationBeforeTheReply_IsKept(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Notification("0xabc", Json.Header(1)));
            await peer.SendAsync(Json.Notification("0xother", Json.Header(99)));
            await peer.SendAsync(Json.Result(request, "\"0xabc\""));
            await peer.SendAsync(Json.Notification("0xabc", Json.Header(2)));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        Assert.Equal((SubscriptionSignal.Started, 1), await NextAsync(heads));
        Assert.Equal((SubscriptionSignal.Item, 1ul), await NextNumberAsync(heads));
        Assert.Equal((SubscriptionSignal.Item, 2ul), await NextNumberAsync(heads));
        await Waiting.UntilAsync(() => node.Counters.UnmatchedNotifications == 1);
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task SubscribeHeads_ConnectionDrops_TellsLostAndStartsAnewWithTheNextGeneration(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, number) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, $"\"0x{number:x}\""));
            await peer.SendAsync(Json.Notification($"0x{number:x}", Json.Header(number * 10)));
            if (number == 1)
            {
                await peer.SendPartAsync("{\"jsonrpc\":\"2.0\",\"meth"u8.ToArray());
                peer.Drop();
                return;
            }
            await peer.SendAsync(Json.Notification("0x1", Json.Header(11))); // of the old connection's subscription
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        List<ConnectionState> states = [];
        node.StateChanged += state => states.Add(state);
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        Assert.Equal((SubscriptionSignal.Started, 1), await NextAsync(heads));
        Assert.Equal((SubscriptionSignal.Item, 10ul), await NextNumberAsync(heads));
        Assert.Equal((SubscriptionSignal.Lost, 1), await NextAsync(heads));
        Assert.Equal((SubscriptionSignal.Started, 2), await NextAsync(heads));
        Assert.Equal((SubscriptionSignal.Item, 20ul), await NextNumberAsync(heads));
        await Waiting.UntilAsync(() => node.Counters.UnmatchedNotifications == 1);
        Assert.False(heads.Items.TryRead(out _));
        Assert.Equal([ConnectionState.Lost, ConnectionState.Connected], states);
    }

    [Fact]
    public async Task SubscribeHeads_ConsumerTooSlow_DropsCountsAndTells()
    {
        const int sent = 50, capacity = 8;
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0xa\""));
            for (int i = 1; i <= sent; i++)
                await peer.SendAsync(Json.Notification("0xa", Json.Header(i)));
            request = await peer.NextAsync();
            await peer.SendAsync(Json.Notification("0xa", Json.Header(sent + 1)));
            await peer.SendAsync(Json.Result(request, "\"0x1\""));
            await peer.ReceiveAsync();
        });
        EthereumNodeOptions options = new() { Endpoints = [server.Endpoint], SubscriptionCapacity = capacity };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        await Waiting.UntilAsync(() => heads.Dropped == sent - (capacity - 1)); // Started takes one place
        Assert.True(heads.IsLossy);
        Assert.Equal((SubscriptionSignal.Started, 1), await NextAsync(heads));
        for (ulong i = 1; i < capacity; i++)
            Assert.Equal((SubscriptionSignal.Item, i), await NextNumberAsync(heads));
        await node.BlockNumberAsync();
        SubscriptionItem<BlockHeader> after = await heads.Items.ReadAsync();
        Assert.Equal((ulong)sent + 1, after.Value!.Number);
        Assert.Equal(sent - (capacity - 1), after.Dropped);
    }

    [Fact]
    public async Task SubscribeHeads_NodeRefuses_ThrowsTheNodesWords()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Error(request, -32603, "Not implemented"));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        var error = await Assert.ThrowsAsync<RpcErrorException>(() => node.SubscribeHeadsAsync());
        Assert.Equal(-32603, error.Error.Code);
    }

    [Fact]
    public async Task SubscribeHeads_MalformedHead_IsCountedAndLeftOut()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0xa\""));
            await peer.SendAsync(Json.Notification("0xa", """{"number":"0x01"}"""));
            await peer.SendAsync(Json.Notification("0xa", Json.Header(2)));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        Assert.Equal((SubscriptionSignal.Started, 1), await NextAsync(heads));
        Assert.Equal((SubscriptionSignal.Item, 2ul), await NextNumberAsync(heads));
        Assert.Equal(1, heads.Malformed);
    }

    [Fact]
    public async Task Dispose_Subscription_TellsTheNodeAndEndsTheItems()
    {
        TaskCompletionSource<JsonElement> unsubscribed = new();
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0xa\""));
            unsubscribed.SetResult(await peer.NextAsync());
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        await heads.DisposeAsync();
        JsonElement told = await unsubscribed.Task;
        Assert.Equal("eth_unsubscribe", Json.Method(told));
        Assert.Equal("0xa", told.GetProperty("params")[0].GetString());
        Assert.True(heads.Items.TryRead(out _));
        Assert.False(await heads.Items.WaitToReadAsync());
    }

    [Fact]
    public async Task Dispose_NodeWhileSubscribed_EndsTheItems()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0xa\""));
            await peer.ReceiveAsync();
        });
        EthereumNode node = await server.ConnectAsync();
        RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        await node.DisposeAsync();
        Assert.True(heads.Items.TryRead(out _));
        Assert.False(await heads.Items.WaitToReadAsync());
        Assert.Equal(ConnectionState.Closed, node.State);
    }

    private static async Task<(SubscriptionSignal, int)> NextAsync<T>(RpcSubscription<T> subscription)
    {
        SubscriptionItem<T> item = await subscription.Items.ReadAsync();
        return (item.Signal, item.Generation);
    }

    private static async Task<(SubscriptionSignal, ulong)> NextNumberAsync(RpcSubscription<BlockHeader> subscription)
    {
        SubscriptionItem<BlockHeader> item = await subscription.Items.ReadAsync();
        return (item.Signal, item.Value!.Number);
    }
}
