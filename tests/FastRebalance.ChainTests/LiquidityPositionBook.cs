using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Hashing;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>Our own books of some positions of one pool: read at a block, then kept from logs, and asked against the contracts.</summary>
internal sealed class LiquidityPositionBook
{
    private readonly AmmChain _chain;
    private readonly PoolFeeGrowth _growth;
    private readonly Dictionary<ulong, LiquidityPosition> _positions = [];
    private (int Lower, int Upper) _newRange;
    private ulong _newToken;

    private LiquidityPositionBook(AmmChain chain, AmmPoolUnderTest under, UniswapV3Pool pool, PoolFeeGrowth growth) =>
        (_chain, Under, Pool, _growth) = (chain, under, pool, growth);

    public AmmPoolUnderTest Under { get; }

    public UniswapV3Pool Pool { get; }

    public List<ulong> Tokens { get; } = [];

    public static async Task<LiquidityPositionBook> ReadAsync(AmmChain chain, AmmPoolUnderTest under, int kept, ulong block)
    {
        UniswapV3Pool pool = (UniswapV3Pool)await chain.ReadAsync(under, block);
        List<ulong> tokens = [.. under.Positions.Take(kept)];
        List<LiquidityPosition> positions = [];
        foreach (ulong token in tokens)
            positions.Add(await ReadPositionAsync(chain, token, block));

        // A range around the price whose ends nobody used: it is minted later, and its ticks begin then.
        int middle = pool.State.Tick / under.Spacing * under.Spacing;
        int lower = Unused(pool, middle - 3 * under.Spacing, -under.Spacing);
        int upper = Unused(pool, middle + 3 * under.Spacing, under.Spacing);
        PoolFeeGrowth growth = new(pool, [.. positions.SelectMany(position => new[] { position.TickLower, position.TickUpper }), lower, upper]);
        Assert.True(growth.TryRead(await AnswersAsync(chain, growth, block)));
        LiquidityPositionBook book = new(chain, under, pool, growth) { _newRange = (lower, upper) };
        book.Tokens.AddRange(tokens);
        for (int i = 0; i < tokens.Count; i++)
            book._positions[tokens[i]] = positions[i];
        return book;
    }

    /// <summary>Owner's words of <c>positions(uint256)</c>.</summary>
    public static async Task<LiquidityPosition> ReadPositionAsync(AmmChain chain, ulong token, BlockRef block)
    {
        byte[] call = CallData.Of("positions(uint256)", 1, (ref AbiWriter writer) => writer.WriteUInt64(token));
        byte[] words = await chain.Node.CallAsync(chain.Positions, call, block);
        UInt256 Word(int word) => UInt256.ReadBigEndian(words.AsSpan(32 * word, 32));
        int Tick(int word) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(words.AsSpan(32 * word + 28));
        return LiquidityPosition.Of(
            Tick(5), Tick(6), (UInt128)Word(7), new FeeGrowth(Word(8), Word(9)), (UInt128)Word(10), (UInt128)Word(11));
    }

    /// <summary>A position of its own ticks, followed from its first log.</summary>
    public async Task MintNewAsync(AmmChain chain)
    {
        _newToken = await chain.MintRangeAsync(Under, _newRange.Lower, _newRange.Upper);
        Tokens.Add(_newToken);
        _positions[_newToken] = new LiquidityPosition(_newRange.Lower, _newRange.Upper);
    }

    /// <summary>Fees first, then the pool itself: the order that the promise names.</summary>
    public string? Take(LogEntry log)
    {
        FeeGrowthStatus status = _growth.Take(log.Topics, log.Data);
        Assert.True(status == FeeGrowthStatus.Current, $"{Under}: {status} at a log of block {log.BlockNumber}");
        MarketEvent e = default;
        if (!Pool.TryReadLog(log.Topics, log.Data, ref e))
            return null;
        Pool.Apply(in e);
        return e.Kind == MarketEventKind.Concentrated ? "swap" : e.Kind.ToString();
    }

    public string? AssertIncreased(ulong token, UInt128 liquidity, in TokenAmounts told)
    {
        LiquidityPosition position = _positions[token];
        bool isBorn = token == _newToken && position.Liquidity == 0 && position.Counted == default;
        Assert.True(RangeAmounts.TryTakenBy(
            Pool.State.SqrtPriceX96, position.TickLower, position.TickUpper, liquidity, out TokenAmounts taken));
        Assert.Equal(told, taken);
        Assert.True(position.TryAdd(liquidity, Inside(in position)));
        _positions[token] = position;
        return isBorn ? "born" : null;
    }

    public string? AssertDecreased(ulong token, UInt128 liquidity, in TokenAmounts told)
    {
        LiquidityPosition position = _positions[token];
        Assert.True(position.TryRemove(liquidity, Inside(in position), Pool.State.SqrtPriceX96, out TokenAmounts paid));
        Assert.Equal(told, paid);
        _positions[token] = position;
        return position.Liquidity == 0 ? "emptied" : null;
    }

    public string? AssertCollected(ulong token, in TokenAmounts told)
    {
        LiquidityPosition position = _positions[token];
        (UInt128 owed0, UInt128 owed1) = position.Liquidity == 0 ? (position.Owed0, position.Owed1) : position.OwedAt(Inside(in position));
        TokenAmounts paid = position.Collect(Inside(in position), Cap(told.Amount0, owed0), Cap(told.Amount1, owed1));
        Assert.Equal(told, paid);
        _positions[token] = position;
        return told.Amount0.IsZero && told.Amount1.IsZero ? null : "fees";
    }

    public async Task AssertIsChainsAsync(ulong block)
    {
        PoolFeeGrowth fresh = new(Pool, _positions.Values.SelectMany(position => new[] { position.TickLower, position.TickUpper }));
        Assert.True(fresh.TryRead(await AnswersAsync(_chain, fresh, block)));
        Assert.Equal(fresh.Global, _growth.Global);
        foreach ((ulong token, LiquidityPosition kept) in _positions)
        {
            LiquidityPosition told = await ReadPositionAsync(_chain, token, block);
            Assert.Equal(told.Liquidity, kept.Liquidity);
            Assert.Equal((told.Owed0, told.Owed1), (kept.Owed0, kept.Owed1));
            Assert.Equal(told.Counted, kept.Counted);
            if (kept.Liquidity == 0)
                continue;
            Assert.True(fresh.TryInside(kept.TickLower, kept.TickUpper, out FeeGrowth inside));
            Assert.Equal(inside, Inside(in kept));
        }
    }

    // A cap that the caller gave shows only where it bound.
    private static UInt128 Cap(in UInt256 told, UInt128 owed) => told == (UInt256)owed ? UInt128.MaxValue : (UInt128)told;

    private FeeGrowth Inside(in LiquidityPosition position)
    {
        Assert.True(_growth.TryInside(position.TickLower, position.TickUpper, out FeeGrowth inside));
        return inside;
    }

    private static async Task<byte[][]> AnswersAsync(AmmChain chain, PoolFeeGrowth growth, ulong block)
    {
        List<PoolCall> calls = [];
        growth.AppendReadCalls(calls);
        return await chain.CallAsync(calls, block);
    }

    private static int Unused(UniswapV3Pool pool, int tick, int step)
    {
        while (pool.Ticks.Floor(tick) is >= 0 and int position && pool.Ticks.IndexAt(position) == tick)
            tick += step;
        return tick;
    }
}
