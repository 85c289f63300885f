using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool;

/// <summary>The contracts of a chain through which others trade on our pools, and whose calls are read. All optional.</summary>
public sealed record MempoolContracts
{
    /// <summary>Routers of V2 pairs (<c>UniswapV2Router02</c> and forks).</summary>
    public IReadOnlyList<PairFamily> V2Routers { get; init; } = [];

    /// <summary>SwapRouter, and SwapRouter02 with the pairs that it trades.</summary>
    public IReadOnlyList<PairFamily> V3Routers { get; init; } = [];

    public IReadOnlyList<PairFamily> UniversalRouters { get; init; } = [];

    /// <summary>Managers of V3 positions.</summary>
    public IReadOnlyList<Address> V3Positions { get; init; } = [];

    /// <summary>Managers of V4 positions.</summary>
    public IReadOnlyList<Address> V4Positions { get; init; } = [];

    public Address Permit2 { get; init; }

    /// <summary>The wrapped form of the chain's own coin; zero where none is an asset.</summary>
    public Address WrappedNative { get; init; }

    public IReadOnlyList<Address> Executors { get; init; } = [];

    public IReadOnlyList<Address> Oracles { get; init; } = [];

    /// <summary>Proxies, their admins, factories, authorizers.</summary>
    public IReadOnlyList<Address> Admins { get; init; } = [];

    /// <summary>Our own accounts: what they send must be known to the submitter.</summary>
    public IReadOnlyList<Address> Own { get; init; } = [];
}

/// <summary>A router and the V2 pairs that it reaches.</summary>
/// <param name="Router">The router's contract.</param>
/// <param name="Pairs">Null for every pair that we follow; needed only where two factories have a pair of the same tokens.</param>
public sealed record PairFamily(Address Router, IReadOnlySet<Address>? Pairs = null);
