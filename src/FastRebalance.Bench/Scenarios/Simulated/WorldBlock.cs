namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>What the world looks like at one block before anybody of ours acts.</summary>
/// <param name="UnixSeconds">Of the block.</param>
/// <param name="Price">USDC per WETH: where others leave the pool, and what the oracle is told sooner or later.</param>
/// <param name="Liquidity">Of the pool, as the contract keeps it.</param>
/// <param name="GasUsd">Of an order's whole gas.</param>
/// <param name="IsCongested">Orders wait.</param>
internal readonly record struct WorldBlock(long UnixSeconds, double Price, double Liquidity, double GasUsd, bool IsCongested)
{
    public LendingRates? Usdc { get; init; }

    public LendingRates? Weth { get; init; }
}
