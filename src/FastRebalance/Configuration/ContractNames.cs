namespace FastRebalance.Configuration;

/// <summary>The contracts that a configuration may name.</summary>
public static class ContractNames
{
    /// <summary>Uniswap's SwapRouter02: swaps through V2 and V3 pools, several in one transaction, with one deadline.</summary>
    public const string SwapRouter02 = "swapRouter02";

    public static readonly IReadOnlyList<string> All = [SwapRouter02];
}
