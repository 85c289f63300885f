using System.Threading.Channels;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;

namespace FastRebalance.Tests;

/// <summary>
/// A chain in memory with Uniswap V2 pairs and tokens: state is kept per block, so that questions at a hash are answered from
/// that block whatever the head is. Used by one test at a time.
/// </summary>
internal sealed class FakeChain : IChainView
{
    private static readonly Hash32 s_sync = Hash32.Parse("0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1");

    private readonly Channel<SubscriptionItem<BlockHeader>> _heads = Channel.CreateUnbounded<SubscriptionItem<BlockHeader>>();
    private readonly Dictionary<Hash32, Block> _blocks = [];
    private readonly Dictionary<ulong, Block> _canonical = [];
    private readonly Lock _lock = new();
    private int _hashes;
    private int _generation = 1;

    /// <summary>Thrown instead of an answer while set, by method.</summary>
    public Func<string, Exception?> Trouble { get; set; } = _ => null;

    /// <summary>Answers that other contracts give, in words; null where there is none.</summary>
    public Func<EthCall, UInt256[]?> Others { get; set; } = _ => null;

    /// <summary>Blocks that the next calls are answered from, whatever they name: a node that is not steady.</summary>
    public Queue<Block> AnswersFrom { get; } = [];

    public ulong TipWei { get; set; } = 3;

    /// <summary>Hashes whose logs were asked for, in order.</summary>
    public List<ulong> LogsAsked { get; } = [];

    public int Batches { get; private set; }

    public Block Latest { get; private set; } = new() { Header = NewHeader(0, default, default) };

    public sealed class Block
    {
        public required BlockHeader Header { get; init; }
        public Dictionary<Address, (UInt256 Reserve0, UInt256 Reserve1)> Reserves { get; init; } = [];
        public Dictionary<Address, UInt256> Holdings { get; init; } = [];
        public List<LogEntry> Logs { get; } = [];
    }

    /// <summary>Puts a block on top of <paramref name="parent"/> (the latest by default) and makes it the latest, told to nobody.</summary>
    public Block Mine(Action<Block>? change = null, Block? parent = null, long? timestampSeconds = null)
    {
        lock (_lock)
        {
            parent ??= Latest;
            Span<byte> hash = stackalloc byte[Hash32.Length];
            hash[^1] = (byte)++_hashes;
            BlockHeader header = NewHeader(parent.Header.Number + 1, new Hash32(hash), parent.Header.Hash, timestampSeconds);
            Block block = new() { Header = header, Reserves = new(parent.Reserves), Holdings = new(parent.Holdings) };
            change?.Invoke(block);
            _blocks[header.Hash] = block;
            _canonical[header.Number] = block;
            foreach (ulong above in _canonical.Keys.Where(number => number > header.Number).ToArray())
                _canonical.Remove(above);
            Latest = block;
            return block;
        }
    }

    /// <summary>A swap or deposit: sets both reserves and writes the log, unless the log is to be missed.</summary>
    public static void Sync(Block block, Pool pool, UInt256 reserve0, UInt256 reserve1, bool withLog = true)
    {
        block.Reserves[pool.Address] = (reserve0, reserve1);
        if (withLog)
            Log(block, pool.Address, [s_sync], reserve0, reserve1);
    }

    public static void Log(Block block, Address by, Hash32[] topics, params UInt256[] data) =>
        block.Logs.Add(new LogEntry
        {
            Address = by,
            Topics = topics,
            Data = Words(data),
            LogIndex = (uint)block.Logs.Count,
            BlockHash = block.Header.Hash,
            BlockNumber = block.Header.Number,
            TransactionHash = default,
            Removed = false,
        });

    public void Tell(Block block) => Put(SubscriptionSignal.Item, block.Header);

    public void Start() => Put(SubscriptionSignal.Started, null);

    public void Break()
    {
        Put(SubscriptionSignal.Lost, null);
        _generation++;
    }

    public void End() => _heads.Writer.Complete();

    public Task<HeadStream> SubscribeHeadsAsync(CancellationToken cancellation) => AnswerAsync("subscribe", () => new HeadStream(_heads.Reader, new Nothing()));

    public Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation) => AnswerAsync("block", () =>
        block == BlockRef.Latest
            ? Latest.Header
            : _canonical.Values.FirstOrDefault(candidate => block == BlockRef.At(candidate.Header.Number))?.Header);

    public Task<LogEntry[]> LogsAsync(Hash32 blockHash, IReadOnlyList<Address> addresses, CancellationToken cancellation) => AnswerAsync("logs", () =>
    {
        LogsAsked.Add(_blocks[blockHash].Header.Number);
        // The newest first: whoever needs the order must make it.
        return _blocks[blockHash].Logs.Where(log => addresses.Contains(log.Address)).Reverse().ToArray();
    });

    public Task<EthCallOutcome[]> CallManyAsync(IReadOnlyList<EthCall> calls, Hash32 blockHash, CancellationToken cancellation) => AnswerAsync("call", () =>
    {
        Batches++;
        AnswersFrom.TryDequeue(out Block? other);
        return calls.Select(call => Answer(other ?? _blocks[blockHash], call)).ToArray();
    });

    public Task<FeeHistory> FeeHistoryAsync(int blockCount, double percentile, CancellationToken cancellation) => AnswerAsync("fees", () => new FeeHistory
    {
        OldestBlock = 0,
        BaseFeePerGasWei = [7, 7],
        GasUsedRatio = [0.5],
        RewardWei = [[TipWei]],
    });

    private EthCallOutcome Answer(Block block, EthCall call)
    {
        UInt256[]? words = Others(call) ?? Convert.ToHexStringLower(call.Data.Span[..4]) switch
        {
            "0902f1ac" when block.Reserves.TryGetValue(call.To, out var pair) => [pair.Reserve0, pair.Reserve1, UInt256.Zero],
            "70a08231" when block.Holdings.TryGetValue(call.To, out UInt256 units) => [units],
            _ => null,
        };
        return words is null
            ? new EthCallOutcome(false, [], new RpcError(RpcError.RevertCode, "execution reverted"))
            : new EthCallOutcome(true, Words(words), null);
    }

    private async Task<T> AnswerAsync<T>(string method, Func<T> answer)
    {
        await Task.Yield();
        lock (_lock)
            return Trouble(method) is { } trouble ? throw trouble : answer();
    }

    private void Put(SubscriptionSignal signal, BlockHeader? header) =>
        _heads.Writer.TryWrite(new SubscriptionItem<BlockHeader>(signal, header, _generation, 0, Core.Measures.MonotonicClock.NowNs));

    private static byte[] Words(params UInt256[] words)
    {
        byte[] data = new byte[32 * words.Length];
        for (int i = 0; i < words.Length; i++)
            words[i].WriteBigEndian(data.AsSpan(32 * i));
        return data;
    }

    private static BlockHeader NewHeader(ulong number, Hash32 hash, Hash32 parent, long? timestampSeconds = null) => new()
    {
        Number = number,
        Hash = hash,
        ParentHash = parent,
        TimestampSeconds = timestampSeconds ?? 1_000_000 + (long)number,
        BaseFeePerGasWei = 7 + number,
        GasUsed = 21_000,
        GasLimit = 30_000_000,
    };

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
