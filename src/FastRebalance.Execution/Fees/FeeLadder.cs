namespace FastRebalance.Execution.Fees;

/// <summary>
/// Fee levels of which each may take the place of any below it: every level is the one before, bumped on both fields and rounded up. Pure.
/// </summary>
/// <remarks>
/// With 13 % that holds on geth, reth, besu, erigon, nethermind and OpenEthereum. A nethermind revision that compares what is paid in effect, base fee
/// included, asks for more than a bump of both fields while the base fee is far above the tip: there a higher level may be refused, and the lower one stays.
/// </remarks>
public static class FeeLadder
{
    /// <summary>Levels are never more than this: from one wei to 2^64 in steps of 13 %, and some.</summary>
    public const int MostLevels = 400;

    /// <summary>All levels from one to a budget.</summary>
    /// <param name="from">The lowest level.</param>
    /// <param name="maxFeePerGasWei">No level's cap is above this.</param>
    /// <param name="bumpPercent">The step, 1 to 1000 percent.</param>
    /// <returns>Lowest first; empty where the lowest is above the budget already.</returns>
    public static FeeQuote[] Levels(in FeeQuote from, ulong maxFeePerGasWei, int bumpPercent = FeePolicy.UsualBumpPercent)
    {
        Span<FeeQuote> levels = stackalloc FeeQuote[MostLevels];
        return levels[..Levels(in from, maxFeePerGasWei, bumpPercent, levels)].ToArray();
    }

    /// <inheritdoc cref="Levels(in FeeQuote, ulong, int)"/>
    /// <param name="levels">Filled from the front until the budget or the room is used up; allocates nothing.</param>
    /// <returns>How many were written.</returns>
    public static int Levels(in FeeQuote from, ulong maxFeePerGasWei, int bumpPercent, Span<FeeQuote> levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bumpPercent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bumpPercent, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from.TipWei, from.MaxFeePerGasWei, nameof(from));
        int count = 0;
        FeeQuote level = from;
        while (count < levels.Length && level.MaxFeePerGasWei <= maxFeePerGasWei)
        {
            levels[count++] = level;
            if (!TryBump(level, bumpPercent, out level))
                break;
        }
        return count;
    }

    private static bool TryBump(FeeQuote level, int percent, out FeeQuote next)
    {
        UInt128 cap = FeePolicy.Bump(level.MaxFeePerGasWei, percent);
        next = cap > ulong.MaxValue ? level : new FeeQuote((ulong)cap, (ulong)FeePolicy.Bump(level.TipWei, percent));
        return cap <= ulong.MaxValue;
    }
}
