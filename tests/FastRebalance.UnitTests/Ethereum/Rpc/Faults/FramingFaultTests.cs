using System.Text.Json;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>Replies that are cut, joined or split where they should not be: what is whole is read, what is not has an unknown outcome.</summary>
public sealed class FramingFaultTests
{
    private static readonly byte[] s_transaction = [2, 1];

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Send_ReplyCutOffByTheEnd_HasUnknownOutcome(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, number) =>
        {
            if (await peer.ReceiveAsync() is not { } request || number > 1)
                return;
            await peer.SendPartAsync(Bytes(Json.Result(request, $"\"{Json.Hash(1)}\""))[..^5]);
            peer.Drop();
        });
        await using EthereumNode node = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(s_transaction));

        Assert.False(error.NotSent);
    }

    [Fact]
    public async Task Send_ReplyCutOffAndFollowedByAnother_HasUnknownOutcomeAndNeverTheOthers()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, number) =>
        {
            if (await peer.ReceiveAsync() is not { } request || number > 1)
                return;
            // The first reply ends inside its string, so the second one's text goes on in it.
            byte[] cut = Bytes(Json.Result(request, $"\"{Json.Hash(1)}\""))[..^2];
            await peer.SendPartAsync((byte[])[.. cut, .. Bytes(Json.Result(request, $"\"{Json.Hash(2)}\""))]);
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.SendRawTransactionAsync(s_transaction));

        Assert.False(error.NotSent);
    }

    [Fact]
    public async Task Call_TwoRepliesInOneRead_EachFindsItsCaller()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement first = await peer.NextAsync();
            JsonElement second = await peer.NextAsync();
            await peer.SendRawAsync(Bytes(Json.Result(first, "\"0x1\"") + Json.Result(second, "\"0x2\"")));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();

        Task<ulong> one = node.BlockNumberAsync(), two = node.BlockNumberAsync();
        ulong[] answers = await Task.WhenAll(one, two);

        Assert.Equal([1ul, 2ul], answers.Order());
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task Call_ReplySplitAtEveryByte_ComesWholeEachTime(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            for (int cut = 1; await peer.ReceiveAsync() is { } request; cut++)
            {
                byte[] reply = Bytes(Json.Result(request, "\"0x2a\""));
                await peer.SendPartAsync(reply.AsMemory(0, Math.Min(cut, reply.Length)));
                await peer.SendAsync(System.Text.Encoding.UTF8.GetString(reply.AsSpan(Math.Min(cut, reply.Length))));
            }
        });
        await using EthereumNode node = await server.ConnectAsync();

        for (int cut = 1; cut < 45; cut++)
            Assert.Equal(42ul, await node.BlockNumberAsync());
        Assert.Equal(1, node.Generation);
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
