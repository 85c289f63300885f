namespace FastRebalance.Execution.Mempool;

/// <summary>The watch's figures at one moment, for reports. Immutable.</summary>
public sealed record MempoolFigures
{
    public long Seen { get; init; }

    public long Duplicates { get; init; }

    public long Replaced { get; init; }

    /// <summary>Kept now.</summary>
    public int Pending { get; init; }

    public long Expired { get; init; }

    /// <summary>Left out for want of room.</summary>
    public long DroppedTransactions { get; init; }

    /// <summary>Transactions that an advice had no room to look at.</summary>
    public long DroppedWork { get; init; }

    /// <summary>Transactions in blocks.</summary>
    public long Mined { get; init; }

    /// <summary>Share of them seen before, 0 to 1.</summary>
    public double Coverage { get; init; }

    /// <summary>The same of the newest block; below 0 before the first.</summary>
    public double LastCoverage { get; init; }

    public long UnknownOwn { get; init; }

    /// <summary>Times that the feed was interrupted or lost something.</summary>
    public long Gaps { get; init; }

    public double GapSeconds { get; init; }

    public long WithEffects { get; init; }

    public long Unreadable { get; init; }

    public long PricePredictions { get; init; }

    /// <summary>Predicted against real price after a block, over the pools that it moved, in base points.</summary>
    public double MeanPriceErrorBps { get; init; }

    public double WorstPriceErrorBps { get; init; }

    public long InclusionPredictions { get; init; }

    /// <summary>Mean squared error of the predicted inclusion: 0 is perfect, 0.25 a coin.</summary>
    public double BrierScore { get; init; }

    /// <summary>Waits after which the trade was cheaper, or not needed.</summary>
    public long SavedWaits { get; init; }

    public long RegrettedWaits { get; init; }

    public long SandwichAttempts { get; init; }

    public long SandwichesRealised { get; init; }

    /// <summary>What they cost, all together, in base points of the swaps concerned.</summary>
    public double RealisedBps { get; init; }

    /// <summary>Swaps of ours played over again.</summary>
    public long Replays { get; init; }

    /// <summary>Those that came out to the unit.</summary>
    public long ExactReplays { get; init; }

    public long Tier0P50Ns { get; init; }

    public long Tier0P99Ns { get; init; }

    public long Tier1P50Ns { get; init; }

    public long Tier1P99Ns { get; init; }

    public long AdviceP50Ns { get; init; }

    public long AdviceP99Ns { get; init; }
}
