using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>Notifications that come too early, for something old, after the end, twice, or out of order.</summary>
public sealed class NotificationFaultTests
{
    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Subscription_ManyNotificationsBeforeTheReply_AreAllKeptInOrder(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            for (int i = 1; i <= 100; i++)
                await peer.SendAsync(Json.Notification("0xabc", Json.Header(i)));
            await peer.SendAsync(Json.Result(request, "\"0xabc\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();

        Assert.Equal([.. Enumerable.Range(1, 100).Select(i => (ulong)i)], await NumbersAsync(heads, 100));
    }

    [Fact]
    public async Task Subscription_MoreBeforeTheReplyThanMayBeKept_AreCountedAndMemoryStaysBounded()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            for (int i = 1; i <= 1000; i++)
                await peer.SendAsync(Json.Notification("0xabc", Json.Header(i)));
            await peer.SendAsync(Json.Result(request, "\"0xabc\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();

        Assert.Equal(1000 - 256, node.Counters.UnmatchedNotifications);
    }

    [Fact]
    public async Task Subscription_NotificationForAnOldSubscription_IsCountedAndNotDelivered()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0xnew\""));
            await peer.SendAsync(Json.Notification("0xold", Json.Header(1)));
            await peer.SendAsync(Json.Notification("0xnew", Json.Header(2)));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();

        Assert.Equal([2ul], await NumbersAsync(heads, 1));
        Assert.Equal(1, node.Counters.UnmatchedNotifications);
    }

    [Fact]
    public async Task Subscription_NotificationsAfterItsEnd_AreCountedAndReachNobody()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            await peer.SendAsync(Json.Result(await peer.NextAsync(), "\"0xa\""));
            JsonElement unsubscribe = await peer.NextAsync();
            await peer.SendAsync(Json.Notification("0xa", Json.Header(1)));
            await peer.SendAsync(Json.Result(unsubscribe, "true"));
            await peer.SendAsync(Json.Notification("0xa", Json.Header(2)));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
        await heads.DisposeAsync();

        await Waiting.UntilAsync(() => node.Counters.UnmatchedNotifications == 2);
        Assert.Empty(await RestAsync(heads));
    }

    // The pipe hands on what the node pushed, in its order: what it means is the follower's matter, which knows parents.
    [Fact]
    public async Task Subscription_DuplicatesAndOutOfOrder_AreHandedOnAsTheyCame()
    {
        int[] pushed = [1, 2, 2, 4, 3, 4];
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            await peer.SendAsync(Json.Result(await peer.NextAsync(), "\"0xa\""));
            foreach (int number in pushed)
                await peer.SendAsync(Json.Notification("0xa", Json.Header(number)));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();

        Assert.Equal([.. pushed.Select(i => (ulong)i)], await NumbersAsync(heads, pushed.Length));
    }

    private static async Task<List<ulong>> NumbersAsync(RpcSubscription<BlockHeader> heads, int count)
    {
        List<ulong> numbers = [];
        while (numbers.Count < count)
        {
            SubscriptionItem<BlockHeader> item = await heads.Items.ReadAsync(TestContext.Current.CancellationToken);
            if (item.Signal == SubscriptionSignal.Item)
                numbers.Add(item.Value!.Number);
        }
        return numbers;
    }

    private static async Task<List<ulong>> RestAsync(RpcSubscription<BlockHeader> heads)
    {
        List<ulong> numbers = [];
        await foreach (SubscriptionItem<BlockHeader> item in heads.Items.ReadAllAsync(TestContext.Current.CancellationToken))
            if (item.Signal == SubscriptionSignal.Item)
                numbers.Add(item.Value!.Number);
        return numbers;
    }
}
