using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>Replies that belong to nobody, or to somebody else: counted, and never given to the wrong caller.</summary>
public sealed class ReplyMatchingFaultTests
{
    [Theory]
    [InlineData("\"ID\"")]
    [InlineData("null")]
    [InlineData("ID.5")]
    [InlineData("[ID]")]
    [InlineData("-ID")]
    [InlineData("99999999999999999999999")]
    [InlineData("ID,\"id\":ID")]
    public async Task Call_ReplyWithAStrangeId_IsCountedAndTheRightOneCounts(string id)
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement request = await peer.NextAsync();
            string strange = id.Replace("ID", $"{Json.Id(request)}", StringComparison.Ordinal);
            await peer.SendAsync($$"""{"jsonrpc":"2.0","id":{{strange}},"result":"0xbad"}""");
            await peer.SendAsync(Json.Result(request, "\"0x2a\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();

        Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Counters.UnmatchedReplies);
    }

    [Fact]
    public async Task Call_SameReplyTwice_TheSecondReachesNobody()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement first = await peer.NextAsync();
            await peer.SendAsync(Json.Result(first, "\"0x1\""));
            JsonElement second = await peer.NextAsync();
            await peer.SendAsync(Json.Result(first, "\"0xbad\""));
            await peer.SendAsync(Json.Result(second, "\"0x2\""));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();

        Assert.Equal(1ul, await node.BlockNumberAsync());
        Assert.Equal(2ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Counters.UnmatchedReplies);
    }

    [Fact]
    public async Task Call_LateReplyToOneThatTimedOut_ReachesNobody()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement first = await peer.NextAsync();
            JsonElement second = await peer.NextAsync();
            await peer.SendAsync(Json.Result(first, "\"0xbad\""));
            await peer.SendAsync(Json.Result(second, "\"0x2\""));
            await peer.ReceiveAsync();
        });
        EthereumNodeOptions options = new()
        {
            Endpoints = server.Options.Endpoints,
            RequestTimeout = TimeSpan.FromMilliseconds(300),
            WatchInterval = TimeSpan.FromHours(1),
            TimeoutsBeforeReconnect = 100,
        };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.BlockNumberAsync());
        Assert.True(error.TimedOut);
        Assert.False(error.NotSent);
        Assert.Equal(2ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Counters.UnmatchedReplies);
        Assert.Equal(1, node.Endpoints[0].Count(EndpointOutcome.TimedOut));
    }
}
