using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>
/// Looks at every endpoint again and again: whether it answers, whether it is still on its chain, and at which head. One on another
/// chain is quarantined, also the one in use; one in use that stays far behind the best head gives way to another. A loop of its own
/// owns it.
/// </summary>
internal sealed class EndpointWatch : IAsyncDisposable
{
    // Ancestors that are fetched to link a head that came from elsewhere; one further off waits for the next look.
    private const int MaxAncestors = 32;

    // Behind once may be a block on its way.
    private const int LooksUntilBehind = 2;

    private readonly RpcClient _client;
    private readonly EthereumNodeOptions _options;
    private readonly IRpcConnection?[] _own;
    private readonly HeadVote _heads = new();
    private int _looksBehind;

    public EndpointWatch(RpcClient client)
    {
        _client = client;
        _options = client.Options;
        _own = new IRpcConnection?[client.Health.Count];
    }

    /// <summary>Looks until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.WatchInterval, stop).ConfigureAwait(false);
                await LookAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IRpcConnection? connection in _own)
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>One look at all, side by side: one that is slow holds up none of the others.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        int inUse = _client.EndpointIndex;
        await CloseAsync(inUse).ConfigureAwait(false); // the client has a connection of its own there
        Task<BlockHeader?>[] looks = new Task<BlockHeader?>[_own.Length];
        for (int i = 0; i < looks.Length; i++)
            looks[i] = LookAtAsync(i, inUse, stop);
        BlockHeader?[] heads = await Task.WhenAll(looks).ConfigureAwait(false);
        if (heads[inUse] is { } anchor)
            _heads.Learn(anchor, isAnchor: true);
        for (int i = 0; i < heads.Length; i++)
            if (i != inUse && heads[i] is { } head)
                await LinkAsync(_own[i]!, head, stop).ConfigureAwait(false);
        await JudgeLagAsync(inUse, heads).ConfigureAwait(false);
    }

    private async Task<BlockHeader?> LookAtAsync(int at, int inUse, CancellationToken stop)
    {
        EndpointHealth health = _client.Health[at];
        if (health.State == EndpointState.Quarantined)
            return null;
        try
        {
            RpcReply[]? replies = at == inUse
                ? await _client.AskInUseAsync(at, Questions, stop).ConfigureAwait(false)
                : await AskOwnAsync(at, stop).ConfigureAwait(false);
            if (replies is null)
                return null;
            ulong chainId = Number(replies[0].ResultOrThrow("eth_chainId"));
            if (!_client.Confirm(at, chainId))
            {
                await CloseAsync(at).ConfigureAwait(false);
                return null;
            }
            BlockHeader head = RpcShapes.Header(replies[1].ResultOrThrow("eth_getBlockByNumber"));
            health.SawHead(head);
            health.Become(at == _client.EndpointIndex ? EndpointState.InUse : EndpointState.Standby);
            return head;
        }
        catch (Exception error) when (error is RpcTransportException or RpcErrorException or JsonException)
        {
            if (at != inUse)
                await FailAsync(at, error.Message).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<RpcReply[]?> AskOwnAsync(int at, CancellationToken stop)
    {
        EndpointHealth health = _client.Health[at];
        if (_own[at] is { CloseReason: not null })
            await CloseAsync(at).ConfigureAwait(false);
        if (_own[at] is null)
        {
            (IRpcConnection connection, ulong chainId) =
                await RpcConnector.ConnectAsync(health.Endpoint, _options, _client.Counters, generation: 0, stop).ConfigureAwait(false);
            _own[at] = connection;
            if (!_client.Confirm(at, chainId))
            {
                await CloseAsync(at).ConfigureAwait(false);
                return null;
            }
        }
        return await RpcSession.MeasuredAsync(health, _own[at]!, Questions, _options.ConnectTimeout, stop).ConfigureAwait(false);
    }

    /// <summary>Fetches the parents that a head wants, so that it counts.</summary>
    private async Task LinkAsync(IRpcConnection connection, BlockHeader head, CancellationToken stop)
    {
        try
        {
            for (int i = 0; i < MaxAncestors && !_heads.Learn(head, isAnchor: false); i++)
            {
                if (_heads.FirstMissing(head.Hash) is not { } missing)
                    return;
                RpcReply[] replies = await connection.ExchangeAsync([Block(missing)], _options.ConnectTimeout, stop).ConfigureAwait(false);
                if (RpcShapes.HeaderOrNull(replies[0].ResultOrThrow("eth_getBlockByHash")) is not { } parent || parent.Hash != missing)
                    return;
                _heads.Learn(parent, isAnchor: false);
            }
        }
        catch (Exception error) when (error is RpcTransportException or RpcErrorException or JsonException)
        {
            // It cannot show where its head comes from: then it does not count this time.
        }
    }

    private async Task JudgeLagAsync(int inUse, BlockHeader?[] heads)
    {
        ulong mine = heads[inUse]?.Number ?? _client.Health[inUse].Head?.Number ?? 0;
        ulong best = _heads.Best?.Number ?? 0;
        int other = Array.FindIndex(heads, head => head is not null && head.Hash == _heads.Best?.Hash);
        bool isBehind = mine > 0 && other >= 0 && other != inUse && best > mine + (ulong)_options.MaxLagBlocks;
        _looksBehind = isBehind ? _looksBehind + 1 : 0;
        if (_looksBehind < LooksUntilBehind || inUse != _client.EndpointIndex)
            return;
        _looksBehind = 0;
        await CloseAsync(other).ConfigureAwait(false); // the client makes a connection of its own
        _client.Prefer(other, $"it stands at block {mine}, and {_client.Health[other].Endpoint} at {best}");
    }

    private async Task FailAsync(int at, string reason)
    {
        _client.Health[at].Become(EndpointState.Failed, reason);
        await CloseAsync(at).ConfigureAwait(false);
    }

    private async Task CloseAsync(int at)
    {
        if (_own[at] is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
        _own[at] = null;
    }

    private static RpcRequest[] Questions { get; } =
    [
        new("eth_chainId"),
        new("eth_getBlockByNumber", static writer =>
        {
            writer.WriteStringValue("latest"u8);
            writer.WriteBooleanValue(false);
        }),
    ];

    private static RpcRequest Block(Hash32 hash) => new("eth_getBlockByHash", writer =>
    {
        writer.WriteStringValue(hash.ToString());
        writer.WriteBooleanValue(false);
    });

    private static ulong Number(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return RpcRead.Number(ref reader);
    }
}
