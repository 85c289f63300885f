namespace FastRebalance.Core.Events;

/// <summary>
/// A pool position of the desk as the chain has it at the end of a block, in base units, the pool's first asset first. A range of ticks with its
/// liquidity, or without ticks a share of a constant product.
/// </summary>
public struct PoolPosition
{
    /// <summary>The pool's own L: of the range, or √(amount 0 · amount 1) of the share, rounded down.</summary>
    public UInt128 Liquidity;

    /// <summary>What withdrawing all of it would pay at the pool's price, rounded down; without <see cref="Owed0"/>.</summary>
    public UInt128 Amount0;

    /// <inheritdoc cref="Amount0"/>
    public UInt128 Amount1;

    /// <summary>Withdrawn or earned, and not collected yet, fees counted up to this block.</summary>
    public UInt128 Owed0;

    /// <inheritdoc cref="Owed0"/>
    public UInt128 Owed1;

    public int TickLower;

    /// <summary>Above the lower; both are 0 for a share, and for a position that was never read.</summary>
    public int TickUpper;

    /// <summary>It is no more, or was never: all else is zero.</summary>
    public bool IsClosed;

    public readonly bool IsRange => TickUpper > TickLower;
}
