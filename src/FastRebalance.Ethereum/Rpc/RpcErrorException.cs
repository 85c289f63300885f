namespace FastRebalance.Ethereum.Rpc;

/// <summary>The node answered with an error object: it understood the request and refused it.</summary>
public sealed class RpcErrorException(string method, RpcError error) : Exception($"{method}: {error}")
{
    public string Method { get; } = method;

    public RpcError Error { get; } = error;
}
