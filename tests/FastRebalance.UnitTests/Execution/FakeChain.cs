using System.Threading.Channels;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Channels;

namespace FastRebalance.UnitTests.Execution;

/// <summary>A chain in memory: a pool, blocks, reorganisations and a line that can break. Also the channel into its pool.</summary>
internal sealed class FakeChain : IChain, ISubmitChannel
{
    private static readonly Address FactoryV3 = World.Token(0xf3);
    private static readonly Address FactoryV2 = World.Token(0xf2);

    private readonly Lock _gate = new();
    private readonly Channel<SubscriptionItem<BlockHeader>> _heads = Channel.CreateUnbounded<SubscriptionItem<BlockHeader>>();
    private readonly List<Block> _blocks = [];
    private readonly HashSet<Hash32> _pool = [];
    private byte _fork;

    public FakeChain(long now)
    {
        Time = now;
        for (int i = 0; i < 3; i++)
            Append();
    }

    public string Name => "fake";

    public ulong ChainId { get; set; } = 5;

    public long Time { get; set; }

    public ulong NonceBefore { get; set; } = 7;

    public ulong PendingExtra { get; set; }

    public UInt256 Balance { get; set; } = UInt256.PowerOfTen(18);

    public ulong BaseFee { get; set; } = 1_000_000_000;

    public UInt256 Allowance { get; set; } = UInt256.MaxValue;

    public byte[] AccountCode { get; set; } = [];

    public RpcError? Simulation { get; set; }

    public AnswerClass NextAnswer { get; set; } = AnswerClass.Accepted;

    public bool IsBroken { get; set; }

    /// <summary>Everything that reached the channel, in order.</summary>
    public List<(Hash32 Hash, byte[] Raw)> Sent { get; } = [];

    public Action? OnSubmit { get; set; }

    /// <summary>How often the chain was looked at.</summary>
    public int Looks { get; private set; }

    public bool Pooled(Hash32 hash)
    {
        lock (_gate)
            return _pool.Contains(hash);
    }

    /// <summary>The next block, with this transaction of the account in it.</summary>
    public void Mine(Hash32? hash = null, bool succeeded = true, params LogEntry[] logs)
    {
        lock (_gate)
        {
            if (hash is { } known)
                _pool.Remove(known);
            Append(hash, succeeded, logs);
        }
        PushHead();
    }

    /// <summary>A block with a transaction of the account that nobody here has sent.</summary>
    public void MineForeign() => Mine(HashOf(999, 9));

    /// <summary>The last blocks leave and as many empty ones, and one more, come; what they held is not back in the pool.</summary>
    public void Reorg(int depth)
    {
        lock (_gate)
        {
            _blocks.RemoveRange(_blocks.Count - depth, depth);
            _fork++;
            for (int i = 0; i <= depth; i++)
                Append();
        }
        PushHead();
    }

    public void Drop(Hash32 hash)
    {
        lock (_gate)
            _pool.Remove(hash);
    }

    public void Break()
    {
        IsBroken = true;
        _heads.Writer.TryWrite(new SubscriptionItem<BlockHeader>(SubscriptionSignal.Lost, null, 1, 0, 0));
    }

    public void Heal()
    {
        IsBroken = false;
        _heads.Writer.TryWrite(new SubscriptionItem<BlockHeader>(SubscriptionSignal.Started, null, 2, 0, 0));
    }

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
    {
        OnSubmit?.Invoke();
        if (IsBroken)
            return Task.FromResult(new ChannelAnswer(AnswerClass.Unknown, "the line broke"));
        lock (_gate)
        {
            Sent.Add((hash, raw.ToArray()));
            if (NextAnswer is AnswerClass.Accepted or AnswerClass.Known)
                _pool.Add(hash);
            return Task.FromResult(new ChannelAnswer(NextAnswer, NextAnswer == AnswerClass.Accepted ? "" : "as scripted"));
        }
    }

    public Task<ulong> ChainIdAsync(CancellationToken cancellation) => Answer(() => ChainId);

    public Task<BlockHeader?> BlockAsync(BlockRef block, CancellationToken cancellation) => Answer(() =>
    {
        string name = block.ToString();
        return name == "latest" ? _blocks[^1].Header : _blocks.Find(known => BlockRef.At(known.Header.Number).ToString() == name)?.Header;
    });

    public Task<ulong> NonceAsync(Address account, BlockRef block, CancellationToken cancellation) => Answer(() =>
        NonceBefore + (ulong)_blocks.Count(known => known.Receipt is not null)
        + (block.ToString() == "pending" ? (ulong)_pool.Count + PendingExtra : 0));

    public Task<UInt256> BalanceAsync(Address account, BlockRef block, CancellationToken cancellation) => Answer(() => Balance);

    public Task<byte[]> CodeAsync(Address account, BlockRef block, CancellationToken cancellation) =>
        Answer(() => account == OrderBench.Router ? [1] : AccountCode);

    public Task<byte[]> CallAsync(Address from, Address to, ReadOnlyMemory<byte> data, BlockRef block, CancellationToken cancellation) =>
        Answer(() => Simulation is { } error ? throw new RpcErrorException("eth_call", error) : Array.Empty<byte>());

    public Task<EthCallOutcome[]> CallManyAsync(IReadOnlyList<EthCall> calls, BlockRef block, CancellationToken cancellation) =>
        Answer(() => calls.Select(call => new EthCallOutcome(true, View(call), null)).ToArray());

    public Task<ulong> EstimateGasAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        Answer(() => Simulation is { } error ? throw new RpcErrorException("eth_estimateGas", error) : 200_000UL);

    /// <summary>What the node says a call touches; null for a node that does not tell.</summary>
    public TouchedState? Touched { get; set; }

    public Task<TouchedState?> TouchedStateAsync(Address from, Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        Answer(() => Touched);

    public Task<FeeHistory> FeeHistoryAsync(int blocks, double percentile, CancellationToken cancellation) => Answer(() =>
    {
        Looks++;
        return new FeeHistory { OldestBlock = 1, BaseFeePerGasWei = [BaseFee, BaseFee], GasUsedRatio = [0.5], RewardWei = [[1_000_000_000]] };
    });

    public Task<Receipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) =>
        Answer(() => _blocks.Find(block => block.Receipt?.TransactionHash == transaction)?.Receipt);

    public Task<byte[]> RawTransactionAsync(Hash32 transaction, CancellationToken cancellation) => Answer(static () => Array.Empty<byte>());

    public Task<bool> KnowsAsync(Hash32 transaction, CancellationToken cancellation) =>
        Answer(() => _pool.Contains(transaction) || _blocks.Exists(block => block.Receipt?.TransactionHash == transaction));

    public Task<SendOutcome> SendAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<HeadStream> SubscribeHeadsAsync(CancellationToken cancellation) =>
        Task.FromResult(new HeadStream(_heads.Reader, new Nothing()));

    private Task<T> Answer<T>(Func<T> answer)
    {
        if (IsBroken)
            return Task.FromException<T>(new RpcTransportException("the line broke"));
        try
        {
            lock (_gate)
                return Task.FromResult(answer());
        }
        catch (RpcErrorException refused)
        {
            return Task.FromException<T>(refused);
        }
    }

    private byte[] View(EthCall call)
    {
        AbiSelector.TryRead(call.Data.Span, out AbiSelector selector);
        if (selector == AbiSelector.Of("allowance(address,address)"))
            return Word(writer => writer(Allowance));
        Address answer = selector == AbiSelector.Of("factory()") ? FactoryV3
            : selector == AbiSelector.Of("factoryV2()") ? FactoryV2
            : Pool(call, selector == AbiSelector.Of("getPool(address,address,uint24)"));
        byte[] word = new byte[32];
        answer.Span.CopyTo(word.AsSpan(12));
        return word;
    }

    private static Address Pool(EthCall call, bool isV3)
    {
        AbiReader reader = new(call.Data.Span[4..]);
        reader.TryReadAddress(out Address token0);
        reader.TryReadAddress(out Address token1);
        return Array.Find(World.Pools, pool =>
            pool.Token0 == token0 && pool.Token1 == token1 && (pool.Kind == UniswapV3Pool.KindName) == isV3)?.Address ?? Address.Zero;
    }

    private static byte[] Word(Action<Action<UInt256>> write)
    {
        byte[] word = new byte[32];
        write(value => value.WriteBigEndian(word));
        return word;
    }

    private void Append(Hash32? hash = null, bool succeeded = true, params LogEntry[] logs)
    {
        ulong number = (ulong)_blocks.Count + 1;
        BlockHeader header = new()
        {
            Number = number,
            Hash = HashOf(number, _fork),
            ParentHash = number > 1 ? _blocks[^1].Header.Hash : default,
            TimestampSeconds = Time++,
            BaseFeePerGasWei = BaseFee,
            GasUsed = 0,
            GasLimit = 30_000_000,
        };
        Receipt? receipt = hash is not { } known ? null : new Receipt
        {
            TransactionHash = known,
            BlockHash = header.Hash,
            BlockNumber = number,
            Succeeded = succeeded,
            GasUsed = 150_000,
            EffectiveGasPriceWei = 2_000_000_000,
            From = default,
            To = OrderBench.Router,
            ContractAddress = null,
            TransactionIndex = 0,
            Logs = logs,
        };
        _blocks.Add(new Block(header, receipt));
    }

    private void PushHead() =>
        _heads.Writer.TryWrite(new SubscriptionItem<BlockHeader>(SubscriptionSignal.Item, _blocks[^1].Header, 1, 0, 0));

    private static Hash32 HashOf(ulong number, byte fork) => SlotBench.HashOf(number, (byte)(fork + 1));

    private sealed record Block(BlockHeader Header, Receipt? Receipt);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
