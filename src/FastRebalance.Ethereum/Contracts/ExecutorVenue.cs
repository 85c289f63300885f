namespace FastRebalance.Ethereum.Contracts;

/// <summary>Where a leg of the executor trades; the numbers are the contract's (Types.sol). Zero is none.</summary>
public enum ExecutorVenue : byte
{
    None = 0,
    UniswapV2,
    UniswapV3,
    UniswapV4,
    BalancerV2,
}

/// <summary>What else the contract is told of a leg; the bits are the contract's.</summary>
[Flags]
public enum ExecutorLegFlags : byte
{
    None = 0,

    /// <summary>It sells what the leg before it brought, all of it.</summary>
    Chained = 1,

    /// <summary>The vault's tokens are taken through Permit2's allowance.</summary>
    Permit2 = 2,

    /// <summary>The V4 pool holds the chain's own coin where the leg names its wrapped token.</summary>
    Native = 4,
}
