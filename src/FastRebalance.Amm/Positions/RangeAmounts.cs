using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// What liquidity of a range of ticks is made of at a price, to the unit: below the range all of it is the first asset, above it the
/// second. <see cref="LiquidityAmounts"/> goes the other way. Allocates nothing.
/// </summary>
public static class RangeAmounts
{
    private const double Q96 = 79_228_162_514_264_337_593_543_950_336.0;

    /// <summary>What a mint takes: both sides rounded up, for the pool.</summary>
    /// <inheritdoc cref="TryPaidBy"/>
    public static bool TryTakenBy(in UInt256 sqrtPriceX96, int tickLower, int tickUpper, UInt128 liquidity, out TokenAmounts taken) =>
        TryOf(in sqrtPriceX96, tickLower, tickUpper, liquidity, roundUp: true, out taken);

    /// <summary>What a burn pays: both sides rounded down, for the pool again.</summary>
    /// <returns>False where the range is none.</returns>
    public static bool TryPaidBy(in UInt256 sqrtPriceX96, int tickLower, int tickUpper, UInt128 liquidity, out TokenAmounts paid) =>
        TryOf(in sqrtPriceX96, tickLower, tickUpper, liquidity, roundUp: false, out paid);

    /// <summary>The ends of a range as prices: base units of the second asset for one of the first.</summary>
    /// <returns>False where the range is none.</returns>
    public static bool TryPricesOf(int tickLower, int tickUpper, out double low, out double high)
    {
        bool isRange = IsRange(tickLower, tickUpper);
        (low, high) = isRange ? (PriceAt(tickLower), PriceAt(tickUpper)) : (0, 0);
        return isRange;
    }

    private static double PriceAt(int tick)
    {
        double root = (double)TickMath.SqrtRatioAtTick(tick) / Q96;
        return root * root;
    }

    /// <summary>A range that a pool of any spacing could know.</summary>
    internal static bool IsRange(int tickLower, int tickUpper) =>
        tickLower < tickUpper && tickLower >= TickMath.MinTick && tickUpper <= TickMath.MaxTick;

    // The contract asks the pool's tick, not its price, which side of the range it is on. Both agree: a price at a tick's own is at or
    // above it either way, and where the tick stored is one lower, the amount on the other side is nothing.
    private static bool TryOf(
        in UInt256 sqrtPriceX96, int tickLower, int tickUpper, UInt128 liquidity, bool roundUp, out TokenAmounts amounts)
    {
        amounts = default;
        if (!IsRange(tickLower, tickUpper))
            return false;
        UInt256 lower = TickMath.SqrtRatioAtTick(tickLower), upper = TickMath.SqrtRatioAtTick(tickUpper);
        UInt256 price = UInt256.Max(lower, UInt256.Min(upper, sqrtPriceX96));
        amounts = new TokenAmounts(
            SqrtPriceMath.Amount0(in price, in upper, liquidity, roundUp), SqrtPriceMath.Amount1(in lower, in price, liquidity, roundUp));
        return true;
    }
}
