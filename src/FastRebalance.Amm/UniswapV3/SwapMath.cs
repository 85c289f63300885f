using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>What one step of a swap moved, and the price that it reached.</summary>
internal struct SwapStep
{
    public UInt256 Price;
    public UInt256 AmountIn;
    public UInt256 AmountOut;
    public UInt256 Fee;
}

/// <summary>One step of a swap inside one range, as <c>v3-core/contracts/libraries/SwapMath.sol</c> computes it.</summary>
internal static class SwapMath
{
    /// <summary>A step of an exact-input swap.</summary>
    /// <param name="price">Where the step starts; the direction follows from the target.</param>
    /// <param name="target">The price that the step must not pass.</param>
    /// <param name="liquidity">Constant between the two prices; zero moves to the target for nothing.</param>
    /// <param name="remaining">Units that may still be taken, fee included.</param>
    /// <param name="feePips">Fee on the input, in millionths.</param>
    /// <param name="step">What was moved.</param>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryStep(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step)
    {
        step = default;
        bool sellsToken0 = price >= target;
        uint keptPips = PoolFacts.PipsPerUnit - feePips;
        if (!UInt256.TryMulDiv(remaining, keptPips, PoolFacts.PipsPerUnit, out UInt256 afterFee))
            return false;

        UInt256 toTarget = AmountIn(sellsToken0, in price, in target, liquidity);
        if (afterFee >= toTarget)
            step.Price = target;
        else if (!TryMove(sellsToken0, in price, liquidity, in afterFee, out step.Price))
            return false;

        // Arriving is decided by the price, not by the branch above: the contract asks the same way.
        bool arrived = step.Price == target;
        step.AmountIn = arrived ? toTarget : AmountIn(sellsToken0, in price, in step.Price, liquidity);
        step.AmountOut = AmountOut(sellsToken0, in price, in step.Price, liquidity);

        // A step that stops short leaves no remainder: what is not moved is fee.
        return arrived
            ? UInt256.TryMulDivRoundingUp(step.AmountIn, feePips, keptPips, out step.Fee)
            : UInt256.TrySubtract(remaining, step.AmountIn, out step.Fee);
    }

    /// <summary>A step of an exact-output swap.</summary>
    /// <param name="price">Where the step starts; the direction follows from the target.</param>
    /// <param name="target">The price that the step must not pass.</param>
    /// <param name="liquidity">Constant between the two prices; zero moves to the target for nothing.</param>
    /// <param name="remaining">Units that are still to be paid out.</param>
    /// <param name="feePips">Fee on the input, in millionths; below all of it.</param>
    /// <param name="step">What was moved.</param>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryStepOut(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step)
    {
        step = default;
        bool sellsToken0 = price >= target;
        UInt256 toTarget = AmountOut(sellsToken0, in price, in target, liquidity);
        if (remaining >= toTarget)
            step.Price = target;
        else if (!TryMoveOut(sellsToken0, in price, liquidity, in remaining, out step.Price))
            return false;

        // The price is rounded away from where it came, so what lies on the way may be a unit more than asked; the contract caps it.
        bool arrived = step.Price == target;
        step.AmountIn = AmountIn(sellsToken0, in price, in step.Price, liquidity);
        step.AmountOut = UInt256.Min(arrived ? toTarget : AmountOut(sellsToken0, in price, in step.Price, liquidity), remaining);
        return UInt256.TryMulDivRoundingUp(step.AmountIn, feePips, PoolFacts.PipsPerUnit - feePips, out step.Fee);
    }

    internal static UInt256 AmountIn(bool sellsToken0, in UInt256 price, in UInt256 reached, UInt128 liquidity) => sellsToken0
        ? SqrtPriceMath.Amount0(in reached, in price, liquidity, roundUp: true)
        : SqrtPriceMath.Amount1(in price, in reached, liquidity, roundUp: true);

    internal static UInt256 AmountOut(bool sellsToken0, in UInt256 price, in UInt256 reached, UInt128 liquidity) => sellsToken0
        ? SqrtPriceMath.Amount1(in reached, in price, liquidity, roundUp: false)
        : SqrtPriceMath.Amount0(in price, in reached, liquidity, roundUp: false);

    internal static bool TryMove(bool sellsToken0, in UInt256 price, UInt128 liquidity, in UInt256 amountIn, out UInt256 next) => sellsToken0
        ? SqrtPriceMath.TryNextPriceFromAmount0(in price, liquidity, in amountIn, out next)
        : SqrtPriceMath.TryNextPriceFromAmount1(in price, liquidity, in amountIn, out next);

    internal static bool TryMoveOut(bool sellsToken0, in UInt256 price, UInt128 liquidity, in UInt256 amountOut, out UInt256 next) =>
        sellsToken0
            ? SqrtPriceMath.TryNextPriceWithoutAmount1(in price, liquidity, in amountOut, out next)
            : SqrtPriceMath.TryNextPriceWithoutAmount0(in price, liquidity, in amountOut, out next);
}
