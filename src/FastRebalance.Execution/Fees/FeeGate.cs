using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Fees;

/// <summary>What fees say to an order. Zero is no answer.</summary>
internal enum FeeGateVerdict : byte
{
    None = 0,
    Go,

    /// <summary>Gas is forecast to fall by more than waiting costs.</summary>
    Wait,
    Refused,
}

/// <param name="Verdict">Go, wait, or not at all.</param>
/// <param name="Offer">What is offered, where it goes.</param>
/// <param name="Reason">Why it does not; empty where it goes.</param>
internal readonly record struct FeeGateAnswer(FeeGateVerdict Verdict, FeeQuote Offer, string Reason)
{
    public static FeeGateAnswer No(string reason) => new(FeeGateVerdict.Refused, default, reason);
}

/// <summary>
/// The last word on an order's fees: what may be spent, what is offered, and whether cheaper gas is waited for. Safety orders never wait. Pure but
/// for the budget that it counts; one thread.
/// </summary>
internal sealed class FeeGate(FeeOptions options, FeePolicy policy, BurnBudget budget)
{
    private readonly BaseFeeForecast _forecast = new(options.BaseFee);

    /// <param name="tier">What it trades for.</param>
    /// <param name="tradedWei">Worth of what is traded, in wei; zero where not known.</param>
    /// <param name="gasLimit">Its gas limit.</param>
    /// <param name="facts">The newest head.</param>
    /// <param name="exposureWei">Most that everything out may still cost.</param>
    /// <param name="waitedBlocks">Blocks that it has waited already.</param>
    public FeeGateAnswer Judge(PolicyTier tier, in UInt256 tradedWei, ulong gasLimit, HeadFacts facts, in UInt256 exposureWei, int waitedBlocks)
    {
        if (policy.Quote(facts.NextBaseFeeWei, facts.TipsWei, out FeeQuote market) != FeeVerdict.Quoted)
            return FeeGateAnswer.No($"the next base fee of {facts.NextBaseFeeWei} wei is above the maximum of {policy.MaxFeePerGasWei} wei");
        if (Waits(tier, gasLimit, facts, waitedBlocks))
            return new FeeGateAnswer(FeeGateVerdict.Wait, market, "the base fee is forecast to fall by more than waiting costs");
        if (!TryOffer(tier, in tradedWei, gasLimit, facts, in market, out FeeQuote offer, out RungVerdict rung))
            return FeeGateAnswer.No($"no fee is worth it: {rung}");
        return Cover(in offer, gasLimit, facts, in exposureWei);
    }

    /// <summary>Whether an offer fits the budgets: what it can cost at most, with everything that is out.</summary>
    public FeeGateAnswer Cover(in FeeQuote offer, ulong gasLimit, HeadFacts facts, in UInt256 exposureWei)
    {
        UInt256 cost = (UInt128)offer.MaxFeePerGasWei * gasLimit;
        if (cost > options.Limits.MaxDecisionWei)
            return FeeGateAnswer.No($"it could cost {cost} wei, and {options.Limits.MaxDecisionWei} is the limit of one decision");
        UInt256 most = exposureWei > UInt256.MaxValue - cost ? UInt256.MaxValue : exposureWei + cost;
        return budget.Check(facts.Header.TimestampSeconds, in most) is var burn && burn == BurnVerdict.Within
            ? new FeeGateAnswer(FeeGateVerdict.Go, offer, "")
            : FeeGateAnswer.No($"gas for {most} wei could be burnt, and the budget has no room: {burn}");
    }

    /// <summary>What a mined transaction paid.</summary>
    /// <returns>What was burnt so far, to be kept.</returns>
    public BurnState Burnt(long unixSeconds, in UInt256 wei)
    {
        budget.Burn(unixSeconds, in wei);
        return budget.State;
    }

    private bool Waits(PolicyTier tier, ulong gasLimit, HeadFacts facts, int waitedBlocks)
    {
        int left = options.MaxWaitBlocks - waitedBlocks;
        if (left <= 0 || !EconomicTrade.TryCreate(tier, gasLimit, options.DelayCostPerBlockWei, out EconomicTrade? trade))
            return false;
        Span<ulong> path = stackalloc ulong[Math.Min(left, 64) + 1];
        _forecast.Path(facts.NextBaseFeeWei, facts.Header.GasUsed, facts.Header.GasLimit, path);
        return GasTiming.BlocksToWait(trade, path) > 0;
    }

    // Where nobody says what a trade is worth, it offers what the market asks and is raised if it must be.
    private bool TryOffer(
        PolicyTier tier, in UInt256 tradedWei, ulong gasLimit, HeadFacts facts, in FeeQuote market, out FeeQuote offer, out RungVerdict verdict)
    {
        offer = market;
        bool isValued = tier == PolicyTier.Safety || (options.BenefitBps > 0 && !tradedWei.IsZero);
        RungQuestion question = new()
        {
            Tier = isValued ? tier : PolicyTier.Safety,
            BenefitWei = tradedWei / FeeLimits.AllOfIt * options.BenefitBps,
            GasLimit = gasLimit,
            GasUsed = gasLimit,
        };
        if (!isValued)
        {
            verdict = RungChoice.MostCost(in question, in market) > options.Limits.MaxDecisionWei ? RungVerdict.AboveLimit : RungVerdict.Chosen;
            return verdict == RungVerdict.Chosen;
        }
        FeeQuote[] levels = FeeLadder.Levels(in market, policy.MaxFeePerGasWei, options.BumpPercent);
        ReadOnlySpan<FeeQuote> lowest = levels.AsSpan(0, Math.Min(levels.Length, options.LadderLevels));
        verdict = RungChoice.Choose(in question, lowest, [facts.NextBaseFeeWei], ClearingTip.FromHistory(facts.TipsWei), options.Limits, out int chosen);
        if (verdict == RungVerdict.Chosen)
            offer = lowest[chosen];
        return verdict == RungVerdict.Chosen;
    }
}
