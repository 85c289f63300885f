using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// Feeds a <see cref="MempoolWatch"/> from a node: whole pending transactions where the node pushes them, else hashes that are fetched; every head
/// with its transactions and our pools' logs; the node's whole pool at each new connection. One task runs it and owns the watch.
/// </summary>
public sealed class PendingTransactionStream(EthereumNode node, MempoolWatch watch)
{
    private const int FetchAtOnce = 32;

    private readonly Address[] _sources = [.. watch.Market.Pools.SelectMany(pool => pool.LogSources).Distinct()];
    private long _lostNs;
    private long _dropped;

    /// <summary>Blocks and transactions that the node did not tell in a usable way.</summary>
    public long Failures { get; private set; }

    /// <summary>The managers of positions whose logs are read beside the pools'.</summary>
    public IReadOnlyList<Address> Managers { get; init; } = [];

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    /// <exception cref="RpcTransportException">The node cannot be subscribed to at all.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync(cancellation).ConfigureAwait(false);
        await using RpcSubscription<PendingTransaction> pending = await SubscribeAsync(cancellation).ConfigureAwait(false);
        await ReadPoolsAsync(cancellation).ConfigureAwait(false);
        Task<bool> nextHead = heads.Items.WaitToReadAsync(cancellation).AsTask();
        Task<bool> nextPending = pending.Items.WaitToReadAsync(cancellation).AsTask();
        Task<bool> nextAsk = watch.Asked.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            await Task.WhenAny(nextHead, nextPending, nextAsk).ConfigureAwait(false);

            // Transactions before heads: what a block holds was mostly pending before.
            if (nextPending.IsCompleted)
            {
                if (!await nextPending.ConfigureAwait(false))
                    return;
                await TakePendingAsync(pending, cancellation).ConfigureAwait(false);
                nextPending = pending.Items.WaitToReadAsync(cancellation).AsTask();
            }
            if (nextHead.IsCompleted)
            {
                if (!await nextHead.ConfigureAwait(false))
                    return;
                while (heads.Items.TryRead(out SubscriptionItem<BlockHeader> item))
                    if (item is { Signal: SubscriptionSignal.Item, Value: { } header })
                        await TakeHeadAsync(header, cancellation).ConfigureAwait(false);
                nextHead = heads.Items.WaitToReadAsync(cancellation).AsTask();
            }
            if (nextAsk.IsCompleted && await nextAsk.ConfigureAwait(false))
            {
                watch.Asked.TryRead(out _);
                watch.Answer();
                nextAsk = watch.Asked.WaitToReadAsync(cancellation).AsTask();
            }
        }
    }

    private async Task<RpcSubscription<PendingTransaction>> SubscribeAsync(CancellationToken cancellation)
    {
        try
        {
            return await node.SubscribePendingTransactionsAsync(withBodies: true, cancellation).ConfigureAwait(false);
        }
        catch (RpcErrorException)
        {
            return await node.SubscribePendingTransactionsAsync(withBodies: false, cancellation).ConfigureAwait(false);
        }
    }

    private async Task TakePendingAsync(RpcSubscription<PendingTransaction> pending, CancellationToken cancellation)
    {
        List<Hash32> wanted = [];
        while (pending.Items.TryRead(out SubscriptionItem<PendingTransaction> item))
        {
            if (item.Dropped > _dropped)
                watch.OnGap(0);
            _dropped = item.Dropped;
            switch (item.Signal)
            {
                case SubscriptionSignal.Lost:
                    _lostNs = item.ReceivedNs;
                    watch.OnGap(0);
                    break;
                case SubscriptionSignal.Started:
                    if (_lostNs != 0)
                        watch.OnGap(item.ReceivedNs - _lostNs);
                    _lostNs = 0;
                    await ReadSnapshotAsync(cancellation).ConfigureAwait(false);
                    break;
                case SubscriptionSignal.Item when item.Value.Body is { } body:
                    watch.OnPending(body, item.ReceivedNs);
                    break;
                case SubscriptionSignal.Item:
                    wanted.Add(item.Value.Hash);
                    break;
            }
        }
        foreach (Hash32[] chunk in wanted.Chunk(FetchAtOnce))
            foreach (NodeTransaction? body in await Task.WhenAll(chunk.Select(hash => FetchAsync(hash, cancellation))).ConfigureAwait(false))
                if (body is not null)
                    watch.OnPending(body, MonotonicClock.NowNs);
    }

    private async Task<NodeTransaction?> FetchAsync(Hash32 hash, CancellationToken cancellation)
    {
        try
        {
            return await node.TransactionAsync(hash, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcErrorException or RpcTransportException)
        {
            Failures++;
            return null;
        }
    }

    private async Task TakeHeadAsync(BlockHeader header, CancellationToken cancellation)
    {
        try
        {
            MinedTransaction[] transactions = NodeJson.Transactions(await node.InvokeAsync("eth_getBlockByHash", writer =>
            {
                writer.WriteStringValue(header.Hash.ToString());
                writer.WriteBooleanValue(true);
            }, cancellation).ConfigureAwait(false));
            LogEntry[] logs = _sources.Length == 0 && Managers.Count == 0
                ? [] : await node.LogsAsync(header.Hash, [.. _sources, .. Managers], cancellation).ConfigureAwait(false);
            watch.OnBlock(new BlockView(header, transactions, logs));
            if (watch.NeedsPools)
                await ReadPoolsAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcErrorException or RpcTransportException or JsonException or FormatException)
        {
            Failures++;
            watch.OnGap(0);
        }
    }

    /// <summary>The node's whole pool, where it tells it: what was pending before we listened.</summary>
    private async Task ReadSnapshotAsync(CancellationToken cancellation)
    {
        try
        {
            JsonElement content = await node.InvokeAsync("txpool_content", null, cancellation).ConfigureAwait(false);
            foreach (NodeTransaction body in NodeJson.PoolContent(content))
                watch.OnPending(body, MonotonicClock.NowNs);
            watch.OnSnapshot();
        }
        catch (Exception failure) when (failure is RpcErrorException or RpcTransportException or JsonException or FormatException)
        {
            Failures++; // not every node tells its pool: the window stays suspect until what was pending then is gone
        }
    }

    private async Task ReadPoolsAsync(CancellationToken cancellation)
    {
        BlockHeader head = await node.BlockAsync(BlockRef.Latest, cancellation).ConfigureAwait(false)
            ?? throw new RpcTransportException("the node has no latest block");
        bool isWhole = true;
        foreach (Pool pool in watch.Market.Pools)
            if (!pool.IsReady || watch.NeedsPools)
                isWhole &= await ReadPoolAsync(pool, head, cancellation).ConfigureAwait(false);
        if (isWhole)
            watch.OnPoolsRead(head);
    }

    private async Task<bool> ReadPoolAsync(Pool pool, BlockHeader head, CancellationToken cancellation)
    {
        IPoolSnapshot snapshot = pool.BeginSnapshot();
        List<PoolCall> calls = [];
        List<MarketEvent> events = [];
        while (snapshot.NextCalls(calls))
        {
            EthCallOutcome[] answers = await node.CallManyAsync(
                [.. calls.Select(call => new EthCall(call.To, call.Data))], head.Number, cancellation).ConfigureAwait(false);
            if (snapshot.Accept([.. answers.Select(answer => answer.Success ? answer.Data : [])], events) == SnapshotStatus.Failed)
            {
                Failures++;
                return false;
            }
            calls.Clear();
        }
        foreach (MarketEvent e in events)
            pool.Apply(in e);
        return pool.IsReady;
    }
}
