using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;

namespace FastRebalance.Devnet.Noise;

/// <summary>A trade that brings one pool to a price.</summary>
/// <param name="Pool">Where.</param>
/// <param name="SellsToken0">Whether token0 goes in.</param>
/// <param name="AmountIn">Base units: exact for a constant-product pool, the most for a concentrated one.</param>
/// <param name="SqrtPriceLimitX96">Where a concentrated pool stops; unused by the other.</param>
internal readonly record struct NoiseSwap(DeployedPool Pool, bool SellsToken0, UInt256 AmountIn, UInt256 SqrtPriceLimitX96)
{
    // No single trade pays more, however far a pool has run: about twice the widest step that the walk takes.
    private const double LargestTradeUsdc = 20e6;

    /// <summary>The trade from a state to a raw price.</summary>
    public static NoiseSwap Towards(in PoolState state, double targetRawPrice)
    {
        DeployedPool pool = state.Pool;
        if (!pool.Plan.IsConcentrated)
        {
            double input = PoolMath.ConstantProductInput(state.Reserve0, state.Reserve1, targetRawPrice, out bool sells);
            return new NoiseSwap(pool, sells, PoolMath.BaseUnits(Math.Min(input, MostOf(pool, sells))), UInt256.Zero);
        }
        bool sellsToken0 = targetRawPrice < state.RawPrice;
        return new NoiseSwap(pool, sellsToken0, PoolMath.BaseUnits(MostOf(pool, sellsToken0)), PoolMath.SqrtPriceX96(targetRawPrice));
    }

    public Address TokenIn => (SellsToken0 ? Pool.Token0 : Pool.Token1).Address;

    public Address TokenOut => (SellsToken0 ? Pool.Token1 : Pool.Token0).Address;

    /// <summary>The call of the pool's own router: Router02 of V2, SwapRouter of V3.</summary>
    public byte[] DirectCall(Address trader) => Pool.Plan.IsConcentrated
        ? UniswapCalls.SwapV3(TokenIn, TokenOut, Pool.Plan.FeePips, AmountIn, SqrtPriceLimitX96, trader)
        : UniswapCalls.SwapV2(TokenIn, TokenOut, AmountIn, trader);

    /// <summary>The same as one call among several of SwapRouter02.</summary>
    public byte[] Router02Call(Address trader) => Pool.Plan.IsConcentrated
        ? UniswapCalls.SwapV3ByRouter02(TokenIn, TokenOut, Pool.Plan.FeePips, AmountIn, SqrtPriceLimitX96, trader)
        : UniswapCalls.SwapV2ByRouter02(TokenIn, TokenOut, AmountIn, trader);

    private static double MostOf(DeployedPool pool, bool sellsToken0) =>
        (sellsToken0 ? pool.Token0 : pool.Token1).Plan.BaseUnitsOf(LargestTradeUsdc);
}
