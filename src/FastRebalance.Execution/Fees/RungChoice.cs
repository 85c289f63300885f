using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Fees;

/// <summary>
/// Chooses among a ladder's levels. An economic trade takes the one with the most expected gain, chance times benefit less cost; a safety
/// trade the likeliest within its limit. Of equals the cheaper. Pure, integers only: the chance's product rounds down, the cost up.
/// </summary>
public static class RungChoice
{
    /// <param name="question">What it depends on.</param>
    /// <param name="levels">Lowest first, as <see cref="FeeLadder"/> makes them.</param>
    /// <param name="baseFeesWei">What each block up to the deadline is expected to ask, the next one first.</param>
    /// <param name="tips">What sufficed lately.</param>
    /// <param name="limits">What may be spent.</param>
    /// <param name="chosen">Index of the level; -1 where none was.</param>
    public static RungVerdict Choose(
        in RungQuestion question, ReadOnlySpan<FeeQuote> levels, ReadOnlySpan<ulong> baseFeesWei, TipDistribution tips, FeeLimits limits, out int chosen)
    {
        chosen = -1;
        if (levels.IsEmpty)
            return RungVerdict.NoLevels;
        // Safety is not measured by what it brings in, so a share of that is no limit to it.
        UInt256 limit = question.Tier == PolicyTier.Safety ? limits.MaxDecisionWei : limits.OfDecision(question.BenefitWei);
        if (MostCost(in question, in levels[0]) > limit)
            return RungVerdict.AboveLimit;
        chosen = question.Tier == PolicyTier.Safety
            ? Likeliest(in question, levels, baseFeesWei, tips, in limit)
            : MostGaining(in question, levels, baseFeesWei, tips, in limit);
        return chosen < 0 ? RungVerdict.NothingPays : RungVerdict.Chosen;
    }

    /// <summary>Most that a level can cost: its cap on all of its gas.</summary>
    public static UInt256 MostCost(in RungQuestion question, in FeeQuote level) => (UInt128)level.MaxFeePerGasWei * question.GasLimit;

    private static int Likeliest(
        in RungQuestion question, ReadOnlySpan<FeeQuote> levels, ReadOnlySpan<ulong> baseFeesWei, TipDistribution tips, in UInt256 limit)
    {
        int best = -1;
        uint bestOdds = 0;
        for (int i = 0; i < levels.Length && MostCost(in question, in levels[i]) <= limit; i++)
        {
            uint odds = LandingOdds.Of(in levels[i], baseFeesWei, tips);
            if (best >= 0 && odds <= bestOdds)
                continue;
            best = i;
            bestOdds = odds;
        }
        return best;
    }

    private static int MostGaining(
        in RungQuestion question, ReadOnlySpan<FeeQuote> levels, ReadOnlySpan<ulong> baseFeesWei, TipDistribution tips, in UInt256 limit)
    {
        int best = -1;
        UInt256 bestGain = UInt256.Zero;
        for (int i = 0; i < levels.Length && MostCost(in question, in levels[i]) <= limit; i++)
        {
            uint odds = LandingOdds.Of(in levels[i], baseFeesWei, tips);
            UInt256 income = Part(question.BenefitWei, odds, roundUp: false);
            UInt256 cost = ExpectedCost(in question, in levels[i], baseFeesWei);
            if (question.PaysOnlyWhenLanded)
                cost = Part(in cost, odds, roundUp: true);
            // Nothing gained is nothing to trade for.
            if (income <= cost || income - cost <= bestGain)
                continue;
            best = i;
            bestGain = income - cost;
        }
        return best;
    }

    // At the next block's base fee: where it lands later it pays that block's, and the cap bounds both.
    private static UInt256 ExpectedCost(in RungQuestion question, in FeeQuote level, ReadOnlySpan<ulong> baseFeesWei)
    {
        UInt128 price = baseFeesWei.IsEmpty ? level.MaxFeePerGasWei : UInt128.Min((UInt128)baseFeesWei[0] + level.TipWei, level.MaxFeePerGasWei);
        return price * question.GasUsed;
    }

    // Piece by piece, so that an amount near 2^256 does not wrap.
    private static UInt256 Part(in UInt256 amount, uint odds, bool roundUp)
    {
        UInt256 whole = amount / LandingOdds.Certain;
        UInt256 rest = (amount - whole * LandingOdds.Certain) * odds;
        UInt256 up = roundUp ? LandingOdds.Certain - 1 : 0;
        return whole * odds + (rest + up) / LandingOdds.Certain;
    }
}
