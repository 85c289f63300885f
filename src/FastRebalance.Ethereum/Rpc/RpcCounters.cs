namespace FastRebalance.Ethereum.Rpc;

/// <summary>What went wrong on the wire without hurting a caller. Counted up by the reading threads, read by anyone.</summary>
public sealed class RpcCounters
{
    private long _unmatchedReplies;
    private long _malformedReplies;
    private long _unmatchedNotifications;
    private long _timeouts;
    private long _connectionsLost;

    /// <summary>Replies with an id that nobody waits for: unknown, duplicate, late, or not a number.</summary>
    public long UnmatchedReplies => Interlocked.Read(ref _unmatchedReplies);

    /// <summary>Messages that are JSON but no JSON-RPC: both result and error, neither, an error that is no object.</summary>
    public long MalformedReplies => Interlocked.Read(ref _malformedReplies);

    /// <summary>Notifications of a subscription that is not, or no longer, ours.</summary>
    public long UnmatchedNotifications => Interlocked.Read(ref _unmatchedNotifications);

    public long Timeouts => Interlocked.Read(ref _timeouts);

    public long ConnectionsLost => Interlocked.Read(ref _connectionsLost);

    internal void CountUnmatchedReply() => Interlocked.Increment(ref _unmatchedReplies);

    internal void CountMalformedReply() => Interlocked.Increment(ref _malformedReplies);

    internal void CountUnmatchedNotification() => Interlocked.Increment(ref _unmatchedNotifications);

    internal void CountTimeout() => Interlocked.Increment(ref _timeouts);

    internal void CountConnectionLost() => Interlocked.Increment(ref _connectionsLost);
}
