using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>WebSockets that break, flood, fall silent or say good-bye: another connection, the subscription anew, and the gap told.</summary>
public sealed class WebSocketFaultTests
{
    private const byte Ping = 0x89, TextEnd = 0x81, Masked = 0x80;

    [Fact]
    public async Task Subscription_ConnectionDropsInsideAFrame_TellsTheGapAndStartsAnew() => await BreaksAsync(async peer =>
    {
        await peer.SendRawAsync(new byte[] { TextEnd, 126, 0x10, 0x00, (byte)'{' }); // 4096 bytes are promised, and one comes
        peer.Drop();
    });

    [Theory]
    [InlineData(1000, "done")]
    [InlineData(1009, "message too big")]
    [InlineData(1011, "internal error")]
    [InlineData(1013, "try again later")]
    public async Task Subscription_NodeSaysGoodBye_TellsTheGapAndStartsAnew(int code, string words)
    {
        string? trouble = await BreaksAsync(peer => peer.CloseAsync(code, words));

        if (code != 1000)
            Assert.Contains($"{code} {words}", trouble, StringComparison.Ordinal);
    }

    // RFC 6455 section 5.1: a server never masks, and a client that sees it do so ends the connection.
    [Fact]
    public async Task Subscription_FrameThatIsMasked_TellsTheGapAndStartsAnew() => await BreaksAsync(peer =>
        peer.SendRawAsync(new byte[] { TextEnd, Masked | 2, 1, 2, 3, 4, (byte)'{' ^ 1, (byte)'}' ^ 2 }));

    [Fact]
    public async Task Subscription_TextThatIsNoJson_TellsTheGapAndStartsAnew() => await BreaksAsync(peer => peer.SendAsync("good morning"));

    [Fact]
    public async Task Subscription_NoAnswerToPings_TellsTheGapAndStartsAnew() => await BreaksAsync(
        peer => Task.CompletedTask, // the peer reads no more, and so never answers a ping
        keepAlive: TimeSpan.FromMilliseconds(30));

    [Fact]
    public async Task Call_FragmentsWithPingsBetween_ComesWhole()
    {
        await using ScriptedNode server = ScriptedNode.WebSocket(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            byte[] reply = System.Text.Encoding.UTF8.GetBytes(Json.Result(request, "\"0x2a\""));
            foreach (byte one in reply[..^1])
            {
                await peer.SendPartAsync(new[] { one });
                await peer.SendRawAsync(new byte[] { Ping, 0 });
            }
            await peer.SendAsync("}");
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();

        Assert.Equal(42ul, await node.BlockNumberAsync());
    }

    [Fact]
    public async Task Call_FloodOfPings_IsSurvivedInBoundedMemory()
    {
        await using ScriptedNode server = ScriptedNode.WebSocket(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            byte[] pings = [.. Enumerable.Range(0, 500).SelectMany(_ => new byte[] { Ping, 0 })];
            for (int i = 0; i < 20; i++)
                await peer.SendRawAsync(pings);
            await peer.SendAsync(Json.Result(request, "\"0x2a\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        long before = GC.GetTotalAllocatedBytes();

        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Generation);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 64 * 1024 * 1024);
    }

    [Fact]
    public async Task Reconnect_NodeThatClosesEveryConnectionAtOnce_IsNotRunIntoWithoutAPause()
    {
        await using ScriptedNode server = ScriptedNode.WebSocket((peer, _) => peer.CloseAsync(1013, "try again later"));
        EthereumNodeOptions options = new()
        {
            Endpoints = server.Options.Endpoints,
            ReconnectMinDelay = TimeSpan.FromMilliseconds(20),
            ReconnectMaxDelay = TimeSpan.FromHours(1),
            WatchInterval = TimeSpan.FromHours(1),
        };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);

        // 20, 40, 80, 160, 320 ms, halved at best: the first six connections take 300 ms and more.
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Waiting.UntilAsync(() => server.Connections >= 7);

        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) > TimeSpan.FromMilliseconds(250));
    }

    /// <summary>A subscription over a connection that goes wrong in this way, and over the next one.</summary>
    /// <returns>What the endpoint's health says went wrong.</returns>
    private static async Task<string?> BreaksAsync(Func<IScriptedPeer, Task> goWrong, TimeSpan? keepAlive = null)
    {
        TaskCompletionSource over = new();
        await using ScriptedNode server = ScriptedNode.WebSocket(async (peer, number) =>
        {
            JsonElement request = await peer.NextAsync();
            await peer.SendAsync(Json.Result(request, "\"0x1\""));
            await peer.SendAsync(Json.Notification("0x1", Json.Header(number)));
            if (number == 1)
                await goWrong(peer);
            if (number > 1 || keepAlive is null)
                await peer.ReceiveAsync();
            await over.Task;
        });
        EthereumNodeOptions options = new()
        {
            Endpoints = server.Options.Endpoints,
            RequestTimeout = TimeSpan.FromSeconds(20),
            ReconnectMinDelay = TimeSpan.FromMilliseconds(5),
            ReconnectMaxDelay = TimeSpan.FromMilliseconds(20),
            WatchInterval = TimeSpan.FromHours(1),
            KeepAliveInterval = keepAlive ?? TimeSpan.FromSeconds(10),
            KeepAliveTimeout = keepAlive is { } wait ? 10 * wait : TimeSpan.FromSeconds(15),
        };
        try
        {
            await using EthereumNode node = await EthereumNode.ConnectAsync(options);
            await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync();
            Assert.Equal([SubscriptionSignal.Started, SubscriptionSignal.Item, SubscriptionSignal.Lost, SubscriptionSignal.Started, SubscriptionSignal.Item],
                await SignalsAsync(heads, 5));
            Assert.Equal(1, node.Counters.ConnectionsLost);
            return node.Endpoints[0].Trouble;
        }
        finally
        {
            over.SetResult();
        }
    }

    private static async Task<SubscriptionSignal[]> SignalsAsync(RpcSubscription<BlockHeader> heads, int count)
    {
        SubscriptionSignal[] signals = new SubscriptionSignal[count];
        for (int i = 0; i < count; i++)
            signals[i] = (await heads.Items.ReadAsync(TestContext.Current.CancellationToken)).Signal;
        return signals;
    }
}
