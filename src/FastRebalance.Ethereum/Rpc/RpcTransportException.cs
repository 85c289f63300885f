namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// No usable answer came: the connection broke, the time ran out, or what came back was not a JSON-RPC reply. The outcome of
/// the request is unknown unless <see cref="NotSent"/> says otherwise; a transaction may well be in the pool.
/// </summary>
public sealed class RpcTransportException(string message, bool notSent = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True only when no byte of the request can have reached the node.</summary>
    public bool NotSent { get; } = notSent;

    /// <summary>The node was silent for as long as was allowed.</summary>
    public bool TimedOut { get; init; }
}
