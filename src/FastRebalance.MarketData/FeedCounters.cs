namespace FastRebalance.MarketData;

/// <summary>What a chain feed has seen. Written by the feed, read by anyone.</summary>
public sealed class FeedCounters
{
    private long _heads;
    private long _poolEvents;
    private long _mismatches;
    private long _gaps;
    private long _reorgs;
    private long _snapshots;
    private long _failedSnapshots;
    private long _losses;
    private long _unsteady;

    /// <summary>Heads published.</summary>
    public long Heads => Interlocked.Read(ref _heads);

    /// <summary>Pool events read from logs.</summary>
    public long PoolEvents => Interlocked.Read(ref _poolEvents);

    /// <summary>Pools, or lending markets, whose copy differed from the chain at the same block, and was read anew.</summary>
    public long Mismatches => Interlocked.Read(ref _mismatches);

    /// <summary>Times that heads were missing and the blocks in between were fetched.</summary>
    public long Gaps => Interlocked.Read(ref _gaps);

    /// <summary>Heads that did not descend from the one before; everything was read anew.</summary>
    public long Reorgs => Interlocked.Read(ref _reorgs);

    /// <summary>Times that all pools were read whole.</summary>
    public long Snapshots => Interlocked.Read(ref _snapshots);

    /// <summary>Pools that could not be read whole; they stay out of trade until they can.</summary>
    public long FailedSnapshots => Interlocked.Read(ref _failedSnapshots);

    /// <summary>Times that the source was lost.</summary>
    public long Losses => Interlocked.Read(ref _losses);

    /// <summary>Times that the node contradicted the copies of a block and, asked again, did not.</summary>
    public long Unsteady => Interlocked.Read(ref _unsteady);

    internal void CountHead() => Interlocked.Increment(ref _heads);

    internal void CountPoolEvent() => Interlocked.Increment(ref _poolEvents);

    internal void CountMismatch() => Interlocked.Increment(ref _mismatches);

    internal void CountGap() => Interlocked.Increment(ref _gaps);

    internal void CountReorg() => Interlocked.Increment(ref _reorgs);

    internal void CountSnapshot() => Interlocked.Increment(ref _snapshots);

    internal void CountFailedSnapshot() => Interlocked.Increment(ref _failedSnapshots);

    internal void CountLoss() => Interlocked.Increment(ref _losses);

    internal void CountUnsteady() => Interlocked.Increment(ref _unsteady);
}
