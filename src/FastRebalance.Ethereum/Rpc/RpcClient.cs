using FastRebalance.Core.Measures;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// Keeps one connection to the first of several endpoints that answers. When it breaks, subscriptions are told, the next
/// endpoints are tried with jittered pauses, and the subscriptions are set up anew. Requests are never repeated by itself.
/// </summary>
internal sealed class RpcClient : IAsyncDisposable
{
    private readonly EthereumNodeOptions _options;
    private readonly EndpointWatch _watch;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<RpcSubscription, int> _subscriptions = []; // with the generation that serves it
    private Task _supervising = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;
    private RpcSession? _session;
    private int _endpoint;
    private int _generation;
    private int _state;
    private int _disposed;
    private int _preferred = -1;
    private long _connectedNs;
    private TimeSpan _pause;
    private int _isChainInDoubt;
    private ulong? _chainId;

    public RpcClient(EthereumNodeOptions options)
    {
        _options = options;
        _chainId = options.ExpectedChainId;
        Health = [.. options.Endpoints.Select(static endpoint => new EndpointHealth(endpoint))];
        _watch = new EndpointWatch(this);
    }

    public event Action<ConnectionState>? StateChanged;

    public EthereumNodeOptions Options => _options;

    /// <summary>Every endpoint, in the order of the _options.</summary>
    public IReadOnlyList<EndpointHealth> Health { get; }

    /// <summary>The endpoint in use, or the last one while the connection is lost.</summary>
    public int EndpointIndex => Volatile.Read(ref _endpoint);

    public RpcCounters Counters { get; } = new();

    public ConnectionState State => (ConnectionState)Volatile.Read(ref _state);

    public RpcEndpoint? Endpoint => _options.Endpoints[Volatile.Read(ref _endpoint)];

    public int Generation => Volatile.Read(ref _generation);

    /// <exception cref="RpcTransportException">No endpoint answers.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        List<string> reasons = [];
        RpcSession session = await TryEachAsync(0, reasons, cancellation).ConfigureAwait(false)
            ?? throw new RpcTransportException($"no endpoint answers: {string.Join("; ", reasons)}", notSent: true);
        Use(session);
        _supervising = Task.Run(SuperviseAsync, CancellationToken.None);
        _watching = Task.Run(() => _watch.RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>
    /// Returns once the node in use is known to be on its chain. Costs nothing while its heads follow each other; after one that does not
    /// follow the one before, which is how a switch of the chain would show, the node is asked first.
    /// </summary>
    /// <exception cref="RpcTransportException">The node does not say, or is on another chain: nothing was sent.</exception>
    public ValueTask EnsureChainAsync(CancellationToken cancellation) =>
        Volatile.Read(ref _isChainInDoubt) == 0 ? ValueTask.CompletedTask : new ValueTask(AskChainAsync(cancellation));

    /// <summary>A head of the node in use, as it came.</summary>
    public void SawHead(BlockHeader head)
    {
        EndpointHealth health = Health[EndpointIndex];
        HeadSight? before = health.Head;
        health.SawHead(head);
        if (before is null || head.ParentHash == before.Hash || head.Hash == before.Hash)
            return;
        Volatile.Write(ref _isChainInDoubt, 1);
    }

    /// <summary>Puts questions to an endpoint over the connection in use; null where it is not, or no longer, the one in use.</summary>
    public async Task<RpcReply[]?> AskInUseAsync(int endpoint, RpcRequest[] requests, CancellationToken cancellation)
    {
        if (State != ConnectionState.Connected || Volatile.Read(ref _session) is not { } session || EndpointIndex != endpoint)
            return null;
        RpcReply[] replies = await session.ExchangeAsync(requests, cancellation).ConfigureAwait(false);
        return Generation == session.Generation ? replies : null;
    }

    /// <summary>
    /// Holds an endpoint's chain against ours. One on another chain is quarantined, and where it was in use its connection ends: requests
    /// that wait have an unknown outcome, and later ones go elsewhere.
    /// </summary>
    public bool Confirm(int endpoint, ulong chainId)
    {
        bool isInUse = endpoint == EndpointIndex;
        if (_chainId is not { } wanted || chainId == wanted)
        {
            if (isInUse)
                Volatile.Write(ref _isChainInDoubt, 0);
            return true;
        }
        string reason = WrongChain(endpoint, chainId);
        Health[endpoint].Become(EndpointState.Quarantined, reason);
        if (isInUse)
            Volatile.Read(ref _session)?.Break(reason);
        return false;
    }

    /// <summary>Leaves the endpoint in use for another one.</summary>
    public void Prefer(int endpoint, string reason)
    {
        Volatile.Write(ref _preferred, endpoint);
        Volatile.Read(ref _session)?.Break(reason);
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
        if (requests.Length <= _options.MaxBatchSize)
            return await CurrentSession().ExchangeAsync(requests, cancellation).ConfigureAwait(false);
        List<RpcReply> replies = new(requests.Length);
        foreach (RpcRequest[] chunk in requests.Chunk(_options.MaxBatchSize))
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
        await _watching.ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
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

    /// <summary>
    /// Begins with the endpoint after the one that broke, so that one that accepts and then fails cannot hold us. After a connection
    /// that did not live long it waits first: a node that said "try again later", or that fails at once, is not run into again and again.
    /// </summary>
    private async Task<RpcSession> ReconnectAsync()
    {
        if (MonotonicClock.NowNs - _connectedNs >= (long)_options.ReconnectMaxDelay.TotalNanoseconds)
            _pause = TimeSpan.Zero;
        while (true)
        {
            await PauseAsync().ConfigureAwait(false);
            int first = Interlocked.Exchange(ref _preferred, -1) is >= 0 and var preferred ? preferred : _endpoint + 1;
            if (await TryEachAsync(first, [], _stop.Token).ConfigureAwait(false) is { } session)
                return session;
        }
    }

    // None the first time, then one that doubles, with ±50 % so that many clients of one node do not come back at once.
    private async Task PauseAsync()
    {
        if (_pause > TimeSpan.Zero)
            await Task.Delay(_pause * (0.5 + Random.Shared.NextDouble()), _stop.Token).ConfigureAwait(false);
        TimeSpan next = _pause == TimeSpan.Zero ? _options.ReconnectMinDelay : _pause * 2;
        _pause = next < _options.ReconnectMaxDelay ? next : _options.ReconnectMaxDelay;
    }

    private async Task<RpcSession?> TryEachAsync(int first, List<string> reasons, CancellationToken cancellation)
    {
        for (int i = 0; i < _options.Endpoints.Count; i++)
        {
            int at = (first + i) % _options.Endpoints.Count;
            EndpointHealth health = Health[at];
            if (health.State == EndpointState.Quarantined)
            {
                reasons.Add(health.Trouble!);
                continue;
            }
            int generation = _generation + 1;
            try
            {
                (IRpcConnection connection, ulong chainId) =
                    await RpcConnector.ConnectAsync(health.Endpoint, _options, Counters, generation, cancellation).ConfigureAwait(false);
                if (await IsOursAsync(at, connection, chainId, reasons).ConfigureAwait(false))
                    return Choose(at, connection, generation);
            }
            catch (RpcTransportException error)
            {
                health.Become(EndpointState.Failed, error.Message);
                reasons.Add(error.Message);
            }
        }
        return null;
    }

    // The first endpoint's chain is the run's, where none was named.
    private async Task<bool> IsOursAsync(int endpoint, IRpcConnection connection, ulong chainId, List<string> reasons)
    {
        _chainId ??= chainId;
        if (chainId == _chainId)
            return true;
        await connection.DisposeAsync().ConfigureAwait(false);
        string reason = WrongChain(endpoint, chainId);
        Health[endpoint].Become(EndpointState.Quarantined, reason);
        reasons.Add(reason);
        return false;
    }

    private RpcSession Choose(int endpoint, IRpcConnection connection, int generation)
    {
        foreach (EndpointHealth other in Health)
            if (other.State == EndpointState.InUse)
                other.Become(EndpointState.Standby);
        Health[endpoint].Become(EndpointState.InUse);
        Volatile.Write(ref _endpoint, endpoint);
        Volatile.Write(ref _isChainInDoubt, 0);
        _connectedNs = MonotonicClock.NowNs;
        return new RpcSession(connection, Health[endpoint], _options, generation);
    }

    private string WrongChain(int endpoint, ulong chainId) =>
        $"{Health[endpoint].Endpoint}: serves chain {chainId}, but chain {_chainId} is {(_options.ExpectedChainId is null ? "the run's" : "configured")}";

    private async Task AskChainAsync(CancellationToken cancellation)
    {
        int endpoint = EndpointIndex;
        RpcReply reply = await CallAsync(new RpcRequest("eth_chainId"), cancellation).ConfigureAwait(false);
        if (!RpcConnector.TryReadChainId(reply, out ulong chainId))
            throw new RpcTransportException("the node in use may have switched its chain, and does not say which it serves", notSent: true);
        if (!Confirm(endpoint, chainId))
            throw new RpcTransportException(WrongChain(endpoint, chainId), notSent: true);
    }

    private void Use(RpcSession session)
    {
        Volatile.Write(ref _session, session);
        Volatile.Write(ref _generation, session.Generation);
        SetState(ConnectionState.Connected);
    }

    private void Lose()
    {
        Health[EndpointIndex].Become(EndpointState.Failed, _session!.CloseReason);
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
