using FastRebalance.Amm.Balancer;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.CurveFinance;

/// <summary>
/// The invariant of a Curve pool of plain coins and its solution for one of them, in checked 256-bit integers, every division rounded down.
/// Older pools count the amplification in ones (precision 1), later ones in hundredths (precision 100). False stands for the contract's revert.
/// </summary>
internal static class StableSwapMath
{
    private const int MostRounds = 255;

    /// <param name="amplification">As the contract multiplies it by the number of coins, in parts of the precision.</param>
    /// <param name="precision">1 or 100.</param>
    /// <param name="balances">Scaled to 18 decimals.</param>
    /// <param name="invariant">The invariant.</param>
    public static bool TryInvariant(
        in UInt256 amplification, uint precision, ReadOnlySpan<UInt256> balances, out UInt256 invariant)
    {
        UInt256 n = (ulong)balances.Length;
        UInt256 parts = precision;
        if (!StableMath.TrySum(balances, out invariant) || !UInt256.TryMultiply(amplification, n, out UInt256 ann)
            || !UInt256.TrySubtract(ann, parts, out UInt256 annLess) || !UInt256.TryMultiply(ann, invariant, out UInt256 annSum))
            return false;
        annSum = annSum / parts;
        for (int round = 0; round < MostRounds; round++)
        {
            UInt256 product = invariant;
            foreach (UInt256 balance in balances)
                if (!UInt256.TryMultiply(product, invariant, out UInt256 above)
                    || !UInt256.TryMultiply(balance, n, out UInt256 below) || !StableMath.TryDivide(above, below, out product))
                    return false;
            if (!UInt256.TryMultiply(product, n, out UInt256 grown) || !UInt256.TryAdd(annSum, grown, out UInt256 top)
                || !UInt256.TryMultiply(top, invariant, out top)
                || !UInt256.TryMultiply(annLess, invariant, out UInt256 bottom)
                || !UInt256.TryMultiply(product, UInt256.WrappingAdd(n, UInt256.One), out grown)
                || !UInt256.TryAdd(bottom / parts, grown, out bottom) || !StableMath.TryDivide(top, bottom, out UInt256 next))
                return false;
            bool isSettled = StableMath.AreNeighbours(in next, in invariant);
            invariant = next;
            if (isSettled)
                return true;
        }
        return false;
    }

    /// <summary>
    /// What the pool must hold of coin <paramref name="buy"/> once it holds <paramref name="held"/> of coin <paramref name="sell"/>.
    /// </summary>
    /// <param name="amplification">As for <see cref="TryInvariant"/>.</param>
    /// <param name="precision">1 or 100.</param>
    /// <param name="balances">Scaled to 18 decimals, before the swap.</param>
    /// <param name="invariant">Of the state before the swap.</param>
    /// <param name="sell">The coin whose balance is given.</param>
    /// <param name="held">Its new balance.</param>
    /// <param name="buy">The coin solved for.</param>
    /// <param name="balance">Its new balance.</param>
    public static bool TryBalance(
        in UInt256 amplification, uint precision, ReadOnlySpan<UInt256> balances, in UInt256 invariant,
        int sell, in UInt256 held, int buy, out UInt256 balance)
    {
        UInt256 n = (ulong)balances.Length;
        UInt256 c = invariant;
        UInt256 sum = UInt256.Zero;
        balance = invariant;
        if (!UInt256.TryMultiply(amplification, n, out UInt256 ann) || ann.IsZero)
            return false;
        for (int i = 0; i < balances.Length; i++)
        {
            if (i == buy)
                continue;
            UInt256 other = i == sell ? held : balances[i];
            if (!UInt256.TryAdd(sum, other, out sum) || !UInt256.TryMultiply(c, invariant, out c)
                || !UInt256.TryMultiply(other, n, out UInt256 below) || !StableMath.TryDivide(c, below, out c))
                return false;
        }
        if (!UInt256.TryMultiply(c, invariant, out c) || !UInt256.TryMultiply(c, precision, out c)
            || !UInt256.TryMultiply(ann, n, out UInt256 annN)
            || !UInt256.TryMultiply(invariant, precision, out UInt256 b) || !UInt256.TryAdd(sum, b / ann, out b))
            return false;
        c = c / annN;
        for (int round = 0; round < MostRounds; round++)
        {
            if (!UInt256.TryMultiply(balance, balance, out UInt256 top) || !UInt256.TryAdd(top, c, out top)
                || !UInt256.TryMultiply(balance, 2, out UInt256 bottom) || !UInt256.TryAdd(bottom, b, out bottom)
                || !UInt256.TrySubtract(bottom, invariant, out bottom) || !StableMath.TryDivide(top, bottom, out UInt256 next))
                return false;
            bool isSettled = StableMath.AreNeighbours(in next, in balance);
            balance = next;
            if (isSettled)
                return true;
        }
        return false;
    }
}
