namespace FastRebalance.Ethereum.Rpc;

/// <summary>How a request to an endpoint ended. Zero is no outcome.</summary>
public enum EndpointOutcome : byte
{
    None = 0,

    /// <summary>A result, or a null where that is one.</summary>
    Answered,

    /// <summary>The node understood and said no.</summary>
    NodeError,

    /// <summary>What came back was no JSON-RPC.</summary>
    Malformed,

    /// <summary>Nothing came back in time.</summary>
    TimedOut,

    /// <summary>The connection broke meanwhile.</summary>
    Broken,

    /// <summary>No byte left.</summary>
    NotSent,
}
