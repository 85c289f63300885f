namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// Keeps one connection to the first of several endpoints that answers. When it breaks, subscriptions are told, the next
/// endpoints are tried with jittered pauses, and the subscriptions are set up anew. Requests are never repeated by itself.
/// </summary>
internal sealed class RpcClient(EthereumNodeOptions options) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<RpcSubscription, int> _subscriptions = []; // with the generation that serves it
    private Task _supervising = Task.CompletedTask;
    private RpcSession? _session;
    private int _endpoint;
    private int _generation;
    private int _state;
    private int _disposed;

    public event Action<ConnectionState>? StateChanged;

    public EthereumNodeOptions Options => options;

    public RpcCounters Counters { get; } = new();

    public ConnectionState State => (ConnectionState)Volatile.Read(ref _state);

    public RpcEndpoint? Endpoint => options.Endpoints[Volatile.Read(ref _endpoint)];

    public int Generation => Volatile.Read(ref _generation);

    /// <exception cref="RpcTransportException">No endpoint answers.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        List<string> reasons = [];
        RpcSession session = await TryEachAsync(0, reasons, cancellation).ConfigureAwait(false)
            ?? throw new RpcTransportException($"no endpoint answers: {string.Join("; ", reasons)}", notSent: true);
        Use(session);
        _supervising = Task.Run(SuperviseAsync, CancellationToken.None);
    }

    public async Task<RpcReply> CallAsync(RpcRequest request, CancellationToken cancellation)
    {
        RpcReply[] replies = await CurrentSession().ExchangeAsync([request], cancellation).ConfigureAwait(false);
        return replies[0];
    }

    public async Task<RpcReply[]> BatchAsync(RpcRequest[] requests, CancellationToken cancellation)
    {
        if (requests.Length == 0)
            return [];
        if (requests.Length <= options.MaxBatchSize)
            return await CurrentSession().ExchangeAsync(requests, cancellation).ConfigureAwait(false);
        List<RpcReply> replies = new(requests.Length);
        foreach (RpcRequest[] chunk in requests.Chunk(options.MaxBatchSize))
            replies.AddRange(await CurrentSession().ExchangeAsync(chunk, cancellation).ConfigureAwait(false));
        return [.. replies];
    }

    /// <exception cref="RpcErrorException">The node refuses the subscription.</exception>
    public async Task SubscribeAsync(RpcSubscription subscription, CancellationToken cancellation)
    {
        RpcSession session = CurrentSession();
        lock (_lock)
            _subscriptions.Add(subscription, session.Generation);
        try
        {
            await session.AttachAsync(subscription, mayPollInstead: false, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await UnsubscribeAsync(subscription).ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask UnsubscribeAsync(RpcSubscription subscription)
    {
        lock (_lock)
            _subscriptions.Remove(subscription);
        Volatile.Read(ref _session)?.Detach(subscription);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _supervising.ConfigureAwait(false);
        if (_session is { } session)
            await session.DisposeAsync().ConfigureAwait(false);
        Close();
    }

    private RpcSession CurrentSession() =>
        State == ConnectionState.Connected && Volatile.Read(ref _session) is { } session
            ? session
            : throw new RpcTransportException(
                _disposed != 0 ? "the node is disposed" : "the connection to the node is lost and another is being sought", notSent: true);

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await _session!.Closed.WaitAsync(_stop.Token).ConfigureAwait(false);
                Counters.CountConnectionLost();
                Lose();
                await _session.DisposeAsync().ConfigureAwait(false);
                Use(await ReconnectAsync().ConfigureAwait(false));
                await ResubscribeAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: DisposeAsync does the rest.
        }
        catch
        {
            // A state handler threw: better closed for all to see than lost without a supervisor.
            Close();
            throw;
        }
    }

    /// <summary>Begins with the endpoint after the one that broke, so that one that accepts and then fails cannot hold us.</summary>
    private async Task<RpcSession> ReconnectAsync()
    {
        TimeSpan delay = options.ReconnectMinDelay;
        while (true)
        {
            RpcSession? session = await TryEachAsync(_endpoint + 1, [], _stop.Token).ConfigureAwait(false);
            if (session is not null)
                return session;
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), _stop.Token).ConfigureAwait(false);
            delay = delay * 2 < options.ReconnectMaxDelay ? delay * 2 : options.ReconnectMaxDelay;
        }
    }

    private async Task<RpcSession?> TryEachAsync(int first, List<string> reasons, CancellationToken cancellation)
    {
        for (int i = 0; i < options.Endpoints.Count; i++)
        {
            int at = (first + i) % options.Endpoints.Count;
            int generation = _generation + 1;
            try
            {
                IRpcConnection connection =
                    await RpcConnector.ConnectAsync(options.Endpoints[at], options, Counters, generation, cancellation).ConfigureAwait(false);
                Volatile.Write(ref _endpoint, at);
                return new RpcSession(connection, options, generation);
            }
            catch (RpcTransportException error)
            {
                reasons.Add(error.Message);
            }
        }
        return null;
    }

    private void Use(RpcSession session)
    {
        Volatile.Write(ref _session, session);
        Volatile.Write(ref _generation, session.Generation);
        SetState(ConnectionState.Connected);
    }

    private void Lose()
    {
        SetState(ConnectionState.Lost);
        foreach (RpcSubscription subscription in Subscriptions())
            subscription.Signal(SubscriptionSignal.Lost, Generation);
    }

    private async Task ResubscribeAsync()
    {
        RpcSession session = _session!;
        foreach (RpcSubscription subscription in Subscriptions())
        {
            lock (_lock)
            {
                // A subscriber that came after the reconnect serves itself.
                if (!_subscriptions.TryGetValue(subscription, out int generation) || generation == session.Generation)
                    continue;
                _subscriptions[subscription] = session.Generation;
            }
            try
            {
                await session.AttachAsync(subscription, mayPollInstead: true, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RpcTransportException or RpcErrorException)
            {
                // Without its subscriptions the connection is of no use to those who wait on them: try the next one.
                session.Break($"subscribing again failed: {error.Message}");
                return;
            }
        }
    }

    private RpcSubscription[] Subscriptions()
    {
        lock (_lock)
            return [.. _subscriptions.Keys];
    }

    private void Close()
    {
        foreach (RpcSubscription subscription in Subscriptions())
            subscription.Complete();
        SetState(ConnectionState.Closed);
    }

    private void SetState(ConnectionState state)
    {
        if (Interlocked.Exchange(ref _state, (int)state) != (int)state)
            StateChanged?.Invoke(state);
    }
}
