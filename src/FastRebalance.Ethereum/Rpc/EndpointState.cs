namespace FastRebalance.Ethereum.Rpc;

/// <summary>What an endpoint is good for now.</summary>
public enum EndpointState : byte
{
    /// <summary>Not tried yet.</summary>
    None = 0,

    /// <summary>Requests go there.</summary>
    InUse,

    /// <summary>It answered when last asked, and waits for its turn.</summary>
    Standby,

    /// <summary>It did not answer when last asked; it is asked again.</summary>
    Failed,

    /// <summary>It was found on another chain. It is not spoken to again in this run.</summary>
    Quarantined,
}
