using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Solidly;

/// <summary>
/// The invariant <c>x^3 y + x y^3</c> of a stable pool in checked 256-bit integers with 18 decimals, every division rounded down, as
/// Aerodrome's <c>Pool.sol</c> works it out. False stands for the contract's revert.
/// </summary>
internal static class SolidlyMath
{
    private const int MostRounds = 255;

    private static readonly UInt256 Unit = UInt256.PowerOfTen(18);

    /// <param name="x">With 18 decimals.</param>
    /// <param name="y">With 18 decimals.</param>
    /// <param name="k">The invariant.</param>
    public static bool TryInvariant(in UInt256 x, in UInt256 y, out UInt256 k)
    {
        k = default;
        return TryProduct(in x, in y, out UInt256 product) && TryProduct(in x, in x, out UInt256 squareX)
            && TryProduct(in y, in y, out UInt256 squareY) && UInt256.TryAdd(squareX, squareY, out UInt256 squares)
            && TryProduct(in product, in squares, out k);
    }

    /// <summary>The contract's Newton iteration for what the pool must hold of one token once it holds <paramref name="x"/> of the other.</summary>
    /// <param name="x">New reserve of the one, with 18 decimals.</param>
    /// <param name="k">The invariant to keep.</param>
    /// <param name="y">The other's reserve to start from.</param>
    /// <param name="lift0">
    /// What lifts the pool's first token to 18 decimals. In one corner the contract lifts reserves that it had lifted before, the given one as
    /// if it were the first token's, whatever the direction; there a pool with other decimals than 18 ends, or reverts, differently. 1 for none.
    /// </param>
    /// <param name="lift1">Likewise of the second token.</param>
    /// <param name="solved">The other's new reserve.</param>
    public static bool TryReserve(
        in UInt256 x, in UInt256 k, in UInt256 y, in UInt256 lift0, in UInt256 lift1, out UInt256 solved)
    {
        solved = y;
        for (int round = 0; round < MostRounds; round++)
        {
            if (!TryStep(in x, in k, in solved, out UInt256 here, out UInt256 step))
                return false;
            bool isBelow = here < k;
            if (step.IsZero)
            {
                if (isBelow ? !TryEndBelow(in x, in k, in lift0, in lift1, ref solved, out bool isEnd)
                    : !TryEndAbove(in x, in k, in here, in solved, out isEnd))
                    return false;
                if (isEnd)
                    return true;
                step = UInt256.One;
            }
            if (isBelow ? !UInt256.TryAdd(solved, step, out solved) : !UInt256.TrySubtract(solved, step, out solved))
                return false;
        }
        return false;
    }

    /// <summary>One step of the iteration: the invariant at a guess, and by how much the guess is off at its slope.</summary>
    public static bool TryStep(in UInt256 x, in UInt256 k, in UInt256 y, out UInt256 here, out UInt256 step)
    {
        step = default;
        if (!TryInvariant(in x, in y, out here) || !TrySlope(in x, in y, out UInt256 slope) || slope.IsZero)
            return false;
        UInt256 missed = here < k ? UInt256.WrappingSubtract(k, here) : UInt256.WrappingSubtract(here, k);
        if (!UInt256.TryMultiply(missed, Unit, out UInt256 scaled))
            return false;
        step = scaled / slope;
        return true;
    }

    // No closer answer than one more, if that one is enough by the contract's measure.
    private static bool TryEndBelow(
        in UInt256 x, in UInt256 k, in UInt256 lift0, in UInt256 lift1, ref UInt256 y, out bool isEnd)
    {
        isEnd = false;
        if (!UInt256.TryAdd(y, UInt256.One, out UInt256 more) || !UInt256.TryMultiply(x, lift0, out UInt256 liftedX)
            || !UInt256.TryMultiply(more, lift1, out UInt256 liftedY) || !TryMultiplyUnit(in x, in more)
            || !TryInvariant(in liftedX, in liftedY, out UInt256 measured))
            return false;
        isEnd = measured > k;
        if (isEnd)
            y = more;
        return true;
    }

    private static bool TryEndAbove(in UInt256 x, in UInt256 k, in UInt256 here, in UInt256 y, out bool isEnd)
    {
        isEnd = here == k;
        if (isEnd)
            return true;
        if (!UInt256.TrySubtract(y, UInt256.One, out UInt256 less) || !TryInvariant(in x, in less, out UInt256 there))
            return false;
        isEnd = there < k;
        return true;
    }

    // The contract multiplies by 10^18 before it divides by the token's unit.
    private static bool TryMultiplyUnit(in UInt256 x, in UInt256 y) =>
        UInt256.TryMultiply(x, Unit, out _) && UInt256.TryMultiply(y, Unit, out _);

    // 3 x y^2 + x^3
    private static bool TrySlope(in UInt256 x, in UInt256 y, out UInt256 slope)
    {
        slope = default;
        return UInt256.TryMultiply(x, 3, out UInt256 triple) && TryProduct(in y, in y, out UInt256 squareY)
            && TryProduct(in triple, in squareY, out UInt256 first)
            && TryProduct(in x, in x, out UInt256 squareX) && TryProduct(in squareX, in x, out UInt256 cube)
            && UInt256.TryAdd(first, cube, out slope);
    }

    private static bool TryProduct(in UInt256 left, in UInt256 right, out UInt256 product)
    {
        bool fits = UInt256.TryMultiply(left, right, out product);
        product = product / Unit;
        return fits;
    }
}
