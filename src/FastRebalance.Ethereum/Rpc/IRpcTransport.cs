namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// A way to a node that somebody else owns: a client that a desk has already, with its own authentication, limits and logs. One method and
/// its parameters go in, one answer comes out. Called from several threads at once.
/// </summary>
public interface IRpcTransport
{
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">A JSON array, UTF-8; valid until the answer is there.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="RpcTransportException">No usable answer came.</exception>
    Task<RpcTransportAnswer> AskAsync(string method, ReadOnlyMemory<byte> parameters, CancellationToken cancellation);
}
