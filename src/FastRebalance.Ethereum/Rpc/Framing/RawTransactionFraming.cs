namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>The framing of each kind of channel.</summary>
public static class RawTransactionFraming
{
    /// <param name="endpoint">The channel.</param>
    /// <param name="signature">For a relay that asks for signed bodies, which only HTTP has room for; null for none.</param>
    /// <exception cref="ArgumentException">The endpoint has no transport, or a signature was given for one that cannot carry it.</exception>
    public static IRawTransactionFraming For(RpcEndpoint endpoint, RelaySignature? signature = null) => endpoint.Kind switch
    {
        RpcTransportKind.Http => new HttpFraming(new Uri(endpoint.Location), signature),
        _ when signature is not null => throw new ArgumentException($"{endpoint} is not HTTP, and a signed body needs a header", nameof(signature)),
        RpcTransportKind.Ipc => new IpcFraming(),
        RpcTransportKind.WebSocket => new WebSocketFraming(),
        _ => throw new ArgumentException("the endpoint names no transport", nameof(endpoint)),
    };
}
