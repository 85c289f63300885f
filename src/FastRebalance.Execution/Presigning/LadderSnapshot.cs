namespace FastRebalance.Execution.Presigning;

/// <summary>How pre-signing did so far, for reports.</summary>
public sealed record LadderSnapshot
{
    /// <summary>Shots whose very bytes were durable before their trigger.</summary>
    public required long Hits { get; init; }

    /// <summary>Of them, the decided amounts to the unit.</summary>
    public required long HitsExact { get; init; }

    /// <summary>Shots that left and do not count: armed while the trigger waited, or not found in the ledger.</summary>
    public required long Uncounted { get; init; }

    /// <summary>Answers without a rung, by reason.</summary>
    public required IReadOnlyDictionary<HitClass, long> Misses { get; init; }

    /// <summary>Hits over hits and misses; null before the first trigger.</summary>
    public required double? HitRatio { get; init; }

    /// <summary>Mean of the hits' regret.</summary>
    public required double MeanRegretBps { get; init; }

    public required int MaxRegretBps { get; init; }

    /// <summary>Signatures of fills that were never fired, for each hit; null without one.</summary>
    public required double? WastedPerHit { get; init; }

    /// <summary>Signatures of fills.</summary>
    public required long Signed { get; init; }

    /// <summary>Rungs killed by events.</summary>
    public required long Invalidated { get; init; }

    /// <summary>Share of heads at which the next slot had its whole ladder; null before the first head.</summary>
    public required double? FullyArmedHeads { get; init; }

    public required LatencyQuantiles RungAge { get; init; }

    /// <summary>From the start of an arming to its last rung.</summary>
    public required LatencyQuantiles Rearm { get; init; }

    public required LatencyQuantiles ExactToFirstByte { get; init; }

    public required LatencyQuantiles BucketToFirstByte { get; init; }

    public required LatencyQuantiles ToMiss { get; init; }
}
