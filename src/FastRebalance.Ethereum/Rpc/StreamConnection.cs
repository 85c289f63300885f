using System.Buffers;
using System.Text.Json;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// JSON-RPC over a stream of messages: many requests in flight, matched to their replies by number, and pushed notifications.
/// One task reads; senders take turns. What the reading task does for a message never waits for anyone.
/// </summary>
internal sealed class StreamConnection : IRpcConnection
{
    // Notifications may overtake the reply that names their subscription; these many are kept for it.
    private const int MaxEarlyNotifications = 256;
    private const int MaxEarlyBytes = 1024 * 1024;

    private readonly IMessageStream _stream;
    private readonly RpcCounters _counters;
    private readonly int _maxInFlight;
    private readonly int _generation;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, RpcExchange> _waiting = [];
    private readonly List<(byte[] Id, RpcSubscription Subscription)> _subscriptions = [];
    private readonly List<(byte[] Id, byte[] Payload)> _early = [];
    private readonly List<RpcExchange> _touched = [];
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ArrayBufferWriter<byte> _outgoing = new(4096);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private long _lastId;
    private int _subscribing;
    private int _earlyBytes;
    private string? _closeReason;

    public StreamConnection(IMessageStream stream, RpcCounters counters, int maxInFlight, int generation)
    {
        _stream = stream;
        _counters = counters;
        _maxInFlight = maxInFlight;
        _generation = generation;
        _reading = Task.Run(ReadAllAsync);
    }

    public bool CanPush => true;

    public Task Closed => _closed.Task;

    public string? CloseReason => Volatile.Read(ref _closeReason);

    public async Task<RpcReply[]> ExchangeAsync(
        RpcRequest[] requests, TimeSpan timeout, CancellationToken cancellation, RpcSubscription? subscription = null)
    {
        RpcExchange exchange = Register(requests.Length, subscription);
        try
        {
            _ = SendAsync(exchange, requests);
            return await exchange.Done.WaitAsync(timeout, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _counters.CountTimeout();
            throw new RpcTransportException($"{requests[0].Method}: no answer in {timeout.TotalSeconds:0.###} s", exchange.TryAbandon()) { TimedOut = true };
        }
        finally
        {
            exchange.TryAbandon();
            Forget(exchange);
        }
    }

    public void Detach(RpcSubscription subscription)
    {
        byte[]? id = null;
        lock (_lock)
        {
            int at = _subscriptions.FindIndex(entry => entry.Subscription == subscription);
            if (at >= 0)
            {
                id = _subscriptions[at].Id;
                _subscriptions.RemoveAt(at);
            }
        }
        if (id is not null && CloseReason is null)
            _ = UnsubscribeQuietlyAsync(id);
    }

    public void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is not null)
            return;
        _stop.Cancel();
        FailAllWaiting();
    }

    public async ValueTask DisposeAsync()
    {
        Break("disposed");
        await _reading.ConfigureAwait(false);
    }

    private RpcExchange Register(int count, RpcSubscription? subscription)
    {
        lock (_lock)
        {
            if (_closeReason is not null)
                throw new RpcTransportException($"the connection is closed: {_closeReason}", notSent: true);
            if (_waiting.Count + count > _maxInFlight)
                throw new RpcTransportException($"{_waiting.Count} requests wait for an answer already, and at most {_maxInFlight} may", notSent: true);
            RpcExchange exchange = new(_lastId + 1, count, subscription);
            for (int i = 0; i < count; i++)
                _waiting.Add(++_lastId, exchange);
            if (subscription is not null)
                _subscribing++;
            return exchange;
        }
    }

    private void Forget(RpcExchange exchange)
    {
        lock (_lock)
        {
            for (int i = 0; i < exchange.Count; i++)
                _waiting.Remove(exchange.FirstId + i);
            if (exchange.Subscription is null || --_subscribing > 0)
                return;
            foreach (var _ in _early)
                _counters.CountUnmatchedNotification();
            _early.Clear();
            _earlyBytes = 0;
        }
    }

    /// <summary>Never throws: what fails here ends the exchange or the connection.</summary>
    private async Task SendAsync(RpcExchange exchange, RpcRequest[] requests)
    {
        try
        {
            await _sending.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // Break has ended the exchange
        }
        try
        {
            Write(exchange.FirstId, requests);
            // Not under the caller's cancellation: half a message would spoil the stream for everyone.
            if (exchange.TryBeginWriting())
                await _stream.SendAsync(_outgoing.WrittenMemory, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (exchange.TryAbandon())
        {
            exchange.Fail(error); // the parameters could not be written: the caller's mistake, and nothing left
        }
        catch (Exception error)
        {
            Break($"sending failed: {error.Message}");
        }
        finally
        {
            _sending.Release();
        }
    }

    private void Write(long firstId, RpcRequest[] requests)
    {
        _outgoing.ResetWrittenCount();
        using Utf8JsonWriter writer = new(_outgoing);
        RpcRequest.WriteAll(writer, requests, firstId);
    }

    private async Task ReadAllAsync()
    {
        try
        {
            while (await _stream.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } message)
                Take(message.Span);
            Break("the node closed the connection");
        }
        catch (Exception error)
        {
            Break(error.Message); // whatever it was, this connection is of no more use
        }
        await _stream.DisposeAsync().ConfigureAwait(false);
        FailAllWaiting();
        _closed.TrySetResult();
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        Utf8JsonReader reader = RpcRead.Start(text);
        if (reader.TokenType == JsonTokenType.StartObject)
            TakeOne(RpcMessage.Read(ref reader, text));
        else if (reader.TokenType == JsonTokenType.StartArray)
            TakeBatch(ref reader, text);
        else
            throw new JsonException($"a message is an object or an array, found {reader.TokenType}");
    }

    private void TakeBatch(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        _touched.Clear();
        while (RpcRead.NextElement(ref reader))
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException($"a batch holds objects, found {reader.TokenType}");
            RpcExchange? exchange = TakeOne(RpcMessage.Read(ref reader, text));
            if (exchange is not null && !_touched.Contains(exchange))
                _touched.Add(exchange);
        }
        lock (_lock)
        {
            foreach (RpcExchange exchange in _touched)
                if (!exchange.Done.IsCompleted)
                    exchange.EndIncomplete();
        }
    }

    /// <summary>The exchange that the message belonged to, if any.</summary>
    private RpcExchange? TakeOne(in RpcMessage message)
    {
        if (message.IsNotification)
        {
            Notify(message);
            return null;
        }
        if (message.Trouble is not null)
            _counters.CountMalformedReply();
        lock (_lock)
        {
            if (!message.HasId || !_waiting.Remove(message.Id, out RpcExchange? exchange))
            {
                _counters.CountUnmatchedReply();
                EndOnlyBatch(message);
                return null;
            }
            if (exchange.Subscription is not null && message.Result.Length > 0)
                Attach(message.Result.ToArray(), exchange.Subscription);
            exchange.Put(message.Id, message.ToReply());
            return exchange;
        }
    }

    // A node may refuse a batch whole, with one error that names no request. Where a single batch waits and nothing else, it is meant; its
    // outcome stays unknown, but nobody waits for the time to run out. Under the lock.
    private void EndOnlyBatch(in RpcMessage message)
    {
        if (message.HasId || message.Error is null)
            return;
        RpcExchange? only = null;
        foreach (RpcExchange waiting in _waiting.Values)
            if (only is not null && waiting != only)
                return;
            else
                only = waiting;
        if (only is { Count: > 1 })
            only.Fail(new RpcTransportException($"the batch was refused: {message.Error}"));
    }

    /// <summary>Done while the reading task stands at the reply, so no later notification can slip past. Under the lock.</summary>
    private void Attach(byte[] id, RpcSubscription subscription)
    {
        _subscriptions.Add((id, subscription));
        subscription.Signal(SubscriptionSignal.Started, _generation);
        foreach ((byte[] earlyId, byte[] payload) in _early)
            if (earlyId.AsSpan().SequenceEqual(id))
                subscription.Deliver(payload, _generation);
        _early.RemoveAll(early => early.Id.AsSpan().SequenceEqual(id));
    }

    private void Notify(in RpcMessage message)
    {
        RpcSubscription? to = null;
        lock (_lock)
        {
            foreach ((byte[] id, RpcSubscription subscription) in _subscriptions)
                if (message.Subscription.SequenceEqual(id))
                    to = subscription;
            if (to is null)
                KeepEarly(message);
        }
        to?.Deliver(message.Payload, _generation);
    }

    private void KeepEarly(in RpcMessage message)
    {
        if (_subscribing == 0 || _early.Count == MaxEarlyNotifications || _earlyBytes + message.Payload.Length > MaxEarlyBytes)
        {
            _counters.CountUnmatchedNotification();
            return;
        }
        _early.Add((message.Subscription.ToArray(), message.Payload.ToArray()));
        _earlyBytes += message.Payload.Length;
    }

    private void FailAllWaiting()
    {
        lock (_lock)
        {
            foreach (RpcExchange exchange in _waiting.Values)
                exchange.Fail(new RpcTransportException($"the connection broke: {_closeReason}", exchange.TryAbandon()));
        }
    }

    private async Task UnsubscribeQuietlyAsync(byte[] id)
    {
        try
        {
            RpcRequest request = new("eth_unsubscribe", writer => writer.WriteRawValue(id));
            await ExchangeAsync([request], TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(false);
        }
        catch (RpcTransportException)
        {
            // Nothing depends on the answer: notifications that still come are counted as unmatched.
        }
    }
}
