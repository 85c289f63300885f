using System.Runtime.InteropServices;
using System.Threading.Channels;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData.Lending;
using FastRebalance.MarketData.Liquidity;

namespace FastRebalance.MarketData.Feeds;

/// <summary>
/// Follows the chain block by block. Each head is one batch: the pools' events in log order, holdings that changed, the lending market's terms and
/// the account's position in it, pool positions of the desk that changed, prices, and the head last, so whoever decides after a head sees one block's consistent state. On every head the
/// copies are held against the chain; what differs is read anew. Parent hashes decide what a head means: a child is applied, a gap
/// is filled, anything else is a reorganisation and everything is read anew. A lost source is told at once.
/// </summary>
public sealed class PoolEventsFeed : IFeed
{
    public const string FeedName = "pool-events";

    /// <summary>It takes none: what it follows stands elsewhere in the configuration.</summary>
    public sealed class Options : IPluginOptions
    {
        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets) => [];
    }

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly IChainView _chain;
    private readonly PoolEventsSetup _setup;
    private readonly PoolReader _reader;
    private readonly PriceGraph _prices;
    private readonly TipGauge _tip;
    private readonly DataFeeGauge _dataFee;
    private readonly LendingFollower? _lending;
    private readonly LiquidityFollower _liquidity;
    private readonly Dictionary<Address, List<Pool>> _bySource = [];
    private readonly List<MarketEvent> _batch = [];
    private readonly UInt256?[] _holdings;
    private Address[] _addresses;
    private IEventSink? _sink;
    private BlockHeader? _head;
    private long _eventUnixNs;
    private bool _connected;
    private bool _snapshotDue = true;
    private bool _isLost;
    private string? _lastTrouble;

    /// <param name="node">Stays the caller's.</param>
    /// <param name="setup">What to follow.</param>
    /// <exception cref="ArgumentException">The set-up does not fit together.</exception>
    public PoolEventsFeed(EthereumNode node, PoolEventsSetup setup) : this(new NodeChainView(node), setup) { }

    internal PoolEventsFeed(IChainView chain, PoolEventsSetup setup)
    {
        setup.Validate();
        _chain = chain;
        _setup = setup;
        _reader = new PoolReader(chain, setup, Counters);
        _prices = new PriceGraph(setup.Assets, setup.Numeraire, setup.Pools);
        _tip = new TipGauge(chain, setup.DefaultTipWei);
        _dataFee = new DataFeeGauge(chain, setup.DataFee, setup.UsualTransaction, setup.UsualGas);
        foreach (Pool pool in setup.Pools)
            foreach (Address source in pool.LogSources)
            {
                if (!_bySource.TryGetValue(source, out List<Pool>? told))
                    _bySource.Add(source, told = []);
                told.Add(pool);
            }
        _lending = setup.LendingMarket is { } market ? new LendingFollower(chain, setup, market) : null;
        _liquidity = new LiquidityFollower(setup.Liquidity);
        _addresses = [.. _bySource.Keys];
        _holdings = new UInt256?[setup.Assets.Count];
    }

    public string Name => FeedName;

    public FeedCounters Counters { get; } = new();

    /// <summary>Why the source was lost the last time; null while it never was.</summary>
    public string? LastTrouble => Volatile.Read(ref _lastTrouble);

    public async Task RunAsync(IEventSink sink, CancellationToken cancellation)
    {
        _sink = sink;
        try
        {
            await using HeadStream heads = await SubscribeAsync(cancellation).ConfigureAwait(false);
            while (await MoreAsync(heads.Items, cancellation).ConfigureAwait(false))
            {
                while (heads.Items.TryRead(out SubscriptionItem<BlockHeader> item))
                    await TakeAsync(item, cancellation).ConfigureAwait(false);
                if (_snapshotDue && _connected)
                    await AttemptAsync(() => SnapshotAllAsync(MonotonicClock.NowNs, cancellation), cancellation).ConfigureAwait(false);
            }
            Lose("the node was closed", MonotonicClock.NowNs, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The host asked us to end.
        }
        finally
        {
            await _tip.SettleAsync().ConfigureAwait(false);
        }
    }

    private async Task<HeadStream> SubscribeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await _chain.SubscribeHeadsAsync(cancellation).ConfigureAwait(false);
            }
            catch (RpcTransportException error)
            {
                Lose(error.Message, MonotonicClock.NowNs, cancellation);
            }
            await Task.Delay(_setup.RetryPause, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the next item; with a snapshot due no longer than the pause before the next try. False at the end.</summary>
    private async Task<bool> MoreAsync(ChannelReader<SubscriptionItem<BlockHeader>> items, CancellationToken cancellation)
    {
        if (!_snapshotDue || !_connected)
            return await items.WaitToReadAsync(cancellation).ConfigureAwait(false);
        using CancellationTokenSource pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        pause.CancelAfter(_setup.RetryPause);
        try
        {
            return await items.WaitToReadAsync(pause.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return true;
        }
    }

    private Task TakeAsync(SubscriptionItem<BlockHeader> item, CancellationToken cancellation)
    {
        switch (item.Signal)
        {
            case SubscriptionSignal.Started:
                _connected = true;
                _snapshotDue = true;
                return Task.CompletedTask;
            case SubscriptionSignal.Lost:
                _connected = false;
                Lose("the connection to the node broke", item.ReceivedNs, cancellation);
                return Task.CompletedTask;
            case SubscriptionSignal.Item when !_snapshotDue:
                return AttemptAsync(() => FollowAsync(item.Value!, item.ReceivedNs, cancellation), cancellation);
            default:
                return Task.CompletedTask; // the snapshot that is due will be of the latest head
        }
    }

    /// <summary>The one place where a failure of the node is caught: whatever was half done is void, and a snapshot is due.</summary>
    private async Task AttemptAsync(Func<Task> step, CancellationToken cancellation)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcTransportException or RpcErrorException)
        {
            Lose(error.Message, MonotonicClock.NowNs, cancellation);
        }
    }

    private void Lose(string why, long dueNs, CancellationToken cancellation)
    {
        _snapshotDue = true;
        Volatile.Write(ref _lastTrouble, why);
        if (_isLost)
            return;
        _isLost = true;
        Counters.CountLoss();
        MarketEvent lost = new() { Kind = MarketEventKind.FeedLost, DueNs = dueNs, UnixNs = _eventUnixNs, BlockNumber = _head?.Number ?? 0 };
        _sink!.Publish(new ReadOnlySpan<MarketEvent>(in lost), cancellation);
    }

    private async Task FollowAsync(BlockHeader header, long dueNs, CancellationToken cancellation)
    {
        BlockHeader head = _head!;
        if (header.Hash == head.Hash)
            return;
        if (header.ParentHash != head.Hash && header.Number <= head.Number)
        {
            // Told late, or the chain turned back: only the node's latest block can say.
            header = await LatestAsync(cancellation).ConfigureAwait(false);
            if (header.Hash == head.Hash)
                return;
        }
        List<BlockHeader>? blocks = await LinkAsync(head, header, cancellation).ConfigureAwait(false);
        if (blocks is not null)
        {
            await ApplyAsync(blocks, dueNs, cancellation).ConfigureAwait(false);
            return;
        }
        await SnapshotAllAsync(dueNs, cancellation).ConfigureAwait(false);
    }

    /// <summary>The blocks after <paramref name="from"/> up to <paramref name="to"/>; null when the second does not descend from the first, or is too far.</summary>
    private async Task<List<BlockHeader>?> LinkAsync(BlockHeader from, BlockHeader to, CancellationToken cancellation)
    {
        if (to.ParentHash == from.Hash)
            return [to];
        if (to.Number <= from.Number + 1)
        {
            Counters.CountReorg();
            return null;
        }
        Counters.CountGap();
        if (to.Number - from.Number - 1 > (ulong)_setup.MaxGapBlocks)
            return null;
        List<BlockHeader> blocks = [];
        Hash32 parent = from.Hash;
        for (ulong number = from.Number + 1; number < to.Number; number++)
        {
            BlockHeader? block = await _chain.BlockAsync(number, cancellation).ConfigureAwait(false);
            if (block is null || block.ParentHash != parent)
            {
                Counters.CountReorg();
                return null;
            }
            blocks.Add(block);
            parent = block.Hash;
        }
        blocks.Add(to);
        if (to.ParentHash == parent)
            return blocks;
        Counters.CountReorg();
        return null;
    }

    /// <summary>Publishes the blocks as one batch, closed by the last one's head.</summary>
    private async Task ApplyAsync(List<BlockHeader> blocks, long dueNs, CancellationToken cancellation)
    {
        BlockHeader last = blocks[^1];
        _batch.Clear();
        // From here the copies run ahead of what was published: a failure on the way makes a snapshot due.
        List<EthCall> more = [];
        _lending?.AppendCalls(more);
        int ofLending = more.Count;
        _liquidity.AppendCalls(more);
        (UInt256[] holdings, List<Pool> mismatched, ArraySegment<byte[]> answers) = await _reader.HoldingsAndMismatchesAsync(
            last.Hash, () => ApplyLogsAsync(blocks, dueNs, cancellation), more, cancellation).ConfigureAwait(false);
        foreach (Pool pool in mismatched)
            if (pool.IsReady)
                Counters.CountMismatch();
        await SnapshotPoolsAsync(mismatched, last, dueNs, cancellation).ConfigureAwait(false);
        await ReconcileLendingAsync(last, answers[..ofLending], cancellation).ConfigureAwait(false);
        _liquidity.Take(answers[ofLending..]);
        Close(last, holdings, all: false, dueNs, cancellation);
    }

    private async Task ReconcileLendingAsync(BlockHeader block, ArraySegment<byte[]> answers, CancellationToken cancellation)
    {
        if (_lending is null)
            return;
        LendingFollower.Standing standing = _lending.Reconcile(answers, (ulong)block.TimestampSeconds);
        if (standing is LendingFollower.Standing.Corrected or LendingFollower.Standing.Differs)
            Counters.CountMismatch();
        if (standing is not (LendingFollower.Standing.Equal or LendingFollower.Standing.Corrected))
            await ReadLendingAsync(block.Hash, cancellation).ConfigureAwait(false);
    }

    private async Task ReadLendingAsync(Hash32 block, CancellationToken cancellation)
    {
        if (_lending is null)
            return;
        await _lending.ReadAsync(block, cancellation).ConfigureAwait(false);
        _addresses = [.. _bySource.Keys.Union(_lending.LogSites)];
    }

    private async Task SnapshotAllAsync(long dueNs, CancellationToken cancellation)
    {
        _tip.Refresh(cancellation);
        BlockHeader latest = await LatestAsync(cancellation).ConfigureAwait(false);
        _batch.Clear();
        await Task.WhenAll(SnapshotPoolsAsync(_setup.Pools, latest, dueNs, cancellation), ReadLendingAsync(latest.Hash, cancellation)).ConfigureAwait(false);
        _dataFee.Refresh(latest.Hash, cancellation);
        List<EthCall> more = [];
        _liquidity.AppendCalls(more);
        (UInt256[] holdings, ArraySegment<byte[]> answers) = await _reader.HoldingsAsync(latest.Hash, more, cancellation).ConfigureAwait(false);
        _liquidity.Take(answers);
        await _dataFee.SettleAsync().ConfigureAwait(false);
        await _tip.SettleAsync().ConfigureAwait(false);
        Counters.CountSnapshot();
        Close(latest, holdings, all: true, dueNs, cancellation);
        _snapshotDue = false;
    }

    private async Task<BlockHeader> LatestAsync(CancellationToken cancellation) =>
        await _chain.BlockAsync(BlockRef.Latest, cancellation).ConfigureAwait(false)
        ?? throw new RpcTransportException("the node has no latest block");

    private async Task ApplyLogsAsync(List<BlockHeader> blocks, long dueNs, CancellationToken cancellation)
    {
        if (_addresses.Length == 0)
            return;
        foreach (BlockHeader block in blocks)
        {
            LogEntry[] logs = await _chain.LogsAsync(block.Hash, _addresses, cancellation).ConfigureAwait(false);
            Array.Sort(logs, static (left, right) => left.LogIndex.CompareTo(right.LogIndex));
            foreach (LogEntry log in logs)
                ApplyLog(log, block, dueNs);
        }
    }

    private void ApplyLog(LogEntry log, BlockHeader block, long dueNs)
    {
        if (log.Removed || log.BlockHash != block.Hash)
            return;
        _lending?.Apply(log, (ulong)block.TimestampSeconds);
        if (!_bySource.TryGetValue(log.Address, out List<Pool>? told))
            return;
        foreach (Pool pool in told)
        {
            MarketEvent e = NewEvent(block, dueNs);
            if (!pool.TryReadLog(log.Topics, log.Data, ref e))
                continue;
            e.LogIndex = log.LogIndex;
            Counters.CountPoolEvent();
            pool.Apply(in e);
            _batch.Add(e);
        }
    }

    private async Task SnapshotPoolsAsync(IReadOnlyList<Pool> pools, BlockHeader block, long dueNs, CancellationToken cancellation)
    {
        int from = _batch.Count;
        await _reader.SnapshotAsync(pools, block.Hash, _batch, cancellation).ConfigureAwait(false);
        foreach (ref MarketEvent e in CollectionsMarshal.AsSpan(_batch)[from..])
        {
            MarketEvent stamp = NewEvent(block, dueNs);
            e.BlockNumber = stamp.BlockNumber;
            e.UnixNs = stamp.UnixNs;
            e.DueNs = stamp.DueNs;
            _setup.Pools[e.Pool.Index].Apply(in e);
        }
    }

    private void Close(BlockHeader block, UInt256[] holdings, bool all, long dueNs, CancellationToken cancellation)
    {
        AddHoldings(block, holdings, all, dueNs);
        _lending?.AppendEvents(_batch, NewEvent(block, dueNs), (ulong)block.TimestampSeconds, all);
        _liquidity.AppendEvents(_batch, NewEvent(block, dueNs), all);
        AddPrices(block, dueNs);
        AddHead(block, dueNs);
        _sink!.Publish(CollectionsMarshal.AsSpan(_batch), cancellation);
        _head = block;
        _isLost = false;
        Counters.CountHead();
        _tip.Refresh(cancellation);
        _dataFee.Refresh(block.Hash, cancellation);
    }

    private void AddHoldings(BlockHeader block, UInt256[] holdings, bool all, long dueNs)
    {
        for (int i = 0; i < holdings.Length; i++)
        {
            if (!all && _holdings[i] == holdings[i])
                continue;
            _holdings[i] = holdings[i];
            MarketEvent e = NewEvent(block, dueNs);
            e.Kind = MarketEventKind.Holding;
            e.Subject = AssetId.FromIndex(i).Value;
            e.Holding = holdings[i];
            _batch.Add(e);
        }
    }

    /// <summary>Every price on every head, moved or not: it is as fresh as the head. An asset without a path is left to age.</summary>
    private void AddPrices(BlockHeader block, long dueNs)
    {
        for (int i = 0; i < _setup.Assets.Count; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            if (_setup.PricedElsewhere.Contains(asset) || !_prices.TryPrice(asset, out PriceUpdate price))
                continue;
            MarketEvent e = NewEvent(block, dueNs);
            e.Kind = MarketEventKind.Price;
            e.Subject = asset.Value;
            e.Price = price;
            _batch.Add(e);
        }
    }

    private void AddHead(BlockHeader block, long dueNs)
    {
        MarketEvent e = NewEvent(block, dueNs);
        e.Kind = MarketEventKind.Head;
        e.Head = new BlockHead
        {
            Hash = block.Hash,
            BaseFeePerGasWei = block.BaseFeePerGasWei,
            PriorityFeePerGasWei = _tip.TipWei,
            GasUsed = block.GasUsed,
            GasLimit = block.GasLimit,
            TimestampSeconds = block.TimestampSeconds,
            DataFeeWei = _dataFee.FeeWei,
        };
        _batch.Add(e);
    }

    /// <summary>Time comes from the block, and never goes back: after a reorganisation to an earlier time it stands still for a while.</summary>
    private MarketEvent NewEvent(BlockHeader block, long dueNs)
    {
        _eventUnixNs = Math.Max(_eventUnixNs, block.TimestampSeconds * NanosecondsPerSecond);
        return new MarketEvent { DueNs = dueNs, UnixNs = _eventUnixNs, BlockNumber = block.Number };
    }
}
