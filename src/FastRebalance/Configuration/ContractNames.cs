namespace FastRebalance.Configuration;

/// <summary>
/// The contracts that a configuration may name: the executor, or the router, or both; orders go to the executor then. Others are asked, and get no order.
/// </summary>
public static class ContractNames
{
    /// <summary>Uniswap's SwapRouter02: swaps through V2 and V3 pools, several in one transaction, with one deadline.</summary>
    public const string SwapRouter02 = "swapRouter02";

    /// <summary>The desk's own executor contract: sized on the chain within signed limits, through every kind of pool that it knows.</summary>
    public const string RebalanceExecutor = "rebalanceExecutor";

    /// <summary>Uniswap V3's NonfungiblePositionManager: keeps the positions that a <c>delta-neutral</c> desk follows.</summary>
    public const string PositionManager = "positionManager";

    public static readonly IReadOnlyList<string> All = [RebalanceExecutor, SwapRouter02, PositionManager];

    /// <summary>Those that orders go to.</summary>
    internal static readonly IReadOnlyList<string> OfOrders = [RebalanceExecutor, SwapRouter02];
}
