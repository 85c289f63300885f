using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm.Balancer;

/// <summary>
/// Swaps of a weighted pool, rounded as Balancer's WeightedMath rounds. Amounts and balances with 18 decimals, weights and powers as well.
/// </summary>
/// <param name="BalanceIn">The pool's balance of what goes in.</param>
/// <param name="WeightIn">Its weight.</param>
/// <param name="BalanceOut">The pool's balance of what comes out.</param>
/// <param name="WeightOut">Its weight.</param>
/// <param name="HasPowerShortcuts">See <see cref="FixedPoint.TryPowUp"/>.</param>
internal readonly record struct WeightedMath(
    UInt256 BalanceIn, UInt256 WeightIn, UInt256 BalanceOut, UInt256 WeightOut, bool HasPowerShortcuts)
{
    /// <summary>Part of a balance that one swap may bring or take at most.</summary>
    public static readonly UInt256 MostRatio = UInt256.WrappingMultiply(3, UInt256.PowerOfTen(17));

    /// <summary><c>Bout * (1 - (Bin / (Bin + in))^(win / wout))</c>, rounded down.</summary>
    public QuoteStatus Out(in UInt256 amountIn, out UInt256 amountOut)
    {
        amountOut = default;
        if (!FixedPoint.TryMulDown(BalanceIn, MostRatio, out UInt256 most))
            return QuoteStatus.Overflow;
        if (amountIn > most)
            return QuoteStatus.InsufficientLiquidity;
        bool fits = UInt256.TryAdd(BalanceIn, amountIn, out UInt256 after)
            && FixedPoint.TryDivUp(BalanceIn, after, out UInt256 ratio)
            && FixedPoint.TryDivDown(WeightIn, WeightOut, out UInt256 exponent)
            && FixedPoint.TryPowUp(ratio, exponent, HasPowerShortcuts, out UInt256 power)
            && FixedPoint.TryMulDown(BalanceOut, FixedPoint.Complement(power), out amountOut);
        return fits ? QuoteStatus.Exact : QuoteStatus.Overflow;
    }

    /// <summary><c>Bin * ((Bout / (Bout - out))^(wout / win) - 1)</c>, rounded up.</summary>
    public QuoteStatus In(in UInt256 amountOut, out UInt256 amountIn)
    {
        amountIn = default;
        if (!FixedPoint.TryMulDown(BalanceOut, MostRatio, out UInt256 most))
            return QuoteStatus.Overflow;
        if (amountOut > most)
            return QuoteStatus.InsufficientLiquidity;
        bool fits = FixedPoint.TryDivUp(BalanceOut, UInt256.WrappingSubtract(BalanceOut, amountOut), out UInt256 ratio)
            & FixedPoint.TryDivUp(WeightOut, WeightIn, out UInt256 exponent)
            & FixedPoint.TryPowUp(ratio, exponent, HasPowerShortcuts, out UInt256 power)
            && UInt256.TrySubtract(power, FixedPoint.One, out UInt256 growth)
            && FixedPoint.TryMulUp(BalanceIn, growth, out amountIn);
        return fits ? QuoteStatus.Exact : QuoteStatus.Overflow;
    }
}
