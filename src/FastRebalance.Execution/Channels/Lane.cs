using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;

namespace FastRebalance.Execution.Channels;

/// <summary>
/// One channel with what keeps it from holding up the others: a time limit of its own, and a bound on the transactions that wait for its answer.
/// One that accepts and never answers fills its own places and no more. Counted; the figures may be read by any thread.
/// </summary>
public sealed class Lane
{
    private readonly ISubmitChannel _channel;
    private readonly TimeSpan _timeout;
    private readonly int _places;
    private readonly LatencyHistogram _latency = new(significantDigits: 2);
    private readonly Lock _recording = new();
    private int _waiting;
    private long _sent;
    private long _unknown;
    private long _full;
    private long _cancelsAsked;
    private long _cancelsTold;

    internal Lane(ISubmitChannel channel, TimeSpan timeout, int places)
    {
        _channel = channel;
        _timeout = timeout;
        _places = places;
    }

    public string Name => _channel.Name;

    public LaneClass Class => _channel.Class;

    /// <summary>What the channel itself counts.</summary>
    public IEnumerable<(string Name, long Value)> Counts => _channel is IChannelCounts counted ? counted.Counts : [];

    /// <summary>Transactions handed to the channel.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Of those, the ones without a usable answer.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>Transactions that were not handed over, since every place was taken.</summary>
    public long Full => Interlocked.Read(ref _full);

    /// <summary>Fills that the channel was asked to forget.</summary>
    public long CancelsAsked => Interlocked.Read(ref _cancelsAsked);

    /// <summary>Of those, the ones where it said that it was told. Proves nothing of what stands in a bid already.</summary>
    public long CancelsTold => Interlocked.Read(ref _cancelsTold);

    /// <summary>Transactions that wait for an answer now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>From handing over to the answer, whatever it was.</summary>
    public LatencyHistogram Latency => _latency;

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"{Name}: {Sent} sent, {Unknown} without an answer, {Full} not taken on; answers p50 {Latency.PercentileNs(50) / 1000} us, "
        + $"p99 {Latency.PercentileNs(99) / 1000} us{(CancelsAsked == 0 ? "" : $"; {CancelsTold} of {CancelsAsked} private cancels told")}{string.Concat(Counts.Where(count => count.Value != 0).Select(count => $"; {count.Value} {count.Name}"))}";

    internal bool IsDry => _channel.Class == LaneClass.Dry;

    internal bool CanSendBehind => _channel is ISendsBehind;

    /// <summary>Hands over one transaction; never throws, and always ends within the time limit.</summary>
    /// <param name="raw">Ours.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="behind">What ours shall follow, for a channel that can do that; empty for nothing.</param>
    /// <param name="stop">Gives up at once.</param>
    internal Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, ReadOnlyMemory<byte> behind, CancellationToken stop)
    {
        if (Interlocked.Increment(ref _waiting) > _places)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _full);
            return Task.FromResult(new ChannelAnswer(AnswerClass.NotSent, $"{Name} still owes {_places} answers"));
        }
        Interlocked.Increment(ref _sent);
        return WaitAsync(raw, hash, behind, stop);
    }

    /// <summary>Asks a channel that can to forget a transaction; returns at once, never throws.</summary>
    internal void CancelPrivately(Hash32 hash, CancellationToken stop)
    {
        if (_channel is not ICancelsPrivately canceller)
            return;
        Interlocked.Increment(ref _cancelsAsked);
        _ = Task.Run(() => CancelAsync(canceller, hash, stop), CancellationToken.None);
    }

    internal void OnHead(ulong number, long timestampSeconds) => (_channel as IFollowsHeads)?.OnHead(number, timestampSeconds);

    private async Task CancelAsync(ICancelsPrivately canceller, Hash32 hash, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_timeout);
        try
        {
            ChannelAnswer answer = await canceller.CancelAsync(hash, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            if (answer.Class == AnswerClass.Accepted)
                Interlocked.Increment(ref _cancelsTold);
        }
        catch (Exception)
        {
            // Late, or broken against its promise: asked and not told, which the counts show.
        }
    }

    // The edge of a channel's I/O: whatever it throws against its promise, the bytes may be out.
    private async Task<ChannelAnswer> WaitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, ReadOnlyMemory<byte> behind, CancellationToken stop)
    {
        long started = MonotonicClock.NowNs;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_timeout);
        ChannelAnswer answer;
        try
        {
            Task<ChannelAnswer> submitting = !behind.IsEmpty && _channel is ISendsBehind follower
                ? follower.SubmitBehindAsync(behind, raw, hash, limit.Token)
                : _channel.SubmitAsync(raw, hash, limit.Token);
            answer = await submitting.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            answer = new ChannelAnswer(AnswerClass.Unknown, $"{Name} did not answer in time");
        }
        catch (Exception broken)
        {
            answer = new ChannelAnswer(AnswerClass.Unknown, $"{Name} failed: {broken.Message}");
        }
        Record(answer, MonotonicClock.NowNs - started);
        Interlocked.Decrement(ref _waiting);
        return answer;
    }

    private void Record(ChannelAnswer answer, long tookNs)
    {
        if (answer.Class == AnswerClass.Unknown)
            Interlocked.Increment(ref _unknown);
        lock (_recording) // the histogram wants one writer
            _latency.Record(tookNs);
    }
}
