namespace FastRebalance.Ethereum.Rpc;

/// <summary>Whether a node can be asked now.</summary>
public enum ConnectionState : byte
{
    None = 0,

    /// <summary>Connected to one of the endpoints.</summary>
    Connected,

    /// <summary>The connection broke and another is being sought; requests fail at once, subscriptions are silent.</summary>
    Lost,

    /// <summary>Disposed: it will not come back.</summary>
    Closed,
}
