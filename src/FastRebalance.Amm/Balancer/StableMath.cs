using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Balancer;

/// <summary>
/// The invariant of a stable pool and its solution for one balance, in plain integers as Balancer's StableMath takes them: all products
/// checked at 256 bits, amplification with three decimals. False stands for the contract's revert.
/// </summary>
internal static class StableMath
{
    /// <summary>Ones in an amplification of 1.</summary>
    public const uint AmplificationPrecision = 1_000;

    private const int MostRounds = 255;

    private static readonly UInt256 Precision = AmplificationPrecision;

    /// <summary>
    /// The invariant as composable pools reckon it: the product over the balances is built up above the line and always rounded down.
    /// </summary>
    public static bool TryInvariant(in UInt256 amplification, ReadOnlySpan<UInt256> balances, out UInt256 invariant)
    {
        UInt256 n = (ulong)balances.Length;
        if (!TrySum(balances, out UInt256 sum) || !UInt256.TryMultiply(amplification, n, out UInt256 ann) || ann < Precision)
        {
            invariant = default;
            return false;
        }
        invariant = sum;
        if (!UInt256.TryMultiply(ann, sum, out UInt256 annSum))
            return false;
        annSum = annSum / Precision;
        UInt256 annLess = UInt256.WrappingSubtract(ann, Precision);
        for (int round = 0; round < MostRounds; round++)
        {
            UInt256 product = invariant;
            foreach (UInt256 balance in balances)
                if (!UInt256.TryMultiply(product, invariant, out UInt256 above)
                    || !UInt256.TryMultiply(balance, n, out UInt256 below) || !TryDivide(above, below, out product))
                    return false;
            if (!UInt256.TryMultiply(product, n, out UInt256 grown) || !UInt256.TryAdd(annSum, grown, out UInt256 top)
                || !UInt256.TryMultiply(top, invariant, out top)
                || !UInt256.TryMultiply(annLess, invariant, out UInt256 bottom)
                || !UInt256.TryMultiply(product, UInt256.WrappingAdd(n, UInt256.One), out grown)
                || !UInt256.TryAdd(bottom / Precision, grown, out bottom) || !TryDivide(top, bottom, out UInt256 next))
                return false;
            bool isSettled = AreNeighbours(in next, in invariant);
            invariant = next;
            if (isSettled)
                return true;
        }
        return false;
    }

    /// <summary>The invariant as the pools of 2021 reckon it for swaps: the product is built up below the line, and all is rounded up.</summary>
    public static bool TryOlderInvariant(in UInt256 amplification, ReadOnlySpan<UInt256> balances, out UInt256 invariant)
    {
        UInt256 n = (ulong)balances.Length;
        if (!TrySum(balances, out UInt256 sum) || !UInt256.TryMultiply(amplification, n, out UInt256 ann) || ann < Precision)
        {
            invariant = default;
            return false;
        }
        invariant = sum;
        if (!UInt256.TryMultiply(ann, sum, out UInt256 annSum))
            return false;
        UInt256 annLess = UInt256.WrappingSubtract(ann, Precision);
        for (int round = 0; round < MostRounds; round++)
        {
            UInt256 product = UInt256.WrappingMultiply(balances[0], n);
            foreach (UInt256 balance in balances[1..])
                if (!UInt256.TryMultiply(product, balance, out UInt256 above) || !UInt256.TryMultiply(above, n, out above)
                    || !UInt256.TryDivRoundingUp(above, invariant, out product))
                    return false;
            if (!UInt256.TryMultiply(n, invariant, out UInt256 square) || !UInt256.TryMultiply(square, invariant, out square)
                || !UInt256.TryMultiply(annSum, product, out UInt256 top) || !UInt256.TryDivRoundingUp(top, Precision, out top)
                || !UInt256.TryAdd(square, top, out top)
                || !UInt256.TryMultiply(UInt256.WrappingAdd(n, UInt256.One), invariant, out UInt256 bottom)
                || !UInt256.TryMultiply(annLess, product, out UInt256 less)
                || !UInt256.TryAdd(bottom, less / Precision, out bottom)
                || !UInt256.TryDivRoundingUp(top, bottom, out UInt256 next))
                return false;
            bool isSettled = AreNeighbours(in next, in invariant);
            invariant = next;
            if (isSettled)
                return true;
        }
        return false;
    }

    /// <summary>The balance of one token that goes with the invariant and the others, rounded up overall.</summary>
    /// <param name="amplification">With three decimals.</param>
    /// <param name="balances">Every balance; of the one solved for, the present one, which only sets the rounding.</param>
    /// <param name="invariant">Of the state before the swap.</param>
    /// <param name="index">The one solved for.</param>
    /// <param name="balance">Its new balance.</param>
    public static bool TryBalance(
        in UInt256 amplification, ReadOnlySpan<UInt256> balances, in UInt256 invariant, int index, out UInt256 balance)
    {
        UInt256 n = (ulong)balances.Length;
        balance = default;
        if (invariant.IsZero || !UInt256.TryMultiply(amplification, n, out UInt256 ann) || ann.IsZero || !TrySum(balances, out UInt256 sum))
            return false;
        UInt256 product = UInt256.WrappingMultiply(balances[0], n);
        foreach (UInt256 other in balances[1..])
        {
            if (!UInt256.TryMultiply(product, other, out UInt256 above) || !UInt256.TryMultiply(above, n, out above))
                return false;
            product = above / invariant;
        }
        sum = UInt256.WrappingSubtract(sum, balances[index]);
        if (!UInt256.TryMultiply(invariant, invariant, out UInt256 square)
            || !UInt256.TryMultiply(ann, product, out UInt256 below) || !UInt256.TryDivRoundingUp(square, below, out UInt256 c)
            || !UInt256.TryMultiply(c, Precision, out c) || !UInt256.TryMultiply(c, balances[index], out c)
            || !UInt256.TryMultiply(invariant / ann, Precision, out UInt256 b) || !UInt256.TryAdd(sum, b, out b)
            || !UInt256.TryAdd(square, c, out UInt256 top) || !UInt256.TryAdd(invariant, b, out UInt256 bottom)
            || !UInt256.TryDivRoundingUp(top, bottom, out balance))
            return false;
        for (int round = 0; round < MostRounds; round++)
        {
            if (!UInt256.TryMultiply(balance, balance, out top) || !UInt256.TryAdd(top, c, out top)
                || !UInt256.TryMultiply(balance, 2, out bottom) || !UInt256.TryAdd(bottom, b, out bottom)
                || !UInt256.TrySubtract(bottom, invariant, out bottom)
                || !UInt256.TryDivRoundingUp(top, bottom, out UInt256 next))
                return false;
            bool isSettled = AreNeighbours(in next, in balance);
            balance = next;
            if (isSettled)
                return true;
        }
        return false;
    }

    internal static bool AreNeighbours(in UInt256 one, in UInt256 other) =>
        (one > other ? UInt256.WrappingSubtract(one, other) : UInt256.WrappingSubtract(other, one)) <= UInt256.One;

    internal static bool TryDivide(in UInt256 dividend, in UInt256 divisor, out UInt256 quotient)
    {
        quotient = divisor.IsZero ? UInt256.Zero : dividend / divisor;
        return !divisor.IsZero;
    }

    internal static bool TrySum(ReadOnlySpan<UInt256> balances, out UInt256 sum)
    {
        sum = default;
        foreach (UInt256 balance in balances)
            if (!UInt256.TryAdd(sum, balance, out sum))
                return false;
        return true;
    }
}
