using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>How much liquidity two amounts make, as <c>v3-periphery/contracts/libraries/LiquidityAmounts.sol</c> rounds it.</summary>
public static class LiquidityAmounts
{
    private static readonly UInt256 Q96 = new(0, 1UL << 32);

    /// <summary>The most liquidity of a range that the amounts pay for at a price.</summary>
    /// <returns>False where the range is none, or the contract would revert.</returns>
    public static bool TryLiquidityFor(
        in UInt256 sqrtPriceX96, int tickLower, int tickUpper, in UInt256 amount0, in UInt256 amount1, out UInt128 liquidity)
    {
        liquidity = 0;
        if (tickLower >= tickUpper || tickLower < TickMath.MinTick || tickUpper > TickMath.MaxTick)
            return false;
        UInt256 lower = TickMath.SqrtRatioAtTick(tickLower), upper = TickMath.SqrtRatioAtTick(tickUpper);
        if (sqrtPriceX96 <= lower)
            return TryFor0(in lower, in upper, in amount0, out liquidity);
        if (sqrtPriceX96 >= upper)
            return TryFor1(in lower, in upper, in amount1, out liquidity);
        if (!TryFor0(in sqrtPriceX96, in upper, in amount0, out UInt128 by0) || !TryFor1(in lower, in sqrtPriceX96, in amount1, out UInt128 by1))
            return false;
        liquidity = UInt128.Min(by0, by1);
        return true;
    }

    private static bool TryFor0(in UInt256 lower, in UInt256 upper, in UInt256 amount, out UInt128 liquidity)
    {
        liquidity = 0;
        return UInt256.TryMulDiv(lower, upper, Q96, out UInt256 product)
            && UInt256.TryMulDiv(amount, product, UInt256.WrappingSubtract(upper, lower), out UInt256 whole) && TryNarrow(in whole, out liquidity);
    }

    private static bool TryFor1(in UInt256 lower, in UInt256 upper, in UInt256 amount, out UInt128 liquidity)
    {
        liquidity = 0;
        return UInt256.TryMulDiv(amount, Q96, UInt256.WrappingSubtract(upper, lower), out UInt256 whole) && TryNarrow(in whole, out liquidity);
    }

    private static bool TryNarrow(in UInt256 whole, out UInt128 liquidity)
    {
        liquidity = whole.FitsUInt128 ? (UInt128)whole : 0;
        return whole.FitsUInt128;
    }
}
