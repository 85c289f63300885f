namespace FastRebalance.Execution.Fees;

/// <summary>
/// The tip that would have sufficed in a block: that of the marginal transaction, which is the cheapest one that got in. Among those that
/// touched our own pools where there were any, since that is the queue we stand in, else of the whole block. Pure.
/// </summary>
public static class ClearingTip
{
    /// <param name="baseFeeWei">The block's.</param>
    /// <param name="paid">Its transactions, in any order.</param>
    /// <param name="ignoreBelowWei">Lower tips do not count: builders put in transactions of their own, and some that pay them by other ways.</param>
    /// <param name="tipWei">The tip; zero where there is none.</param>
    /// <returns>Whose tip it is; <see cref="ClearingTipSource.None"/> for a block that says nothing.</returns>
    public static ClearingTipSource OfBlock(ulong baseFeeWei, ReadOnlySpan<PaidTip> paid, ulong ignoreBelowWei, out ulong tipWei)
    {
        ulong lowest = ulong.MaxValue, lowestOfOurs = ulong.MaxValue;
        foreach (PaidTip transaction in paid)
        {
            if (transaction.EffectiveGasPriceWei < baseFeeWei)
                continue; // no such transaction can be mined: not of this block
            ulong tip = transaction.EffectiveGasPriceWei - baseFeeWei;
            if (tip < Math.Max(ignoreBelowWei, 1))
                continue;
            lowest = Math.Min(lowest, tip);
            if (transaction.TouchedOurPools)
                lowestOfOurs = Math.Min(lowestOfOurs, tip);
        }
        tipWei = lowestOfOurs != ulong.MaxValue ? lowestOfOurs : lowest != ulong.MaxValue ? lowest : 0;
        return lowestOfOurs != ulong.MaxValue ? ClearingTipSource.OurPools : lowest != ulong.MaxValue ? ClearingTipSource.Block : ClearingTipSource.None;
    }

    /// <summary>Where no bodies are read: one tip per block as <c>eth_feeHistory</c> tells it; zeros are blocks that say nothing.</summary>
    public static TipDistribution FromHistory(ReadOnlySpan<ulong> tipsWei)
    {
        ulong[] shown = new ulong[tipsWei.Length];
        int count = 0;
        foreach (ulong tip in tipsWei)
            if (tip != 0)
                shown[count++] = tip;
        return new TipDistribution(shown.AsSpan(0, count));
    }
}
