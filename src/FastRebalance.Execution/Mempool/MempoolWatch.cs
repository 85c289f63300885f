using System.Collections.Concurrent;
using System.Threading.Channels;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// All that is known of the public pool, and what follows from it for an order. Owned by one task, which feeds it; its pools are its own and are
/// kept current by the logs of the blocks told. Other threads ask by <see cref="Ask"/>, tell own hashes by <see cref="ExpectOwn"/>, and read
/// <see cref="Published"/>: they never wait and never lock.
/// </summary>
public sealed class MempoolWatch
{
    private const int EffectsRead = 32;
    private const ulong SuspectBlocks = 2;

    private readonly CallDecoder _decoder;
    private readonly PendingPool _pending;
    private readonly PositionBook _positions;
    private readonly MempoolAdvisor _advisor;
    private readonly PoolOverlay _predicted;
    private readonly SandwichWatch _sandwiches;
    private readonly InclusionModel _inclusion = new();
    private readonly ConcurrentQueue<Hash32> _told = new();
    private readonly HashSet<Hash32> _ours = [];
    private readonly List<PostMortem> _postMortems = [];
    private readonly PendingEffect[] _effects = new PendingEffect[EffectsRead];
    private readonly Hash32[] _executable;
    private readonly double[] _before;
    private BlockHeader? _head;
    private ulong _blockSeconds;
    private ulong _trustedFrom;
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile Tuple<OrderView, TaskCompletionSource<MempoolAdvice>>? _answer;
    private OrderView? _question;
    private MempoolAdvice? _waiting;
    private OrderView? _waitingOrder;
    private MempoolView _published;

    /// <param name="market">Who is who; its pools become the watch's own, nobody else may touch them.</param>
    /// <param name="own">Our own accounts.</param>
    /// <param name="options">How things are weighed.</param>
    public MempoolWatch(MempoolMarket market, IReadOnlyList<Address> own, MempoolOptions options)
    {
        options.Validate();
        Market = market;
        _decoder = new CallDecoder(market);
        _pending = new PendingPool(options.Pool, own);
        _positions = new PositionBook(market);
        _advisor = new MempoolAdvisor(market, _positions, options);
        _predicted = new PoolOverlay(market, _positions);
        _sandwiches = new SandwichWatch(options);
        _executable = new Hash32[options.MaxConsidered];
        _before = new double[market.Pools.Count];
        _published = new MempoolView(null, null, Meter.Snapshot(_pending, _sandwiches), IsSuspect: true, 0);
        IsSuspect = true;
    }

    public MempoolMarket Market { get; }

    public PendingPool Pending => _pending;

    public PositionBook Positions => _positions;

    public MempoolMeter Meter { get; } = new();

    public SandwichWatch Sandwiches => _sandwiches;

    /// <summary>What became of our own swaps, the newest last; the last hundred.</summary>
    public IReadOnlyList<PostMortem> PostMortems => _postMortems;

    public MempoolFigures Metrics => Meter.Snapshot(_pending, _sandwiches);

    /// <summary>The feed has a gap, or has just begun.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>The chain went another way than the pools were told: they must be read anew.</summary>
    public bool NeedsPools { get; private set; }

    /// <summary>The newest answer, for any thread.</summary>
    public MempoolView Published => Volatile.Read(ref _published);

    /// <summary>Asks about an order, or about nothing; answered with the next publication. For any thread.</summary>
    public void Ask(OrderView? order) => Volatile.Write(ref _question, order);

    /// <summary>Told on the watch's task after each publication; it must not throw, and returns at once.</summary>
    public Action<MempoolView>? OnPublished { get; set; }

    /// <summary>Asks about an order and waits for the answer that is for it; any thread.</summary>
    /// <returns>Null where none came in time.</returns>
    public async Task<MempoolAdvice?> AdviceForAsync(OrderView order, TimeSpan patience, CancellationToken cancellation)
    {
        TaskCompletionSource<MempoolAdvice> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = Tuple.Create(order, answer);
        Ask(order);
        _asked.Writer.TryWrite(true);
        try
        {
            return await answer.Task.WaitAsync(patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>For the owner: something was asked.</summary>
    internal ChannelReader<bool> Asked => _asked.Reader;

    /// <summary>For the owner: answers what was asked.</summary>
    internal void Answer()
    {
        TakeOwnHashes();
        Publish(MonotonicClock.NowNs);
    }

    /// <summary>A transaction of ours is about to be released: told before its first byte leaves. For any thread.</summary>
    public void ExpectOwn(in Hash32 hash) => _told.Enqueue(hash);

    /// <summary>Takes a pending transaction.</summary>
    /// <param name="body">As the node tells it.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public PendingStatus OnPending(NodeTransaction body, long nowNs)
    {
        TakeOwnHashes();
        PendingTransactionView view = new()
        {
            Hash = body.Hash,
            Sender = body.From,
            Nonce = body.Nonce,
            GasLimit = body.GasLimit,
            ValueWei = body.ValueWei,
            MaxFeePerGasWei = body.MaxFeePerGasWei,
            TipPerGasWei = body.MaxPriorityFeePerGasWei,
        };
        return OnPending(view, body.To.GetValueOrDefault(), body.Input, nowNs);
    }

    /// <summary>Takes a pending transaction whose call data may go afterwards.</summary>
    public PendingStatus OnPending(PendingTransactionView view, in Address to, ReadOnlySpan<byte> input, long nowNs)
    {
        TakeOwnHashes();
        long started = MonotonicClock.NowNs;
        bool isWatched = Market.Watched.TryFind(in to, out _, out _);
        long asked = MonotonicClock.NowNs;
        Meter.Tier0.Record(asked - started);
        int count = 0;
        view.Verdict = DecodeVerdict.NotWatched;
        if (isWatched)
        {
            view.Verdict = _decoder.Decode(in to, in view.Sender, in view.ValueWei, input, _effects, out count);
            Meter.Tier1.Record(MonotonicClock.NowNs - asked);
        }
        Meter.Verdicts[(int)view.Verdict]++;
        ReadOnlySpan<PendingEffect> effects = _effects.AsSpan(0, count);
        PendingStatus status = _pending.Add(in view, effects, nowNs);
        if (_ours.Contains(view.Hash) && Volatile.Read(ref _question) is { } order && order.Hash == view.Hash)
            _sandwiches.Echo(order, nowNs);
        if (status is PendingStatus.Added or PendingStatus.Replaced)
            _sandwiches.Look(in view, effects, nowNs);
        if (count > 0 || status == PendingStatus.UnknownOwnTransaction)
            Publish(started);
        return status;
    }

    /// <summary>Takes a block: judges what was predicted, examines our own swaps, and moves the pools.</summary>
    public void OnBlock(BlockView block)
    {
        TakeOwnHashes();
        BlockHeader header = block.Header;
        if (_head?.Hash == header.Hash)
            return; // told twice
        if (_head is { } parent && header.ParentHash != parent.Hash)
            OnBranch();
        bool isNext = _head is not null && !NeedsPools;
        if (isNext)
        {
            Predict();
            ScoreInclusion(block);
            foreach (MinedTransaction transaction in block.Transactions)
                if (_ours.Contains(transaction.Hash))
                    Examine(block, transaction.Hash);
        }
        foreach (LogEntry log in block.Logs)
            Move(log);
        _positions.Learn(block.Logs);
        if (isNext)
            ScorePrices(block);
        UInt256 next = NextBaseFee.After(header.BaseFeePerGasWei, header.GasUsed, header.GasLimit);
        _pending.OnBlock(header.Number, in next, header.GasLimit, block.Transactions);
        ulong interval = _head is { } last ? (ulong)Math.Max(1, header.TimestampSeconds - last.TimestampSeconds) : 1;
        _blockSeconds = (ulong)header.TimestampSeconds + interval;
        _head = header;
        if (IsSuspect && header.Number >= _trustedFrom && _trustedFrom != 0)
            IsSuspect = false;
        ScoreWait();
        if (Volatile.Read(ref _question) is not { IsLive: true })
            _sandwiches.End();
        Publish(MonotonicClock.NowNs);
    }

    /// <summary>The feed broke, or lost something: what is known is not all until some blocks after the next snapshot.</summary>
    public void OnGap(long lengthNs)
    {
        Meter.NoteGap(lengthNs);
        IsSuspect = true;
        _trustedFrom = 0;
    }

    /// <summary>The node's whole pool was read: in a few blocks the window is trusted again.</summary>
    public void OnSnapshot() => _trustedFrom = _pending.Head + SuspectBlocks;

    /// <summary>The pools were read from the chain at this head.</summary>
    public void OnPoolsRead(BlockHeader head)
    {
        _head = head;
        NeedsPools = false;
        _pending.OnBlock(head.Number, NextBaseFee.After(head.BaseFeePerGasWei, head.GasUsed, head.GasLimit), head.GasLimit, []);
        _blockSeconds = (ulong)head.TimestampSeconds + 1;
    }

    /// <summary>What to do with an order now. For the owner; others use <see cref="Ask"/>.</summary>
    public MempoolAdvice Advise(OrderView order) => _advisor.Advise(
        order, _pending, new AdviceFacts(_head?.BaseFeePerGasWei ?? 0, _blockSeconds, _sandwiches.FrontRunner, IsSuspect));

    private void Publish(long startedNs)
    {
        OrderView? order = Volatile.Read(ref _question);
        MempoolAdvice? advice = order is null || _head is null ? null : Advise(order);
        if (advice?.Action == MempoolAction.Wait && !order!.IsForeseen)
            (_waiting, _waitingOrder) = (advice, order);
        if (advice is not null)
            Meter.Advice.Record(Math.Max(0, MonotonicClock.NowNs - startedNs));
        MempoolView view = new(advice, order, Metrics, IsSuspect, _pending.Head);
        Volatile.Write(ref _published, view);
        if (advice is not null && _answer is { } asked && ReferenceEquals(asked.Item1, order))
            asked.Item2.TrySetResult(advice);
        OnPublished?.Invoke(view);
    }

    private void TakeOwnHashes()
    {
        while (_told.TryDequeue(out Hash32 hash))
        {
            _ours.Add(hash);
            _pending.ExpectOwn(in hash);
        }
    }

    private void OnBranch()
    {
        NeedsPools = true;
        _pending.ForgetAccounts();
        OnGap(0);
        foreach (Pool pool in Market.Pools)
            pool.Apply(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value });
    }

    private void Move(LogEntry log)
    {
        if (SwapLogs.PoolOf(Market, log) is not { } pool)
            return;
        MarketEvent e = default;
        if (pool.TryReadLog(log.Topics, log.Data, ref e))
            pool.Apply(in e);
        NeedsPools |= !pool.IsReady;
    }

    private void Predict()
    {
        _predicted.Reset();
        int count = _pending.WriteExecutable(_executable);
        for (int i = 0; i < count; i++)
            _predicted.Apply(_pending.EffectsOf(in _executable[i]), _blockSeconds);
    }

    /// <summary>The price that was predicted for each pool that the block or the prediction moved, against the real one.</summary>
    private void ScorePrices(BlockView block)
    {
        HashSet<PoolId> moved = [];
        foreach (LogEntry log in block.Logs)
            if (SwapLogs.TryRead(Market, log, out LoggedSwap swap))
                moved.Add(swap.Pool);
        foreach (Pool pool in Market.Pools)
        {
            if (!pool.IsReady || !(moved.Contains(pool.Id) || _predicted.IsTouched(pool.Id)))
                continue;
            double real = pool.SpotRate(pool.Asset0, pool.Asset1);
            double said = _predicted.IsTouched(pool.Id)
                ? _predicted.PoolOf(pool.Id).SpotRate(pool.Asset0, pool.Asset1)
                : _before[pool.Id.Index];
            if (real > 0 && said > 0)
                Meter.NotePrice(Math.Abs(said / real - 1) * 10_000);
        }
    }

    private void ScoreInclusion(BlockView block)
    {
        HashSet<Hash32> included = [.. block.Transactions.Select(transaction => transaction.Hash)];
        int count = _pending.WriteExecutable(_executable);
        for (int i = 0; i < count; i++)
        {
            if (!_pending.TryGet(in _executable[i], out PendingTransactionView view))
                continue;
            UInt256 tip = view.EffectiveTipWei(_pending.NextBaseFeeWei);
            double gasShare = block.Header.GasLimit == 0 ? 0 : Math.Min(1, view.GasLimit / (double)block.Header.GasLimit);
            Meter.NoteBrier(_inclusion.Learn(in tip, _pending.Head - view.SeenAtBlock, gasShare, included.Contains(view.Hash)));
        }
        if (block.Transactions.Length > 0)
            _inclusion.SeeClearing(block.Transactions.Min(transaction => (double)transaction.TipPerGasWei));
        for (int i = 0; i < _before.Length; i++)
            _before[i] = Market.Pools[i].SpotRate(Market.Pools[i].Asset0, Market.Pools[i].Asset1);
    }

    private void Examine(BlockView block, Hash32 ours)
    {
        foreach (PostMortem found in BlockReplay.Examine(Market, block.Header.Number, block.Transactions, block.Logs, ours))
        {
            Meter.NotePostMortem(found);
            _postMortems.Add(found);
            if (_postMortems.Count > 100)
                _postMortems.RemoveAt(0);
        }
    }

    /// <summary>A block after a wait: was the trade cheaper, or not needed any more?</summary>
    private void ScoreWait()
    {
        if (_waiting is null || _waitingOrder is not { } order)
            return;
        _predicted.Reset();
        bool isRestored = order.Weights is { } weights && _predicted.Drift(weights) < order.Band;
        double now = 0;
        foreach (OrderLeg leg in order.Legs)
            now += _predicted.TryQuote(in leg, out UInt256 paid) ? (double)paid / Math.Max(1, (double)leg.ExpectedOut) : 0;
        Meter.NoteWait(saved: isRestored || now >= order.Legs.Count);
        (_waiting, _waitingOrder) = (null, null);
    }
}
