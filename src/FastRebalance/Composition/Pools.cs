using FastRebalance.Amm;

namespace FastRebalance.Composition;

/// <summary>Every AMM by name.</summary>
public static class Pools
{
    public static PoolRegistry Registry { get; } = new(
        new UniswapV2Kind(),
        new UniswapV3Kind());
}
