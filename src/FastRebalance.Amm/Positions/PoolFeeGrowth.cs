using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// The fee growth of a Uniswap V3 pool, kept to the unit from its logs: globally, and outside the ticks where our positions begin and end.
/// Read once at a block, it then takes every log of the pool <b>before the pool itself applies it</b>, because a swap's fees are replayed
/// over the liquidity that was there. One owner; taking a log allocates nothing.
/// </summary>
/// <remarks>
/// A <c>Swap</c> tells what went in and the price it came to, not how it was asked for. That is enough: the contract splits every step that
/// reaches a stop by one formula, and where the last one ends short of a stop, either the amount given ends exactly there and keeps as fee
/// what it did not move, or the same formula leaves nothing. A log that fits neither did not follow from the state before it.
/// </remarks>
public sealed class PoolFeeGrowth
{
    internal static readonly AbiFunction Global0Function = new("feeGrowthGlobal0X128()", 0xf3058399);
    internal static readonly AbiFunction Global1Function = new("feeGrowthGlobal1X128()", 0x46141319);

    internal static readonly AbiEvent FlashEvent = new(
        "Flash(address,address,uint256,uint256,uint256,uint256)", "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633");

    internal static readonly AbiEvent SetFeeProtocolEvent = new(
        "SetFeeProtocol(uint8,uint8,uint8,uint8)", "0x973d8d92bb299f4af6ce49b52a8adb85ae46b9f214c4c4fc06ac77401237b133");

    private const int ProtocolWord = 5;
    private const int HeadAnswers = 3;

    private readonly UniswapV3Pool _pool;
    private readonly int[] _ticks;
    private readonly FeeGrowth[] _outside;
    private FeeGrowth _global;

    // One part in so many of a fee is the protocol's; zero for nothing.
    private uint _protocol0;
    private uint _protocol1;

    /// <param name="pool">Followed by the caller; its state before a log is what the log's fees are shared over.</param>
    /// <param name="ticks">Where positions begin and end, in any order.</param>
    public PoolFeeGrowth(UniswapV3Pool pool, IEnumerable<int> ticks)
    {
        _pool = pool;
        _ticks = [.. ticks.Distinct().Order()];
        _outside = new FeeGrowth[_ticks.Length];
        if (_ticks.Length > 0 && (_ticks[0] < TickMath.MinTick || _ticks[^1] > TickMath.MaxTick))
            throw new ArgumentException($"pool {pool.Address}: ticks must stay on the scale, found {_ticks[0]}..{_ticks[^1]}");
    }

    public FeeGrowthStatus Status { get; private set; }

    /// <summary>Over all of the pool's life.</summary>
    public FeeGrowth Global => _global;

    /// <summary>What to ask at one block; the answers go to <see cref="TryRead"/> in the same order.</summary>
    public void AppendReadCalls(List<PoolCall> calls)
    {
        calls.Add(new PoolCall(_pool.Address, Global0Function.Call()));
        calls.Add(new PoolCall(_pool.Address, Global1Function.Call()));
        calls.Add(new PoolCall(_pool.Address, UniswapV3Pool.Slot0Function.Call()));
        foreach (int tick in _ticks)
            calls.Add(_pool.TickCall(tick));
    }

    /// <summary>Starts from the chain's own numbers of one block, at which the pool must stand as well.</summary>
    /// <returns>False, and nothing is known then, where an answer is malformed.</returns>
    public bool TryRead(IReadOnlyList<byte[]> results)
    {
        Status = FeeGrowthStatus.Unread;
        if (results.Count != HeadAnswers + _ticks.Length
            || !AbiWords.TryReadUInt(results[0], 0, 256, out UInt256 global0)
            || !AbiWords.TryReadUInt(results[1], 0, 256, out UInt256 global1)
            || !AbiWords.TryReadUInt(results[2], ProtocolWord, 8, out UInt256 protocol))
            return false;
        for (int i = 0; i < _ticks.Length; i++)
        {
            if (!AbiWords.TryReadUInt(results[HeadAnswers + i], 2, 256, out UInt256 outside0)
                || !AbiWords.TryReadUInt(results[HeadAnswers + i], 3, 256, out UInt256 outside1))
                return false;
            _outside[i] = new FeeGrowth(outside0, outside1);
        }
        _global = new FeeGrowth(global0, global1);
        (_protocol0, _protocol1) = ((uint)protocol.Limb0 & 15, (uint)protocol.Limb0 >> 4);
        Status = FeeGrowthStatus.Current;
        return true;
    }

    /// <summary>
    /// Growth inside a range that is bounded by two of the ticks watched, with the pool where it is now. Meaningful from the moment that
    /// both ends hold liquidity, and then only as a difference.
    /// </summary>
    /// <returns>False where it is not known.</returns>
    public bool TryInside(int tickLower, int tickUpper, out FeeGrowth inside)
    {
        inside = default;
        int lower = Array.BinarySearch(_ticks, tickLower), upper = Array.BinarySearch(_ticks, tickUpper);
        if (Status != FeeGrowthStatus.Current || lower < 0 || upper < 0)
            return false;
        inside = Inside(in _global, in _outside[lower], in _outside[upper], tickLower, tickUpper, _pool.State.Tick);
        return true;
    }

    /// <summary>Growth inside a range, by what grew outside of its ends, with the pool at a tick.</summary>
    internal static FeeGrowth Inside(in FeeGrowth global, in FeeGrowth lower, in FeeGrowth upper, int tickLower, int tickUpper, int tick)
    {
        FeeGrowth below = tick >= tickLower ? lower : global.Since(in lower);
        FeeGrowth above = tick < tickUpper ? upper : global.Since(in upper);
        return global.Since(in below).Since(in above);
    }

    /// <summary>Takes a log of the pool, before the pool does. Logs that move no fees are let pass.</summary>
    public FeeGrowthStatus Take(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data)
    {
        if (Status != FeeGrowthStatus.Current || topics.IsEmpty)
            return Status;
        bool follows =
            topics[0] == UniswapV3Pool.SwapEvent.Topic ? TryReplay(topics, data)
            : topics[0] == UniswapV3Pool.MintEvent.Topic ? TryBegin(topics, data)
            : topics[0] == FlashEvent.Topic ? TryFlash(data)
            : topics[0] != SetFeeProtocolEvent.Topic || TrySetProtocol(data);
        if (!follows)
            Status = FeeGrowthStatus.OutOfStep;
        return Status;
    }

    /// <summary>Amounts, of which the one that went in is positive; then where the swap came to.</summary>
    private bool TryReplay(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data)
    {
        MarketEvent e = default;
        if (!_pool.TryReadLog(topics, data, ref e))
            return false;
        ref readonly ConcentratedState after = ref e.Concentrated;
        bool sellsAsset0 = after.SqrtPriceX96 != _pool.State.SqrtPriceX96
            ? after.SqrtPriceX96 < _pool.State.SqrtPriceX96
            : IsPositive(data[..AbiWords.WordLength]);
        int word = sellsAsset0 ? 0 : 1;
        UInt256 taken = UInt256.ReadBigEndian(data.Slice(word * AbiWords.WordLength, AbiWords.WordLength));
        // No swap ends at the end of the scale: the walk could not go on from there.
        return after.SqrtPriceX96 > TickMath.MinSqrtRatio && TryWalk(sellsAsset0, taken, in after);
    }

    /// <summary>The contract's loop between two known prices: its stops, what each step moved, and what it kept.</summary>
    private bool TryWalk(bool sellsAsset0, UInt256 remaining, in ConcentratedState after)
    {
        ConcentratedState at = _pool.State;
        var cursor = new TickCursor(_pool.Ticks, _pool.Facts.TickSpacing, sellsAsset0, at.Tick);
        while (at.SqrtPriceX96 != after.SqrtPriceX96 || !remaining.IsZero)
        {
            cursor.FindNext(at.Liquidity == 0);
            UInt256 next = cursor.NextPrice();
            bool reaches = sellsAsset0 ? next >= after.SqrtPriceX96 : next <= after.SqrtPriceX96;
            UInt256 from = at.SqrtPriceX96;
            at.SqrtPriceX96 = reaches ? next : after.SqrtPriceX96;
            UInt256 moved = SwapMath.AmountIn(sellsAsset0, in from, in at.SqrtPriceX96, at.Liquidity);
            bool isSplit = reaches || !EndsAt(in from, in next, in at, in remaining)
                ? TrySplit(in moved, ref remaining, out UInt256 fee) && (reaches || remaining.IsZero)
                : TryKeepRest(in moved, ref remaining, out fee);
            if (!isSplit || !TryShare(sellsAsset0, fee, at.Liquidity) || (reaches && !TryPass(ref cursor, ref at.Liquidity)))
                return false;
        }
        return at.Liquidity == after.Liquidity;
    }

    /// <summary>The step was paid by an amount that was given, all of it, and ended where that had to end.</summary>
    private bool EndsAt(in UInt256 from, in UInt256 next, in ConcentratedState at, in UInt256 remaining) =>
        SwapMath.TryStep(in from, in next, at.Liquidity, in remaining, _pool.FeePips, out SwapStep step) && step.Price == at.SqrtPriceX96;

    private static bool TryKeepRest(in UInt256 moved, ref UInt256 remaining, out UInt256 fee)
    {
        bool isEnough = UInt256.TrySubtract(remaining, moved, out fee);
        remaining = UInt256.Zero;
        return isEnough;
    }

    /// <summary>
    /// A step to a stop, to the caller's limit, or of an amount asked for: the fee is a share of what was moved, rounded up.
    /// </summary>
    private bool TrySplit(in UInt256 moved, ref UInt256 remaining, out UInt256 fee)
    {
        uint pips = _pool.FeePips;
        return UInt256.TryMulDivRoundingUp(moved, pips, PoolFacts.PipsPerUnit - pips, out fee)
            && UInt256.TrySubtract(remaining, moved, out remaining)
            && UInt256.TrySubtract(remaining, fee, out remaining);
    }

    /// <summary>A fee without liquidity stays with nobody, and the contract does not count it.</summary>
    private bool TryShare(bool isAsset0, UInt256 fee, UInt128 liquidity)
    {
        uint protocol = isAsset0 ? _protocol0 : _protocol1;
        if (protocol > 0)
            fee = UInt256.WrappingSubtract(fee, fee / protocol);
        return liquidity == 0 || _global.TryAdd(isAsset0, in fee, liquidity, out _global);
    }

    /// <summary>Passing a tick turns what is outside of it over.</summary>
    private bool TryPass(ref TickCursor cursor, ref UInt128 liquidity)
    {
        int crossings = cursor.Crossings;
        if (!cursor.TryCross(ref liquidity))
            return false;
        int watched = cursor.Crossings > crossings ? Array.BinarySearch(_ticks, cursor.PassedTick) : -1;
        if (watched >= 0)
            _outside[watched] = _global.Since(in _outside[watched]);
        return true;
    }

    /// <summary>
    /// A tick that gets its first liquidity counts all growth so far as below it, if the pool is not below. The contract forgets a tick
    /// that loses its last; we keep the number until it begins again, for whoever withdrew that last liquidity has yet to count.
    /// </summary>
    private bool TryBegin(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data)
    {
        MarketEvent e = default;
        if (!_pool.TryReadLog(topics, data, ref e))
            return false;
        BeginTick(e.Liquidity.TickLower);
        BeginTick(e.Liquidity.TickUpper);
        return true;
    }

    private void BeginTick(int tick)
    {
        int watched = Array.BinarySearch(_ticks, tick);
        if (watched >= 0 && GrossOf(tick) == 0)
            _outside[watched] = tick <= _pool.State.Tick ? _global : default;
    }

    private UInt128 GrossOf(int tick)
    {
        int position = _pool.Ticks.Floor(tick);
        return position >= 0 && _pool.Ticks.IndexAt(position) == tick ? _pool.Ticks.GrossAt(position) : 0;
    }

    /// <summary>What borrowers paid above what they took is shared as fees are.</summary>
    private bool TryFlash(ReadOnlySpan<byte> data) =>
        AbiWords.TryReadUInt(data, 2, 256, out UInt256 paid0)
        && AbiWords.TryReadUInt(data, 3, 256, out UInt256 paid1)
        && TryShare(isAsset0: true, paid0, _pool.State.Liquidity)
        && TryShare(isAsset0: false, paid1, _pool.State.Liquidity);

    private bool TrySetProtocol(ReadOnlySpan<byte> data)
    {
        if (!AbiWords.TryReadUInt(data, 2, 8, out UInt256 protocol0) || !AbiWords.TryReadUInt(data, 3, 8, out UInt256 protocol1))
            return false;
        (_protocol0, _protocol1) = ((uint)protocol0.Limb0, (uint)protocol1.Limb0);
        return true;
    }

    private static bool IsPositive(ReadOnlySpan<byte> word) => word[0] < 0x80 && word.ContainsAnyExcept((byte)0);
}
