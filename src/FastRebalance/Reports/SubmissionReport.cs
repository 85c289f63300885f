using FastRebalance.Execution;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.Reports;

/// <summary>How orders left: what of it was signed ahead, and what the account did with its nonces.</summary>
public sealed record SubmissionReport
{
    /// <summary>What the account may do at the end: <c>run</c>, <c>drain</c>, <c>suspect</c>, <c>halt</c> or <c>killed</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Orders that left by bytes signed before they were decided.</summary>
    public required long Fired { get; init; }

    public required long Replacements { get; init; }

    public required long Cancels { get; init; }

    /// <summary>The same bytes sent once more.</summary>
    public required long Resends { get; init; }

    /// <summary>Orders that waited for cheaper gas, or because others were about to do their work.</summary>
    public required long Waits { get; init; }

    /// <summary>Null where nothing is signed ahead.</summary>
    public required LadderReport? Ladder { get; init; }

    /// <summary>Null where pending transactions are not watched.</summary>
    public required MempoolFigures? Mempool { get; init; }

    internal static SubmissionReport Of(SubmissionFigures figures) => new()
    {
        Mode = Lower(figures.Mode.ToString()),
        Fired = figures.Fired,
        Replacements = figures.Replacements,
        Cancels = figures.Cancels,
        Resends = figures.Resends,
        Waits = figures.Waits,
        Ladder = figures.Ladder is { } ladder ? LadderReport.Of(ladder, figures.LadderTrouble) : null,
        Mempool = figures.Mempool,
    };

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

/// <summary>What pre-signing was worth.</summary>
/// <param name="Hits">Shots whose very bytes were durable before their trigger.</param>
/// <param name="HitsExact">Of them, the decided amounts to the unit.</param>
/// <param name="HitRatio">Hits over hits and misses; null before the first trigger.</param>
/// <param name="Misses">Triggers without a rung, by the reason.</param>
/// <param name="MeanRegretBps">By how much less was sold than decided, mean over the hits.</param>
/// <param name="MaxRegretBps">And at most.</param>
/// <param name="WastedPerHit">Signatures that were never fired, for each hit; null without one.</param>
/// <param name="Signed">Signatures of fills.</param>
/// <param name="Invalidated">Rungs that an event made wrong.</param>
/// <param name="FullyArmedHeads">Share of heads at which the next nonce had its whole ladder; null before the first.</param>
/// <param name="Rearm">From the start of an arming to its last rung.</param>
/// <param name="RungAge">How long a rung had lain ready when it was fired.</param>
/// <param name="TriggerToFirstByte">By class of hit: from the decision to the first channel's socket.</param>
/// <param name="Trouble">Why nothing was armed when it was last tried; empty where something was.</param>
public sealed record LadderReport(
    long Hits, long HitsExact, double? HitRatio, IReadOnlyDictionary<string, long> Misses, double MeanRegretBps, int MaxRegretBps,
    double? WastedPerHit, long Signed, long Invalidated, double? FullyArmedHeads, LatencyReport Rearm, LatencyReport RungAge,
    IReadOnlyDictionary<string, LatencyReport> TriggerToFirstByte, string Trouble)
{
    internal static LadderReport Of(LadderSnapshot ladder, string trouble) => new(
        ladder.Hits, ladder.HitsExact, ladder.HitRatio, ladder.Misses.ToDictionary(miss => NameOf(miss.Key), miss => miss.Value),
        Math.Round(ladder.MeanRegretBps, 2), ladder.MaxRegretBps, ladder.WastedPerHit, ladder.Signed, ladder.Invalidated, ladder.FullyArmedHeads,
        Times(ladder.Rearm), Times(ladder.RungAge),
        new Dictionary<string, LatencyReport>
        {
            [NameOf(HitClass.HitExact)] = Times(ladder.ExactToFirstByte),
            [NameOf(HitClass.HitBucket)] = Times(ladder.BucketToFirstByte),
        },
        trouble);

    private static LatencyReport Times(LatencyQuantiles times) => new(times.Count, times.P50Ns, times.P99Ns, times.P999Ns, times.MaxNs);

    private static string NameOf(HitClass hit) => char.ToLowerInvariant(hit.ToString()[0]) + hit.ToString()[1..];
}
