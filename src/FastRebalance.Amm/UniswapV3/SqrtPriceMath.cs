using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>
/// Amounts and prices inside one range, rounded as <c>v3-core/contracts/libraries/SqrtPriceMath.sol</c> rounds them: always
/// in the pool's favour. Prices are Q64.96 and above zero.
/// </summary>
internal static class SqrtPriceMath
{
    private const int Resolution = 96;
    private const int PriceBits = 160;

    private static readonly UInt256 Q96 = new(0, 1UL << 32);

    /// <summary>Units of token 0 between two prices: liquidity * (upper - lower) / (upper * lower).</summary>
    /// <remarks>Cannot overflow: the first quotient is below liquidity * 2^96 because upper - lower is below upper.</remarks>
    public static UInt256 Amount0(in UInt256 lower, in UInt256 upper, UInt128 liquidity, bool roundUp)
    {
        UInt256 numerator = (UInt256)liquidity << Resolution;
        UInt256 difference = UInt256.WrappingSubtract(upper, lower);
        UInt256 amount;
        if (!roundUp)
        {
            UInt256.TryMulDiv(numerator, difference, upper, out amount);
            return amount / lower;
        }
        UInt256.TryMulDivRoundingUp(numerator, difference, upper, out amount);
        UInt256.TryDivRoundingUp(amount, lower, out amount);
        return amount;
    }

    /// <summary>Units of token 1 between two prices: liquidity * (upper - lower).</summary>
    /// <remarks>Cannot overflow: 128 + 160 - 96 bits.</remarks>
    public static UInt256 Amount1(in UInt256 lower, in UInt256 upper, UInt128 liquidity, bool roundUp)
    {
        UInt256 low = UInt256.MultiplyFull(liquidity, UInt256.WrappingSubtract(upper, lower), out UInt256 high);
        UInt256 amount = (high << (256 - Resolution)) | (low >> Resolution);
        bool isCut = !(low << (256 - Resolution)).IsZero;
        return roundUp && isCut ? UInt256.WrappingAdd(amount, UInt256.One) : amount;
    }

    /// <summary>The price after token 0 came in, rounded up: it never falls further than was paid for. Liquidity is above zero.</summary>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryNextPriceFromAmount0(in UInt256 price, UInt128 liquidity, in UInt256 amountIn, out UInt256 next)
    {
        UInt256 numerator = (UInt256)liquidity << Resolution;
        if (UInt256.TryMultiply(amountIn, price, out UInt256 product) && UInt256.TryAdd(numerator, product, out UInt256 denominator))
            return UInt256.TryMulDivRoundingUp(numerator, price, denominator, out next);

        // The exact denominator does not fit 256 bits; the contract then takes the coarser form, and so must we.
        next = default;
        return UInt256.TryAdd(numerator / price, amountIn, out denominator) && UInt256.TryDivRoundingUp(numerator, denominator, out next);
    }

    /// <summary>The price after token 1 came in, rounded down: it never rises further than was paid for. Liquidity is above zero.</summary>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryNextPriceFromAmount1(in UInt256 price, UInt128 liquidity, in UInt256 amountIn, out UInt256 next)
    {
        next = default;
        return UInt256.TryMulDiv(amountIn, Q96, liquidity, out UInt256 rise)
            && UInt256.TryAdd(price, rise, out next)
            && next.BitLength <= PriceBits;
    }

    /// <summary>The price after token 0 went out, rounded up: it rises at least as far as is paid out for. Liquidity is above zero.</summary>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryNextPriceWithoutAmount0(in UInt256 price, UInt128 liquidity, in UInt256 amountOut, out UInt256 next)
    {
        UInt256 numerator = (UInt256)liquidity << Resolution;
        next = default;
        return UInt256.TryMultiply(amountOut, price, out UInt256 product)
            && numerator > product
            && UInt256.TryMulDivRoundingUp(numerator, price, UInt256.WrappingSubtract(numerator, product), out next)
            && next.BitLength <= PriceBits;
    }

    /// <summary>The price after token 1 went out, rounded down: it falls at least as far as is paid out for. Liquidity is above zero.</summary>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryNextPriceWithoutAmount1(in UInt256 price, UInt128 liquidity, in UInt256 amountOut, out UInt256 next)
    {
        next = default;
        return UInt256.TryMulDivRoundingUp(amountOut, Q96, liquidity, out UInt256 fall)
            && price > fall
            && UInt256.TrySubtract(price, fall, out next);
    }
}
