using System.Text;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using RpcError = FastRebalance.Ethereum.Rpc.RpcError;

namespace FastRebalance.Nethereum;

/// <summary>
/// A client of Nethereum as the engine's way to its node: <c>EthereumNode.ConnectAsync(new NethereumTransport(client))</c>. It cannot push,
/// so heads and logs are polled: IPC or WebSocket, opened by the engine itself, is faster.
/// </summary>
/// <param name="client">Not owned.</param>
public sealed class NethereumTransport(IClient client) : IRpcTransport
{
    public async Task<RpcTransportAnswer> AskAsync(string method, ReadOnlyMemory<byte> parameters, CancellationToken cancellation)
    {
        object[] items = [.. JArray.Parse(Encoding.UTF8.GetString(parameters.Span))];
        try
        {
            RpcResponseMessage answer = await client.SendAsync(new RpcRequestMessage(Guid.NewGuid().ToString(), method, items))
                .WaitAsync(cancellation).ConfigureAwait(false);
            return answer.HasError
                ? new RpcTransportAnswer(null, new RpcError(answer.Error.Code, answer.Error.Message, answer.Error.Data?.ToString()))
                : new RpcTransportAnswer(ToJson(answer.Result), null);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            throw new RpcTransportException($"{method}: {broken.Message}", inner: broken);
        }
    }

    private static byte[] ToJson(object? result) => result switch
    {
        null => "null"u8.ToArray(),
        JsonElement element => Encoding.UTF8.GetBytes(element.GetRawText()),
        _ => Encoding.UTF8.GetBytes(JToken.FromObject(result).ToString(Formatting.None)),
    };
}
