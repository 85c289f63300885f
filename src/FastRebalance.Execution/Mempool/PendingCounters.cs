namespace FastRebalance.Execution.Mempool;

/// <summary>What the pending pool has counted since its start. One writer, its owner.</summary>
public sealed class PendingCounters
{
    public long Seen { get; internal set; }

    public long Duplicates { get; internal set; }

    public long Replaced { get; internal set; }

    public long Underpriced { get; internal set; }

    public long Stale { get; internal set; }

    public long Expired { get; internal set; }

    /// <summary>Left out for want of room, the least valuable first.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Transactions of ours that the submitter did not know.</summary>
    public long UnknownOwn { get; internal set; }

    /// <summary>Transactions of all blocks told.</summary>
    public long Mined { get; internal set; }

    /// <summary>Those of them that had been seen pending.</summary>
    public long MinedSeen { get; internal set; }

    /// <summary>Executable transactions with effects that an answer had no room for.</summary>
    public long DroppedWork { get; internal set; }

    /// <summary>Of the newest block that held any transaction: the share seen before, 0 to 1; below 0 before the first.</summary>
    public double LastCoverage { get; internal set; } = -1;

    /// <summary>The same over all blocks.</summary>
    public double Coverage => Mined == 0 ? 0 : MinedSeen / (double)Mined;
}
