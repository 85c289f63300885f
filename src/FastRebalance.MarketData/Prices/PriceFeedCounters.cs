namespace FastRebalance.MarketData.Prices;

/// <summary>What a price feed has seen. Written by the feed, read by anyone.</summary>
public sealed class PriceFeedCounters
{
    private long _records;
    private long _published;
    private long _conflated;
    private long _older;
    private long _unusable;
    private long _passedOver;
    private long _gaps;
    private long _missed;
    private long _connections;
    private long _losses;

    /// <summary>Quotes taken from the source.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Prices that went into the ring.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Prices that a newer one of the same asset overtook while the ring had no room.</summary>
    public long Conflated => Volatile.Read(ref _conflated);

    /// <summary>Quotes, or packets, dropped because a newer one, or the same, had been taken before.</summary>
    public long Older => Volatile.Read(ref _older);

    /// <summary>What is no quote: damaged, crossed, of another layout.</summary>
    public long Unusable => Volatile.Read(ref _unusable);

    /// <summary>Quotes of symbols that nobody asked for, and messages of other kinds.</summary>
    public long PassedOver => Volatile.Read(ref _passedOver);

    /// <summary>Times that something between was missing.</summary>
    public long Gaps => Volatile.Read(ref _gaps);

    /// <summary>Packets, or records, that were missing then.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>Times that the source was found: connections, sessions, mapped files.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Times that the source was silent for longer than allowed.</summary>
    public long Losses => Volatile.Read(ref _losses);

    // One writer: plain additions, which another thread sees whole.

    internal void CountRecord() => Volatile.Write(ref _records, _records + 1);

    internal void CountPublished() => Volatile.Write(ref _published, _published + 1);

    internal void CountConflated() => Volatile.Write(ref _conflated, _conflated + 1);

    internal void CountOlder() => Volatile.Write(ref _older, _older + 1);

    internal void CountUnusable() => Volatile.Write(ref _unusable, _unusable + 1);

    internal void CountPassedOver() => Volatile.Write(ref _passedOver, _passedOver + 1);

    internal void CountGap(long missed)
    {
        Volatile.Write(ref _gaps, _gaps + 1);
        Volatile.Write(ref _missed, _missed + missed);
    }

    internal void CountConnection() => Volatile.Write(ref _connections, _connections + 1);

    internal void CountLoss() => Volatile.Write(ref _losses, _losses + 1);
}
