using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>Makes one connection to one endpoint and asks the chain's id over it before anyone else may use it.</summary>
internal static class RpcConnector
{
    /// <returns>The connection and the chain that it leads to, which the caller holds against the chain that it wants.</returns>
    /// <exception cref="RpcTransportException">It cannot be reached, or does not answer.</exception>
    public static async Task<(IRpcConnection Connection, ulong ChainId)> ConnectAsync(
        RpcEndpoint endpoint, EthereumNodeOptions options, RpcCounters counters, int generation, CancellationToken cancellation)
    {
        IRpcConnection connection = await OpenAsync(endpoint, options, counters, generation, cancellation).ConfigureAwait(false);
        try
        {
            return (connection, await AskChainIdAsync(connection, endpoint, options, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<IRpcConnection> OpenAsync(
        RpcEndpoint endpoint, EthereumNodeOptions options, RpcCounters counters, int generation, CancellationToken cancellation)
    {
        if (endpoint.Kind == RpcTransportKind.Http)
            return new HttpConnection(endpoint, counters, options);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ConnectTimeout);
        try
        {
            IMessageStream stream = endpoint.Kind == RpcTransportKind.Ipc
                ? await IpcMessageStream.ConnectAsync(endpoint.Location, options.MaxMessageBytes, limit.Token).ConfigureAwait(false)
                : await WebSocketMessageStream.ConnectAsync(endpoint.Location, options, limit.Token).ConfigureAwait(false);
            return new StreamConnection(stream, counters, options.MaxRequestsInFlight, generation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RpcTransportException($"{endpoint}: no connection in {options.ConnectTimeout.TotalSeconds:0.###} s", notSent: true);
        }
        catch (Exception error) when (error is SocketException or WebSocketException or IOException or HttpRequestException)
        {
            throw new RpcTransportException($"{endpoint}: {error.Message}", notSent: true, error);
        }
    }

    private static async Task<ulong> AskChainIdAsync(
        IRpcConnection connection, RpcEndpoint endpoint, EthereumNodeOptions options, CancellationToken cancellation)
    {
        RpcReply[] replies;
        try
        {
            replies = await connection.ExchangeAsync([new RpcRequest("eth_chainId")], options.ConnectTimeout, cancellation).ConfigureAwait(false);
        }
        catch (RpcTransportException error)
        {
            throw new RpcTransportException($"{endpoint}: {error.Message}", error.NotSent, error);
        }
        return TryReadChainId(replies[0], out ulong chainId)
            ? chainId
            : throw new RpcTransportException($"{endpoint}: eth_chainId gave no chain id: {replies[0].Error?.ToString() ?? replies[0].Trouble}");
    }

    public static bool TryReadChainId(in RpcReply reply, out ulong chainId)
    {
        chainId = 0;
        if (reply.Result is null)
            return false;
        Utf8JsonReader reader = RpcRead.Start(reply.Result);
        return reader.TokenType == JsonTokenType.String && Hex.TryParseLowerCaseQuantity(reader.ValueSpan, out chainId);
    }
}
