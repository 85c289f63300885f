using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV4;

/// <summary>
/// One step of a swap inside one range, as <c>v4-core/src/libraries/SwapMath.sol</c> computes it. Not V3's: a step that stops short takes
/// all that remained after the fee instead of reckoning it again from the price, a step back to its own price is not asked for once more,
/// and a fee may take everything.
/// </summary>
internal static class UniswapV4SwapMath
{
    /// <summary>A step of an exact-input swap.</summary>
    /// <param name="price">Where the step starts; the direction follows from the target.</param>
    /// <param name="target">The price that the step must not pass.</param>
    /// <param name="liquidity">Constant between the two prices; zero moves to the target for nothing.</param>
    /// <param name="remaining">Units that may still be taken, fee included.</param>
    /// <param name="feePips">Fee on the input, in millionths, up to all of it.</param>
    /// <param name="step">What was moved.</param>
    /// <returns>False where the contract would revert.</returns>
    public static bool TryStepIn(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step)
    {
        step = default;
        bool sellsToken0 = price >= target;
        uint keptPips = PoolFacts.PipsPerUnit - feePips;
        if (!UInt256.TryMulDiv(remaining, keptPips, PoolFacts.PipsPerUnit, out UInt256 afterFee))
            return false;

        step.AmountIn = SwapMath.AmountIn(sellsToken0, in price, in target, liquidity);
        if (afterFee >= step.AmountIn)
        {
            step.Price = target;
            if (keptPips == 0)
                step.Fee = step.AmountIn;
            else if (!UInt256.TryMulDivRoundingUp(step.AmountIn, feePips, keptPips, out step.Fee))
                return false;
        }
        else
        {
            step.AmountIn = afterFee;
            step.Fee = UInt256.WrappingSubtract(remaining, afterFee);
            if (!SwapMath.TryMove(sellsToken0, in price, liquidity, in afterFee, out step.Price))
                return false;
        }
        step.AmountOut = SwapMath.AmountOut(sellsToken0, in price, in step.Price, liquidity);
        return true;
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
        step.AmountOut = SwapMath.AmountOut(sellsToken0, in price, in target, liquidity);
        if (remaining >= step.AmountOut)
            step.Price = target;
        else
        {
            step.AmountOut = remaining;
            if (!SwapMath.TryMoveOut(sellsToken0, in price, liquidity, in remaining, out step.Price))
                return false;
        }
        step.AmountIn = SwapMath.AmountIn(sellsToken0, in price, in step.Price, liquidity);
        return UInt256.TryMulDivRoundingUp(step.AmountIn, feePips, PoolFacts.PipsPerUnit - feePips, out step.Fee);
    }
}
