namespace FastRebalance.Execution.Mempool;

/// <summary>What a contract or account is to us. Zero is nobody: a transaction to it cannot concern us directly.</summary>
public enum WatchedRole : byte
{
    None = 0,

    /// <summary>A pool that we follow; the index is the pool's.</summary>
    Pool,

    /// <summary>A token that we hold or trade; the index is the asset's.</summary>
    Token,

    /// <summary>A router of V2 pairs; the index names its family of pairs.</summary>
    V2Router,

    /// <summary>Uniswap's SwapRouter or SwapRouter02; the index names the second one's family of V2 pairs.</summary>
    V3Router,

    /// <summary>The manager of V3 positions.</summary>
    V3Positions,

    /// <summary>Uniswap's Universal Router; the index names its family of V2 pairs.</summary>
    UniversalRouter,

    /// <summary>The contract that keeps all V4 pools.</summary>
    V4Manager,

    /// <summary>The manager of V4 positions.</summary>
    V4Positions,

    Permit2,

    /// <summary>Balancer's vault, which keeps the balances of its pools.</summary>
    BalancerVault,

    /// <summary>Our executor contract.</summary>
    Executor,

    /// <summary>A price source that pools or checks of ours read.</summary>
    Oracle,

    /// <summary>Whoever may upgrade or pause what we trade through: a proxy, its admin, a factory.</summary>
    Admin,

    /// <summary>One of our own accounts.</summary>
    Own,
}
