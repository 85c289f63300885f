using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Measures;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>One connection in use, with the polls that stand in for pushes where it cannot push.</summary>
internal sealed class RpcSession : IAsyncDisposable
{
    private readonly IRpcConnection _connection;
    private readonly EthereumNodeOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<RpcSubscription, CancellationTokenSource> _stops = [];
    private readonly List<Task> _polls = [];
    private readonly EndpointHealth _health;
    private int _timeoutsInRow;

    public RpcSession(IRpcConnection connection, EndpointHealth health, EthereumNodeOptions options, int generation)
    {
        _connection = connection;
        _health = health;
        _options = options;
        Generation = generation;
        Closed = CloseAsync();
    }

    public int Generation { get; }

    /// <summary>Ends when the connection broke and nothing more will be delivered.</summary>
    public Task Closed { get; }

    public async Task<RpcReply[]> ExchangeAsync(RpcRequest[] requests, CancellationToken cancellation)
    {
        try
        {
            RpcReply[] replies =
                await MeasuredAsync(_health, _connection, requests, _options.RequestTimeout, cancellation).ConfigureAwait(false);
            Volatile.Write(ref _timeoutsInRow, 0);
            return replies;
        }
        catch (RpcTransportException error) when (_connection.CloseReason is null && !error.NotSent)
        {
            // Accepts, and never answers: give it up.
            int inRow = Interlocked.Increment(ref _timeoutsInRow);
            if (inRow >= _options.TimeoutsBeforeReconnect)
                _connection.Break($"{inRow} requests in a row had no answer");
            throw;
        }
    }

    /// <summary>One exchange, with its end noted in the endpoint's health.</summary>
    public static async Task<RpcReply[]> MeasuredAsync(
        EndpointHealth health, IRpcConnection connection, RpcRequest[] requests, TimeSpan timeout, CancellationToken cancellation)
    {
        long started = MonotonicClock.NowNs;
        try
        {
            RpcReply[] replies = await connection.ExchangeAsync(requests, timeout, cancellation).ConfigureAwait(false);
            (EndpointOutcome outcome, string? trouble) = Judge(replies);
            health.Record(outcome, MonotonicClock.NowNs - started, trouble);
            return replies;
        }
        catch (RpcTransportException error)
        {
            EndpointOutcome outcome = error.NotSent ? EndpointOutcome.NotSent
                : error.TimedOut ? EndpointOutcome.TimedOut
                : error.InnerException is JsonException or InvalidDataException ? EndpointOutcome.Malformed
                : EndpointOutcome.Broken;
            health.Record(outcome, 0, error.Message);
            throw;
        }
    }

    // The worst of a batch names it.
    private static (EndpointOutcome Outcome, string? Trouble) Judge(RpcReply[] replies)
    {
        EndpointOutcome outcome = EndpointOutcome.Answered;
        foreach (RpcReply reply in replies)
            if (reply.Trouble is not null)
                return (EndpointOutcome.Malformed, reply.Trouble);
            else if (reply.Error is not null)
                outcome = EndpointOutcome.NodeError;
        return (outcome, null);
    }

    /// <summary>Sets the subscription up on this connection.</summary>
    /// <param name="subscription">Hears <see cref="SubscriptionSignal.Started"/> before its first value.</param>
    /// <param name="mayPollInstead">Poll when the node refuses to push.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task AttachAsync(RpcSubscription subscription, bool mayPollInstead, CancellationToken cancellation)
    {
        if (_connection.CanPush)
        {
            RpcRequest request = new("eth_subscribe", subscription.Topic.WritePushParams);
            RpcReply[] replies =
                await _connection.ExchangeAsync([request], _options.RequestTimeout, cancellation, subscription).ConfigureAwait(false);
            if (replies[0].Error is null || !mayPollInstead)
            {
                replies[0].ResultOrThrow(request.Method);
                return;
            }
        }
        await StartPollingAsync(subscription, cancellation).ConfigureAwait(false);
    }

    public void Detach(RpcSubscription subscription)
    {
        _connection.Detach(subscription);
        lock (_lock)
        {
            if (_stops.Remove(subscription, out CancellationTokenSource? stop))
                stop.Cancel();
        }
    }

    /// <summary>Why it closed; null while it is open.</summary>
    public string? CloseReason => _connection.CloseReason;

    public void Break(string reason) => _connection.Break(reason);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await Closed.ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        await _connection.Closed.ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] polls;
        lock (_lock)
            polls = [.. _polls];
        await Task.WhenAll(polls).ConfigureAwait(false);
    }

    private async Task StartPollingAsync(RpcSubscription subscription, CancellationToken cancellation)
    {
        // What is there already is looked at before Started is told: whoever reconciles after it misses nothing.
        bool heads = subscription.Topic.FilterMethod is null;
        Hash32 head = heads ? await LatestAsync(null, default, cancellation).ConfigureAwait(false) : default;
        byte[] filter = heads ? [] : await InstallFilterAsync(subscription.Topic, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            _stops[subscription] = stop;
            subscription.Signal(SubscriptionSignal.Started, Generation);
            _polls.Add(Task.Run(() => heads
                ? PollAsync(async () => head = await LatestAsync(subscription, head, stop.Token).ConfigureAwait(false), stop.Token)
                : PollAsync(() => FilterChangesAsync(subscription, filter, stop.Token), stop.Token), CancellationToken.None));
        }
    }

    private async Task PollAsync(Func<Task> look, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.PollInterval, stop).ConfigureAwait(false);
                await look().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Unsubscribed, or the connection broke.
        }
        catch (Exception error) when (error is RpcTransportException or RpcErrorException or JsonException)
        {
            // A missed look is a gap: break, so that every subscription hears of it and starts anew.
            _connection.Break($"polling failed: {error.Message}");
        }
    }

    /// <summary>Delivers the latest block when it is another than the last one seen; returns its hash.</summary>
    private async Task<Hash32> LatestAsync(RpcSubscription? subscription, Hash32 seen, CancellationToken cancellation)
    {
        byte[] block = await AskAsync("eth_getBlockByNumber", writer =>
        {
            writer.WriteStringValue("latest"u8);
            writer.WriteBooleanValue(false);
        }, cancellation).ConfigureAwait(false);
        Hash32 hash = HashOf(block);
        if (hash != seen)
            subscription?.Deliver(block, Generation);
        return hash;
    }

    private static Hash32 HashOf(byte[] block)
    {
        try
        {
            return RpcShapes.Header(block).Hash;
        }
        catch (JsonException malformed)
        {
            throw new RpcTransportException($"eth_getBlockByNumber: the latest block is malformed: {malformed.Message}", inner: malformed);
        }
    }

    private Task<byte[]> InstallFilterAsync(SubscriptionTopic topic, CancellationToken cancellation) =>
        AskAsync(topic.FilterMethod!, topic.WriteFilterParams, cancellation);

    private async Task FilterChangesAsync(RpcSubscription subscription, byte[] filter, CancellationToken cancellation)
    {
        byte[] changes = await AskAsync("eth_getFilterChanges", writer => writer.WriteRawValue(filter), cancellation).ConfigureAwait(false);
        DeliverEach(subscription, changes);
    }

    private void DeliverEach(RpcSubscription subscription, ReadOnlySpan<byte> changes)
    {
        Utf8JsonReader reader = RpcRead.Start(changes);
        RpcRead.EnterArray(ref reader);
        while (RpcRead.NextElement(ref reader))
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            subscription.Deliver(changes[start..(int)reader.BytesConsumed], Generation);
        }
    }

    private async Task<byte[]> AskAsync(string method, Action<Utf8JsonWriter>? writeParams, CancellationToken cancellation)
    {
        RpcReply[] replies = await ExchangeAsync([new RpcRequest(method, writeParams)], cancellation).ConfigureAwait(false);
        return replies[0].ResultOrThrow(method);
    }
}
