using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>The contracts that an executor trades through; zero where the chain has none.</summary>
public sealed record ExecutorChain
{
    /// <summary>Uniswap V4's pool manager.</summary>
    public Address PoolManager { get; init; }

    /// <summary>Balancer's vault.</summary>
    public Address Balancer { get; init; }

    public Address Permit2 { get; init; }

    /// <summary>The wrapped form of the chain's own coin.</summary>
    public Address WrappedNative { get; init; }
}
