namespace FastRebalance.Devnet.Market;

/// <summary>A pool to make.</summary>
/// <param name="Kind">As the configuration names it.</param>
/// <param name="TokenA">Symbol; which token becomes token0 is decided by the addresses.</param>
/// <param name="TokenB">Symbol.</param>
/// <param name="FeePips">Hundredths of a basis point: 3000 is 0.3 %.</param>
/// <param name="ValueUsdc">Value of both sides together.</param>
/// <param name="Ranges">Concentrated pools: half widths of the overlapping positions, as a fraction of the price.</param>
internal sealed record PoolPlan(string Kind, string TokenA, string TokenB, int FeePips, double ValueUsdc, double[] Ranges)
{
    public const string UniswapV2 = "uniswap-v2";
    public const string UniswapV3 = "uniswap-v3";

    /// <summary>Uniswap V3's distance between usable ticks; 100 is the one fee that its factory must be told to allow.</summary>
    public int TickSpacing => FeePips switch { 100 => 1, 500 => 10, 3000 => 60, _ => 200 };

    public bool IsConcentrated => Kind == UniswapV3;
}
