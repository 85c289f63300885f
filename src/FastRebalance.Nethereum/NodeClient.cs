using System.Text;
using System.Text.Json;
using FastRebalance.Ethereum.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json;
using RpcError = Nethereum.JsonRpc.Client.RpcMessages.RpcError;

namespace FastRebalance.Nethereum;

/// <summary>Our connection as a client of Nethereum: one socket, one set of endpoints and one reconnect for both.</summary>
/// <param name="node">Not owned.</param>
public sealed class NodeClient(EthereumNode node) : ClientBase
{
    private static readonly JsonSerializerSettings s_settings = DefaultJsonSerializerSettingsFactory.BuildDefaultJsonSerializerSettings();

    /// <exception cref="RpcClientUnknownException">No usable answer came.</exception>
    public override async Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null)
    {
        string parameters = JsonConvert.SerializeObject(rpcRequestMessage.RawParameters ?? Array.Empty<object>(), s_settings);
        try
        {
            JsonElement result = await node.InvokeAsync(rpcRequestMessage.Method, writer => WriteItems(writer, parameters)).ConfigureAwait(false);
            return new RpcResponseMessage(rpcRequestMessage.Id, (object)result);
        }
        catch (RpcErrorException refused)
        {
            return new RpcResponseMessage(
                rpcRequestMessage.Id, new RpcError { Code = (int)refused.Error.Code, Message = refused.Error.Message, Data = refused.Error.Data });
        }
        catch (RpcTransportException broken)
        {
            throw new RpcClientUnknownException($"{rpcRequestMessage.Method}: {broken.Message}", broken);
        }
    }

    protected override Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests) =>
        Task.WhenAll(requests.Select(request => SendAsync(request)));

    private static void WriteItems(Utf8JsonWriter writer, string parameters)
    {
        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(parameters));
        foreach (JsonElement item in document.RootElement.EnumerateArray())
            item.WriteTo(writer);
    }
}
