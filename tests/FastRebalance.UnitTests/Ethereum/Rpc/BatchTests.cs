using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class BatchTests
{
    private static readonly EthCall[] s_calls = [.. Enumerable.Range(0, 5).Select(i => new EthCall(Address.Zero, new[] { (byte)i }))];

    [Theory]
    [InlineData("ipc")]
    [InlineData("ws")]
    public async Task CallMany_AnsweredBackwardsWithARevert_KeepsTheOrderOfTheCalls(string transport)
    {
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            JsonElement batch = await peer.NextAsync();
            await peer.SendAsync(Backwards(batch));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        AssertOutcomes(await node.CallManyAsync(s_calls, Hash32.Parse(Json.Hash(7))));
    }

    [Fact]
    public async Task CallMany_OverHttpBackwards_KeepsTheOrderOfTheCalls()
    {
        await using ScriptedHttpNode server = new(batch => new HttpAnswer(Backwards(batch)));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        AssertOutcomes(await node.CallManyAsync(s_calls, BlockRef.Latest));
    }

    [Fact]
    public async Task CallMany_OneLeftOut_FailsAtOnceAsUnknown()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            JsonElement batch = await peer.NextAsync();
            await peer.SendAsync("[" + string.Join(',', batch.EnumerateArray().Skip(1).Select(call => Json.Result(call, "\"0x\""))) + "]");
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.CallManyAsync(s_calls, BlockRef.Latest));
        Assert.Contains("left it out", error.Message);
    }

    [Fact]
    public async Task CallMany_RefusedWhole_FailsWithTheNodesWords()
    {
        await using ScriptedHttpNode server =
            new(_ => new HttpAnswer("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"""));
        await using EthereumNode node = await EthereumNode.ConnectAsync(server.Options);
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => node.CallManyAsync(s_calls, BlockRef.Latest));
        Assert.Contains("batch too large", error.Message);
    }

    [Fact]
    public async Task CallMany_LongerThanABatchMayBe_GoesOutInSeveral()
    {
        List<int> sizes = [];
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is { } batch)
            {
                sizes.Add(batch.ValueKind == JsonValueKind.Array ? batch.GetArrayLength() : 1);
                await peer.SendAsync(batch.ValueKind == JsonValueKind.Array ? Backwards(batch, revert: -1) : Echo(batch));
            }
        });
        EthereumNodeOptions options = new() { Endpoints = [server.Endpoint], MaxBatchSize = 2 };
        await using EthereumNode node = await EthereumNode.ConnectAsync(options);
        EthCallOutcome[] outcomes = await node.CallManyAsync(s_calls, BlockRef.Latest);
        Assert.Equal([0, 1, 2, 3, 4], outcomes.Select(outcome => (int)outcome.Data[0]));
        Assert.Equal([2, 2, 1], sizes);
    }

    [Fact]
    public async Task CallMany_Nothing_AsksNothing()
    {
        await using ScriptedNode server = ScriptedNode.Ipc(async (peer, _) => await peer.ReceiveAsync());
        await using EthereumNode node = await server.ConnectAsync();
        Assert.Empty(await node.CallManyAsync([], BlockRef.Latest));
    }

    private static string Backwards(JsonElement batch, int revert = 2) => "[" + string.Join(',', batch.EnumerateArray().Select((call, i) =>
        i == revert ? Json.Error(call, 3, "execution reverted", "\"0xdead\"") : Echo(call)).Reverse()) + "]";

    private static string Echo(JsonElement call) => Json.Result(call, $"\"{call.GetProperty("params")[0].GetProperty("input").GetString()}\"");

    private static void AssertOutcomes(EthCallOutcome[] outcomes)
    {
        Assert.Equal([true, true, false, true, true], outcomes.Select(outcome => outcome.Success));
        Assert.Equal([0xde, 0xad], outcomes[2].Data);
        Assert.Equal([0, 1, 3, 4], outcomes.Where(outcome => outcome.Success).Select(outcome => (int)outcome.Data[0]));
    }
}
