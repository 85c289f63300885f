namespace FastRebalance.Execution.Fees;

/// <summary>
/// Chance that a transaction is in a block before its deadline, from the tips that sufficed lately. Never falls as the tip, the cap or the time
/// rises. Blocks are taken as independent of each other, which flatters long deadlines. Pure; no floating point.
/// </summary>
public static class LandingOdds
{
    /// <summary>A certain event; chances are in parts of it.</summary>
    public const uint Certain = 1_000_000_000;

    /// <param name="fees">What is offered.</param>
    /// <param name="baseFeesWei">What each block up to the deadline is expected to ask, the next one first.</param>
    /// <param name="tips">What sufficed lately.</param>
    /// <returns>In parts of <see cref="Certain"/>, rounded down; zero without a block to land in.</returns>
    public static uint Of(in FeeQuote fees, ReadOnlySpan<ulong> baseFeesWei, TipDistribution tips)
    {
        ulong miss = Certain;
        foreach (ulong baseFee in baseFeesWei)
            miss = (miss * (Certain - InOne(fees, baseFee, tips)) + (Certain - 1)) / Certain;
        return Certain - (uint)miss;
    }

    // A cap below the base fee keeps a transaction out of a block whatever its tip; above, what it leaves bounds the tip.
    private static uint InOne(in FeeQuote fees, ulong baseFeeWei, TipDistribution tips) =>
        fees.MaxFeePerGasWei < baseFeeWei ? 0 : tips.OddsOf(Math.Min(fees.TipWei, fees.MaxFeePerGasWei - baseFeeWei));
}
