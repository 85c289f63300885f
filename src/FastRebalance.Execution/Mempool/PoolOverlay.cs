using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Mempool;

/// <summary>
/// The pools as they would stand after pending transactions: private copies, made when a pool is first written, moved by the pools' own exact
/// arithmetic. A transaction that would revert leaves nothing behind. The originals are only read; the owner keeps them still meanwhile.
/// </summary>
public sealed class PoolOverlay(MempoolMarket market, PositionBook positions)
{
    private readonly Pool?[] _copies = new Pool?[market.Pools.Count];
    private readonly bool[] _uncertain = new bool[market.Pools.Count];
    private readonly int[] _savedAt = new int[market.Pools.Count];
    private readonly List<Saved> _journal = [];
    private int _savepoint;

    /// <summary>Back to the pools as they are.</summary>
    public void Reset()
    {
        Array.Clear(_copies);
        Array.Clear(_uncertain);
        _journal.Clear();
        _savepoint++;
    }

    /// <summary>A pool as it would stand; only to be read.</summary>
    public Pool PoolOf(PoolId id) => _copies[id.Index] ?? market.Pools[id.Index];

    /// <summary>Something moves the pool that no arithmetic tells: what it shows is not to the unit.</summary>
    public bool IsUncertain(PoolId id) => _uncertain[id.Index];

    public bool IsTouched(PoolId id) => _copies[id.Index] is not null;

    /// <summary>Applies one transaction.</summary>
    /// <param name="effects">All its effects, in order.</param>
    /// <param name="blockSeconds">The time of the block that would hold it; 0 to overlook deadlines.</param>
    public ApplyOutcome Apply(ReadOnlySpan<PendingEffect> effects, ulong blockSeconds = 0)
    {
        int start = _journal.Count;
        int pathStart = start;
        _savepoint++;
        bool isWhole = true, isSkipped = false;
        UInt256 carried = UInt256.Zero;
        bool isCarried = false;
        for (int i = 0; i < effects.Length; i++)
        {
            ref readonly PendingEffect effect = ref effects[i];
            if (isSkipped)
            {
                isSkipped = !effect.Has(EffectFlags.EndsPath);
                continue;
            }
            Step step = Expired(in effect, blockSeconds) ? Step.Refused
                : effect.Has(EffectFlags.OutByInput) ? SellForOutput(effects[i..], out i, i)
                : Take(in effect, ref carried, ref isCarried);
            effect = ref effects[i];
            if (step == Step.Refused)
            {
                UndoTo(effect.Has(EffectFlags.MayFail) ? pathStart : start);
                if (!effect.Has(EffectFlags.MayFail))
                    return ApplyOutcome.Reverted;
                (isSkipped, isCarried) = (!effect.Has(EffectFlags.EndsPath), false);
            }
            isWhole &= step != Step.Unknown;
            if (effect.Has(EffectFlags.EndsPath))
            {
                pathStart = _journal.Count;
                _savepoint++;
            }
        }
        _journal.Clear();
        return isWhole ? ApplyOutcome.Applied : ApplyOutcome.Unpredictable;
    }

    /// <summary>Sells along one leg's path, as an order of ours does.</summary>
    /// <param name="leg">Its pools and amounts.</param>
    /// <param name="amountOut">What the last pool pays.</param>
    /// <returns>False where some pool does not take it.</returns>
    public bool TrySell(in OrderLeg leg, out UInt256 amountOut)
    {
        amountOut = leg.AmountIn;
        AssetId sell = leg.Sell;
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            PoolId id = leg.Pool(hop);
            if ((uint)id.Index >= (uint)_copies.Length)
                return false;
            AssetId buy = leg.BoughtAt(hop);
            if (PoolOf(id).QuoteExactIn(sell, buy, in amountOut, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            Write(id).Swap(sell, buy, in amountOut, out _);
            (amountOut, sell) = (quote.AmountOut, buy);
        }
        return leg.HopCount > 0 || leg.IsMove;
    }

    /// <summary>What a leg would bring now, leaving the copies as they are.</summary>
    public bool TryQuote(in OrderLeg leg, out UInt256 amountOut)
    {
        if (MeetsAPoolTwice(in leg))
        {
            int start = _journal.Count;
            _savepoint++;
            bool sold = TrySell(in leg, out amountOut);
            UndoTo(start);
            return sold;
        }
        amountOut = leg.AmountIn;
        AssetId sell = leg.Sell;
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            PoolId id = leg.Pool(hop);
            AssetId buy = leg.BoughtAt(hop);
            if ((uint)id.Index >= (uint)_copies.Length
                || PoolOf(id).QuoteExactIn(sell, buy, in amountOut, out SwapQuote quote) != QuoteStatus.Exact)
                return false;
            (amountOut, sell) = (quote.AmountOut, buy);
        }
        return leg.HopCount > 0 || leg.IsMove;
    }

    /// <summary>The pool of a position of a manager; none where it was never seen.</summary>
    internal PoolId PoolOfPosition(ulong token) => positions.TryFind(token, out KnownPosition position) ? position.Pool : PoolId.None;

    private static bool MeetsAPoolTwice(in OrderLeg leg)
    {
        for (int i = 1; i < leg.HopCount; i++)
            for (int j = 0; j < i; j++)
                if (leg.Pool(i) == leg.Pool(j))
                    return true;
        return false;
    }

    /// <summary>The largest distance of a weight from its target at the prices that the pools would show, as a fraction of the whole.</summary>
    /// <returns>Not a number where a price is missing.</returns>
    public double Drift(PortfolioWeights weights)
    {
        double total = 0;
        for (int i = 0; i < weights.Count; i++)
            total += ValueOf(weights, i);
        double worst = 0;
        for (int i = 0; i < weights.Count; i++)
            worst = Math.Max(worst, Math.Abs(ValueOf(weights, i) / total - weights.Targets[i]));
        return double.IsFinite(total) && total > 0 ? worst : double.NaN;
    }

    private double ValueOf(PortfolioWeights weights, int i)
    {
        PoolId via = weights.PricePools[i];
        double price = weights.Assets[i] == weights.Numeraire ? 1
            : via.IsNone ? double.NaN
            : PoolOf(via).SpotRate(weights.Assets[i], weights.Numeraire);
        return weights.Units[i] * price;
    }

    private Step Take(in PendingEffect effect, ref UInt256 carried, ref bool isCarried)
    {
        if (effect.Kind == EffectKind.Swap)
            return effect.Has(EffectFlags.Executor) ? Step.Unknown : Swap(in effect, ref carried, ref isCarried);
        return effect.Kind is EffectKind.AddLiquidity or EffectKind.RemoveLiquidity ? ChangeLiquidity(in effect)
            : Unsure(effect.Pool, effect.Kind != EffectKind.Transfer && effect.Kind != EffectKind.OracleUpdate);
    }

    private Step Swap(in PendingEffect effect, ref UInt256 carried, ref bool isCarried)
    {
        bool isChained = effect.Has(EffectFlags.Chained);
        bool isKnown = !effect.Pool.IsNone && !effect.Has(EffectFlags.AmountUnknown) && (!isChained || isCarried);
        isCarried = false;
        if (!isKnown)
            return Unsure(effect.Pool, true);
        UInt256 amount = isChained ? carried : effect.Amount;
        bool isOut = effect.Has(EffectFlags.ExactOut);
        if (PoolOf(effect.Pool) is not { IsReady: true } pool)
            return Unsure(effect.Pool, true);
        Pool copy = Write(effect.Pool);
        SwapQuote quote;
        QuoteStatus status = copy is ConcentratedPool concentrated && pool.Other(effect.Sell) == effect.Buy
            ? concentrated.SwapUntil(effect.Sell, !isOut, in amount, in effect.PriceLimitX96, out quote)
            : isOut ? copy.SwapExactOut(effect.Sell, effect.Buy, in amount, out quote)
            : copy.Swap(effect.Sell, effect.Buy, in amount, out quote);

        // A concentrated pool that runs out takes less of an exact input; an exact output must be whole unless a price was named.
        bool isDone = status == QuoteStatus.Exact
            || status == QuoteStatus.InsufficientLiquidity && copy is ConcentratedPool && (!isOut || effect.Has(EffectFlags.Partial));
        if (!isDone)
            return Step.Refused;
        carried = isOut ? quote.AmountInUsed : quote.AmountOut;
        isCarried = true;
        if (!effect.Has(EffectFlags.EndsPath) || effect.Limit.IsZero || effect.Has(EffectFlags.LimitIsPrice))
            return Step.Done;
        return (isOut ? carried <= effect.Limit : carried >= effect.Limit) ? Step.Done : Step.Refused;
    }

    /// <summary>Works the input out from the end of the path, then sells it forward as those routers do.</summary>
    /// <param name="rest">The effects from the path's first on, its last pool first.</param>
    /// <param name="last">Where the path ends.</param>
    /// <param name="first">Where it begins.</param>
    private Step SellForOutput(ReadOnlySpan<PendingEffect> rest, out int last, int first)
    {
        int length = 1;
        while (length < rest.Length && !rest[length - 1].Has(EffectFlags.EndsPath))
            length++;
        last = first + length - 1;
        UInt256 amount = rest[0].Amount;
        for (int i = 0; i < length; i++)
        {
            if (rest[i].Pool.IsNone || rest[i].Has(EffectFlags.AmountUnknown) || !PoolOf(rest[i].Pool).IsReady)
                return UnsurePath(rest[..length]);
            if (PoolOf(rest[i].Pool).QuoteExactOut(rest[i].Sell, rest[i].Buy, in amount, out SwapQuote quote) != QuoteStatus.Exact)
                return Step.Refused;
            amount = quote.AmountInUsed;
        }
        if (!rest[length - 1].Limit.IsZero && amount > rest[length - 1].Limit)
            return Step.Refused;
        for (int i = length - 1; i >= 0; i--)
        {
            if (Write(rest[i].Pool).Swap(rest[i].Sell, rest[i].Buy, in amount, out SwapQuote quote) != QuoteStatus.Exact)
                return Step.Refused;
            amount = quote.AmountOut;
        }
        return Step.Done;
    }

    private Step UnsurePath(ReadOnlySpan<PendingEffect> path)
    {
        foreach (ref readonly PendingEffect effect in path)
            Unsure(effect.Pool, true);
        return Step.Unknown;
    }

    private Step ChangeLiquidity(in PendingEffect effect)
    {
        PoolId id = effect.Pool;
        (int lower, int upper) = (effect.TickLower, effect.TickUpper);
        if (effect.Position != 0 && id.IsNone)
        {
            if (!positions.TryFind(effect.Position, out KnownPosition position))
                return Step.Done; // a position that was never seen lies in a pool that is not ours, or is older than we are
            (id, lower, upper) = (position.Pool, position.TickLower, position.TickUpper);
        }
        if (id.IsNone || effect.Has(EffectFlags.AmountUnknown))
            return Unsure(id, true);
        return PoolOf(id) switch
        {
            UniswapV2Pool pair when effect.Has(EffectFlags.ByAmounts) => AddToPair(id, pair, in effect),
            ConcentratedPool pool => ChangeRange(id, pool, in effect, lower, upper),
            _ => Unsure(id, true),
        };
    }

    /// <summary>The router fits the dearer side to the reserves, rounding down (<c>UniswapV2Router02._addLiquidity</c>).</summary>
    private Step AddToPair(PoolId id, UniswapV2Pool pair, in PendingEffect effect)
    {
        bool isInOrder = effect.Sell == pair.Asset0;
        (UInt256 want0, UInt256 want1) = isInOrder ? (effect.Amount, effect.Amount1) : (effect.Amount1, effect.Amount);
        UInt256 reserve0 = pair.Reserve0, reserve1 = pair.Reserve1;
        if (reserve0.IsZero || reserve1.IsZero)
            return Unsure(id, true);
        UInt256 add0 = want0, add1 = want1;
        if (!UInt256.TryMulDiv(want0, reserve1, reserve0, out UInt256 best1) || !UInt256.TryMulDiv(want1, reserve0, reserve1, out UInt256 best0))
            return Step.Refused;
        if (best1 <= want1)
            add1 = best1;
        else
            add0 = best0;
        Pool copy = Write(id);
        copy.Apply(new MarketEvent
        {
            Kind = MarketEventKind.Reserves,
            Subject = id.Value,
            Reserves = new PoolReserves { Reserve0 = UInt256.WrappingAdd(reserve0, add0), Reserve1 = UInt256.WrappingAdd(reserve1, add1) },
        });
        return copy.IsReady ? Step.Done : Step.Refused;
    }

    private Step ChangeRange(PoolId id, ConcentratedPool pool, in PendingEffect effect, int lower, int upper)
    {
        Int128 change = effect.Liquidity;
        if (effect.Has(EffectFlags.ByAmounts))
        {
            bool isInOrder = effect.Sell == pool.Asset0 || effect.Sell.IsNone;
            (UInt256 amount0, UInt256 amount1) = isInOrder ? (effect.Amount, effect.Amount1) : (effect.Amount1, effect.Amount);
            if (!LiquidityAmounts.TryLiquidityFor(pool.State.SqrtPriceX96, lower, upper, in amount0, in amount1, out UInt128 added)
                || added > (UInt128)Int128.MaxValue)
                return Step.Refused;
            change = (Int128)added;
        }
        Pool copy = Write(id);
        copy.Apply(new MarketEvent
        {
            Kind = MarketEventKind.LiquidityChange,
            Subject = id.Value,
            Liquidity = new LiquidityChange { Delta = change, TickLower = lower, TickUpper = upper },
        });
        return copy.IsReady ? Step.Done : Step.Refused;
    }

    private Step Unsure(PoolId id, bool matters)
    {
        if (!id.IsNone && matters)
            _uncertain[id.Index] = true;
        return matters ? Step.Unknown : Step.Done;
    }

    private static bool Expired(in PendingEffect effect, ulong blockSeconds) =>
        blockSeconds != 0 && effect.DeadlineSeconds != 0 && effect.DeadlineSeconds < blockSeconds;

    /// <summary>The pool's copy, new since the last savepoint, so that going back is taking the older one.</summary>
    private Pool Write(PoolId id)
    {
        int i = id.Index;
        if (_savedAt[i] == _savepoint && _copies[i] is { } mine)
            return mine;
        _journal.Add(new Saved(i, _copies[i]));
        _savedAt[i] = _savepoint;
        return _copies[i] = PoolOf(id).Copy();
    }

    private void UndoTo(int count)
    {
        for (int i = _journal.Count - 1; i >= count; i--)
            _copies[_journal[i].Index] = _journal[i].Before;
        _journal.RemoveRange(count, _journal.Count - count);
        _savepoint++;
    }

    private readonly record struct Saved(int Index, Pool? Before);

    private enum Step : byte
    {
        None = 0,
        Done,
        Refused,
        Unknown,
    }
}
