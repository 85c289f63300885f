namespace FastRebalance.Ethereum.Rpc;

/// <summary>One connection to one endpoint, from its making to its break. It never mends itself: the client makes another.</summary>
internal interface IRpcConnection : IAsyncDisposable
{
    /// <summary>False when subscriptions must be polled.</summary>
    bool CanPush { get; }

    /// <summary>Ends, without an exception, when the connection is of no more use and nothing more will be delivered.</summary>
    Task Closed { get; }

    /// <summary>Why it closed.</summary>
    string? CloseReason { get; }

    /// <summary>
    /// Sends the requests as one message and returns their replies in the order of the requests, whatever the node's order.
    /// A request that the node left out has a reply with trouble.
    /// </summary>
    /// <param name="requests">At least one; more than one go out as a batch.</param>
    /// <param name="timeout">Longest wait for all replies.</param>
    /// <param name="cancellation">Gives up waiting; the message may be out already.</param>
    /// <param name="subscription">Where the values go when the (single) request subscribes.</param>
    /// <exception cref="RpcTransportException">Nothing usable came back in time.</exception>
    Task<RpcReply[]> ExchangeAsync(
        RpcRequest[] requests, TimeSpan timeout, CancellationToken cancellation, RpcSubscription? subscription = null);

    /// <summary>Stops delivering to the subscription and tells the node so, without waiting for its answer.</summary>
    void Detach(RpcSubscription subscription);

    /// <summary>Ends the connection; those who wait get <see cref="RpcTransportException"/>.</summary>
    void Break(string reason);
}
