using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>An exact-input swap under way over stops that the caller names: the loop of <c>UniswapV3Pool.swap</c>, a turn at a time.</summary>
/// <param name="price">Where it starts, Q64.96; above 0.</param>
/// <param name="liquidity">Active there.</param>
/// <param name="amountIn">Units that go in.</param>
public struct ConcentratedWalk(UInt256 price, UInt128 liquidity, UInt256 amountIn)
{
    private UInt128 _liquidity = liquidity;

    public UInt256 Price = price;

    /// <summary>Units that may still be taken, fee included.</summary>
    public UInt256 Remaining = amountIn;

    /// <summary>Units paid so far.</summary>
    public UInt256 AmountOut = UInt256.Zero;

    /// <summary>One turn of the contract's loop: up to the stop and past it, or short of it with all that remained.</summary>
    /// <param name="stop">Its price.</param>
    /// <param name="net">What passing it upwards adds to the liquidity.</param>
    /// <param name="sellsToken0">The price falls.</param>
    /// <param name="feePips">Fee on the input, in millionths.</param>
    /// <param name="passed">The stop was reached.</param>
    /// <returns>False where the contract would revert.</returns>
    public bool TryAdvance(in UInt256 stop, Int128 net, bool sellsToken0, uint feePips, out bool passed)
    {
        passed = false;
        if (!SwapMath.TryStep(in Price, in stop, _liquidity, in Remaining, feePips, out SwapStep step)
            || !UInt256.TryAdd(step.AmountIn, step.Fee, out UInt256 taken)
            || !UInt256.TrySubtract(Remaining, taken, out Remaining)
            || !UInt256.TryAdd(AmountOut, step.AmountOut, out AmountOut))
            return false;
        Price = step.Price;
        passed = Price == stop;
        return !passed || Liquidity.TryAdd(_liquidity, sellsToken0 ? -net : net, out _liquidity);
    }
}
