using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// A position in a concentrated pool as Uniswap's position manager keeps its books: liquidity of a range, the fee growth that was last
/// counted, and what is owed but not collected. Exact integers; a struct that its owner keeps, and nothing is allocated.
/// </summary>
/// <remarks>
/// The pool itself keeps one position for all of the manager's tokens of one range, and rounds its own: a collection can pay a few units
/// less than is owed here, and the manager writes off the difference as we do.
/// </remarks>
/// <param name="tickLower">Where the range begins.</param>
/// <param name="tickUpper">Where it ends; above the lower.</param>
/// <exception cref="ArgumentException">The range is none.</exception>
public struct LiquidityPosition(int tickLower, int tickUpper)
{
    private FeeGrowth _counted;

    public int TickLower { get; } = RangeAmounts.IsRange(tickLower, tickUpper)
        ? tickLower
        : throw new ArgumentException($"a range of ticks must rise and stay on the scale, found {tickLower}..{tickUpper}");

    public int TickUpper { get; } = tickUpper;

    public UInt128 Liquidity { get; private set; }

    /// <summary>Growth inside the range when fees were last counted.</summary>
    public readonly FeeGrowth Counted => _counted;

    /// <summary>Withdrawn or earned, and not collected yet.</summary>
    public UInt128 Owed0 { get; private set; }

    /// <inheritdoc cref="Owed0"/>
    public UInt128 Owed1 { get; private set; }

    /// <summary>A position as the chain tells it: the words of <c>positions(uint256)</c>.</summary>
    public static LiquidityPosition Of(
        int tickLower, int tickUpper, UInt128 liquidity, in FeeGrowth counted, UInt128 owed0, UInt128 owed1) =>
        new(tickLower, tickUpper) { Liquidity = liquidity, _counted = counted, Owed0 = owed0, Owed1 = owed1 };

    /// <summary>What withdrawing all of it would pay at a price, rounded down; without fees.</summary>
    public readonly TokenAmounts AmountsAt(in UInt256 sqrtPriceX96)
    {
        RangeAmounts.TryPaidBy(in sqrtPriceX96, TickLower, TickUpper, Liquidity, out TokenAmounts amounts);
        return amounts;
    }

    /// <summary>All that is owed once fees are counted up to <paramref name="inside"/>, the growth in its range.</summary>
    public readonly (UInt128 Owed0, UInt128 Owed1) OwedAt(in FeeGrowth inside)
    {
        (UInt128 fees0, UInt128 fees1) = inside.Since(in _counted).Of(Liquidity);
        return unchecked((Owed0 + fees0, Owed1 + fees1)); // wraps with the contract; nobody owes 2^128
    }

    /// <summary>Counts fees up to <paramref name="inside"/>; the contract does so before every change.</summary>
    public void Count(in FeeGrowth inside)
    {
        (Owed0, Owed1) = OwedAt(in inside);
        _counted = inside;
    }

    /// <summary>More liquidity, from the next fee on.</summary>
    /// <returns>False, and nothing changed, where the sum leaves 128 bits.</returns>
    public bool TryAdd(UInt128 liquidity, in FeeGrowth inside)
    {
        if (UInt128.MaxValue - Liquidity < liquidity)
            return false;
        Count(in inside);
        Liquidity += liquidity;
        return true;
    }

    /// <summary>Less liquidity: what it was made of, rounded down, is owed from now on.</summary>
    /// <returns>False, and nothing changed, where there is less than that.</returns>
    public bool TryRemove(UInt128 liquidity, in FeeGrowth inside, in UInt256 sqrtPriceX96, out TokenAmounts paid)
    {
        paid = default;
        if (liquidity > Liquidity || !RangeAmounts.TryPaidBy(in sqrtPriceX96, TickLower, TickUpper, liquidity, out paid))
            return false;
        Count(in inside);
        Liquidity -= liquidity;
        Owed0 = unchecked(Owed0 + Low(paid.Amount0));
        Owed1 = unchecked(Owed1 + Low(paid.Amount1));
        return true;
    }

    /// <summary>Pays out what is owed, up to the given amounts.</summary>
    public TokenAmounts Collect(in FeeGrowth inside, UInt128 most0, UInt128 most1)
    {
        // The manager asks the pool for fees only where there is liquidity to earn them.
        if (Liquidity > 0)
            Count(in inside);
        TokenAmounts paid = new(UInt128.Min(Owed0, most0), UInt128.Min(Owed1, most1));
        Owed0 -= Low(paid.Amount0);
        Owed1 -= Low(paid.Amount1);
        return paid;
    }

    private static UInt128 Low(in UInt256 amount) => new(amount.Limb1, amount.Limb0);
}
