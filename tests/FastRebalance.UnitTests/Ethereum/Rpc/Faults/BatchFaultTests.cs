using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc.Faults;

/// <summary>Batches that come back in another order, in part, twice, or as a single refusal: matched by id, and what is missing is unknown.</summary>
public sealed class BatchFaultTests
{
    private static readonly EthCall[] s_calls = [.. Enumerable.Range(0, 6).Select(i => new EthCall(Address.Zero, new[] { (byte)i }))];

    public static TheoryData<string> Transports => ["ipc", "ws", "http"];

    [Theory, MemberData(nameof(Transports))]
    public async Task CallMany_AnsweredInRandomOrder_KeepsTheOrderOfTheCalls(string transport)
    {
        Random random = new(7);
        EthCallOutcome[] answers = await AskAsync(transport, batch => Array(batch.OrderBy(_ => random.Next()).Select(Echo)));

        Assert.Equal([0, 1, 2, 3, 4, 5], answers.Select(answer => answer.Data[0]));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task CallMany_AnsweredInPart_IsUnknownAsAWhole(string transport)
    {
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => AskAsync(transport, batch => Array(batch.Skip(1).Select(Echo))));

        Assert.False(error.NotSent);
        Assert.Contains("left it out", error.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task CallMany_OneAnsweredTwice_TheFirstCounts(string transport)
    {
        EthCallOutcome[] answers = await AskAsync(transport, batch => Array(
            batch.SelectMany(request => new[] { Echo(request), Json.Result(request, "\"0xff\"") })));

        Assert.Equal([0, 1, 2, 3, 4, 5], answers.Select(answer => answer.Data[0]));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task CallMany_RefusedByOneError_FailsAtOnceWithTheNodesWords(string transport)
    {
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => AskAsync(
            transport, _ => """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"""));

        Assert.Contains("batch too large", error.Message, StringComparison.Ordinal);
        Assert.False(error.TimedOut);
    }

    private static async Task<EthCallOutcome[]> AskAsync(string transport, Func<IEnumerable<JsonElement>, string> answer)
    {
        if (transport == "http")
        {
            await using ScriptedHttpNode http = new(batch => new HttpAnswer(answer(batch.EnumerateArray())));
            await using EthereumNode asked = await EthereumNode.ConnectAsync(http.Options);
            return await asked.CallManyAsync(s_calls, BlockRef.Latest);
        }
        await using ScriptedNode server = ScriptedNode.Pushing(transport, async (peer, _) =>
        {
            JsonElement batch = await peer.NextAsync();
            await peer.SendAsync(answer(batch.EnumerateArray()));
            await peer.ReceiveAsync();
        });
        await using EthereumNode node = await server.ConnectAsync();
        return await node.CallManyAsync(s_calls, BlockRef.Latest);
    }

    private static string Array(IEnumerable<string> answers) => "[" + string.Join(',', answers) + "]";

    private static string Echo(JsonElement call) => Json.Result(call, call.GetProperty("params")[0].GetProperty("input").GetRawText());
}
