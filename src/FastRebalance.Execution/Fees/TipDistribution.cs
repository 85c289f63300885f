namespace FastRebalance.Execution.Fees;

/// <summary>
/// The tips that sufficed in recent blocks, one per block. Answers how likely a tip suffices in the next one. Immutable; no
/// randomness, no floating point.
/// </summary>
public sealed class TipDistribution
{
    private readonly ulong[] _sorted;

    /// <param name="clearingTipsWei">One per block that showed one, in any order; copied.</param>
    public TipDistribution(ReadOnlySpan<ulong> clearingTipsWei)
    {
        _sorted = clearingTipsWei.ToArray();
        Array.Sort(_sorted);
    }

    /// <summary>Blocks that showed a tip.</summary>
    public int Count => _sorted.Length;

    /// <summary>
    /// Chance that a tip suffices in one block: the blocks in which it would have, with half a block for and half against so that few blocks claim
    /// no certainty. Never falls as the tip rises.
    /// </summary>
    /// <returns>In parts of <see cref="LandingOdds.Certain"/>, rounded down; without any block the half.</returns>
    public uint OddsOf(ulong tipWei)
    {
        ulong sufficed = (ulong)CountUpTo(tipWei);
        return (uint)((2 * sufficed + 1) * LandingOdds.Certain / (2 * (ulong)_sorted.Length + 2));
    }

    /// <summary>The lowest tip that sufficed in at least so many percent of the blocks; zero where no block showed one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The percentage is outside 0 to 100.</exception>
    public ulong Percentile(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (_sorted.Length == 0)
            return 0;
        int rank = (_sorted.Length * percent + 99) / 100;
        return _sorted[Math.Max(rank, 1) - 1];
    }

    private int CountUpTo(ulong tipWei)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sorted[middle] <= tipWei)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
