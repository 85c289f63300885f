using FastRebalance.Amm.Curves;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A pool of two assets whose liquidity lies in ranges of ticks. A quote runs the loop of the contract's <c>swap</c> step by step,
/// because every step rounds: an answer that skips one is wrong by a few units. What one step does, and for which fee, is the kind's own.
/// </summary>
public abstract class ConcentratedPool : Pool, IConcentratedState
{
    private protected const int PriceBits = 160;
    private const double Q96 = 79228162514264337593543950336.0;

    // Gas of the deployed bytecode as QuoterV2 reports it on fresh pools, where storage is dearest; the payment comes on top of its figure.

    /// <summary>A swap inside one range, both transfers included.</summary>
    private const uint SwapGas = 115_000;

    /// <summary>One more initialised tick crossed.</summary>
    private const uint CrossingGas = 38_000;

    /// <summary>One more word of the bitmap read.</summary>
    private const uint WordGas = 7_500;

    // A router passes these as the worst price where its caller set none.
    private static readonly UInt256 LowestPrice = UInt256.WrappingAdd(TickMath.MinSqrtRatio, UInt256.One);
    private static readonly UInt256 HighestPrice = UInt256.WrappingSubtract(TickMath.MaxSqrtRatio, UInt256.One);

    private readonly int _spacing;
    private TickTable _ticks = new();
    private ConcentratedState _state;
    private bool _known;

    // sqrt(token 1 per token 0) and the active liquidity once more, for the search.
    private double _sqrtRate;
    private double _activeLiquidity;

    private protected ConcentratedPool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets, int maxSpacing)
        : base(facts, id, assets)
    {
        if (facts.TickSpacing <= 0 || facts.TickSpacing > maxSpacing)
            throw new ArgumentException(
                $"pool {facts.Address}: a tick spacing within 1..{maxSpacing} is wanted, found {facts.TickSpacing}");
        _spacing = facts.TickSpacing;
    }

    /// <summary>Where the pool stands: the price that a walk starts from, with its liquidity and tick.</summary>
    public ConcentratedState State => _state;

    public override uint TypicalGas => SwapGas;

    internal TickTable Ticks => _ticks;

    UInt256 IConcentratedState.SqrtPriceX96 => _state.SqrtPriceX96;

    UInt128 IConcentratedState.Liquidity => _state.Liquidity;

    int IConcentratedState.Tick => _state.Tick;

    int IConcentratedState.TickCount => _ticks.Count;

    int IConcentratedState.TickIndexAt(int position) => _ticks.IndexAt(position);

    UInt256 IConcentratedState.TickSqrtPriceX96At(int position) => _ticks.PriceAt(position);

    Int128 IConcentratedState.TickNetLiquidityAt(int position) => _ticks.NetAt(position);

    uint IConcentratedState.FeePipsOn(AssetId sell) => FeeNow(sellsAsset0: sell == Asset0);

    protected override bool HasState => _known;

    /// <summary>What the pool keeps of the input now, in millionths.</summary>
    private protected abstract uint FeeNow(bool sellsAsset0);

    /// <summary>The largest amount, of either side, that the contract's own types can carry.</summary>
    private protected abstract UInt256 MaxAmount { get; }

    /// <summary>One step of an exact-input swap inside one range; false where the contract would revert.</summary>
    private protected abstract bool TryStepIn(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step);

    /// <summary>One step of an exact-output swap inside one range; false where the contract would revert.</summary>
    private protected abstract bool TryStepOut(
        in UInt256 price, in UInt256 target, UInt128 liquidity, in UInt256 remaining, uint feePips, out SwapStep step);

    /// <summary>Asks for one word of the bitmap of initialised ticks.</summary>
    internal abstract PoolCall WordCall(int word);

    /// <summary>Asks for one tick's liquidity.</summary>
    internal abstract PoolCall TickCall(int tick);

    /// <summary>Reads the answers of the calls of <see cref="Pool.AppendReconcileCalls"/>, which begin a snapshot as well.</summary>
    internal abstract bool TryReadHead(ReadOnlySpan<byte> slot0, ReadOnlySpan<byte> liquidity, out ConcentratedState head);

    /// <summary>Reads the answer of <see cref="TickCall"/>.</summary>
    internal abstract bool TryReadTick(ReadOnlySpan<byte> result, out UInt128 gross, out Int128 net);

    /// <summary>Adds what else the head's first answer tells; false where it cannot be true.</summary>
    internal virtual bool TryAppendParameters(ReadOnlySpan<byte> slot0, List<MarketEvent> events) => true;

    public override IPoolSnapshot BeginSnapshot() => new ConcentratedSnapshot(this);

    /// <summary>A pool of the same kind, with the state that only the kind knows.</summary>
    private protected abstract ConcentratedPool CopyKind();

    protected override void Forget()
    {
        _ticks.Clear();
        SetState(default);
        _known = false;
    }

    protected override bool TryApplyState(in MarketEvent e) => e.Kind switch
    {
        MarketEventKind.Concentrated => TryApplyPrice(in e.Concentrated),
        MarketEventKind.TickLiquidity => IsUsableTick(e.Tick.Index) && _ticks.TryAdd(e.Tick.Index, e.Tick.Gross, e.Tick.Net),
        MarketEventKind.LiquidityChange => TryApplyChange(in e.Liquidity),
        _ => false,
    };

    private bool TryApplyPrice(in ConcentratedState state)
    {
        if (!IsPossible(in state))
            return false;
        SetState(in state);
        _known = true;
        return true;
    }

    private bool TryApplyChange(in LiquidityChange change)
    {
        if (change.Delta == 0)
            return true;
        if (!IsUsableRange(in change)
            || !_ticks.TryChange(change.TickLower, change.Delta, isUpper: false)
            || !_ticks.TryChange(change.TickUpper, change.Delta, isUpper: true))
            return false;
        if (_state.Tick < change.TickLower || _state.Tick >= change.TickUpper)
            return true;
        bool added = Liquidity.TryAdd(_state.Liquidity, change.Delta, out _state.Liquidity);
        _activeLiquidity = (double)_state.Liquidity;
        return added;
    }

    private void SetState(in ConcentratedState state)
    {
        _state = state;
        _sqrtRate = (double)state.SqrtPriceX96 / Q96;
        _activeLiquidity = (double)state.Liquidity;
    }

    private protected bool IsUsableRange(in LiquidityChange change) =>
        change.TickLower < change.TickUpper && IsUsableTick(change.TickLower) && IsUsableTick(change.TickUpper);

    private bool IsUsableTick(int tick) => tick is >= TickMath.MinTick and <= TickMath.MaxTick && tick % _spacing == 0;

    /// <summary>A price that a pool can have; zero is a pool that nobody has initialised yet.</summary>
    private protected static bool IsPossible(in ConcentratedState state) => state.SqrtPriceX96.IsZero
        ? state.Liquidity == 0
        : state.SqrtPriceX96 >= TickMath.MinSqrtRatio && state.SqrtPriceX96 < TickMath.MaxSqrtRatio
            && state.Tick is >= TickMath.MinTick and < TickMath.MaxTick;

    /// <summary>The chain's head, read anew, is the pool's own.</summary>
    private protected bool IsAt(in ConcentratedState head) =>
        _known && head.SqrtPriceX96 == _state.SqrtPriceX96 && head.Tick == _state.Tick && head.Liquidity == _state.Liquidity;

    /// <summary>The price at which a swap stops where its caller sets no limit.</summary>
    private protected static UInt256 LastPrice(bool sellsAsset0) => sellsAsset0 ? LowestPrice : HighestPrice;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote) =>
        Walk(sell == 0, exactIn: true, in amountIn, out quote, out _);

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote) =>
        Walk(sell == 0, exactIn: false, in amountOut, out quote, out _);

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
        // A quote does not carry the price that it arrived at, so the way is walked once more.
        Walk(sell == 0, exactIn: true, in quote.AmountInUsed, out _, out Arrival end);
        ArriveAt(in end);
    }

    protected override void TakeSwapOut(int sell, int buy, in SwapQuote quote)
    {
        Walk(sell == 0, exactIn: false, in quote.AmountOut, out _, out Arrival end);
        ArriveAt(in end);
    }

    /// <summary>
    /// Swaps as the contract's own <c>swap</c> does: until the amount is spent (or paid), or the price is at the limit. For copies, as
    /// <see cref="Pool.Swap"/> is.
    /// </summary>
    /// <param name="sell">The asset that goes in; the other one comes out.</param>
    /// <param name="exactIn">Whether the amount goes in or comes out.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="sqrtPriceLimitX96">Where it stops; zero for the end of the scale.</param>
    /// <param name="quote">What was taken and paid.</param>
    /// <returns>
    /// <see cref="QuoteStatus.Exact"/>; or <see cref="QuoteStatus.InsufficientLiquidity"/> where it stopped before, with the state moved as far; any
    /// other status says that the contract refuses, and nothing moved.
    /// </returns>
    public QuoteStatus SwapUntil(AssetId sell, bool exactIn, in UInt256 amount, in UInt256 sqrtPriceLimitX96, out SwapQuote quote)
    {
        quote = default;
        if (!Holds(sell))
            return QuoteStatus.WrongAsset;
        if (!IsReady)
            return QuoteStatus.NotReady;
        if (amount.IsZero)
            return QuoteStatus.ZeroAmount;
        bool downwards = sell == Asset0;
        UInt256 end = LastPrice(downwards);
        UInt256 limit = sqrtPriceLimitX96.IsZero ? end : sqrtPriceLimitX96;
        bool isAhead = downwards ? limit < _state.SqrtPriceX96 && limit >= end : limit > _state.SqrtPriceX96 && limit <= end;
        if (!isAhead)
            return QuoteStatus.Overflow;
        QuoteStatus status = Walk(downwards, exactIn, in amount, in limit, out quote, out Arrival arrival);
        if (status is not (QuoteStatus.Exact or QuoteStatus.InsufficientLiquidity or QuoteStatus.ZeroOutput))
            return status;
        ArriveAt(in arrival);
        NoteMoved();
        return status;
    }

    private void ArriveAt(in Arrival end) => SetState(new ConcentratedState
    {
        SqrtPriceX96 = end.Price,
        Liquidity = end.Liquidity,
        Tick = end.IsBetweenStops ? TickMath.TickAtSqrtRatio(in end.Price) : end.Tick,
    });

    protected override UInt256 Capacity(int sell, int buy)
    {
        // The largest amount that the contract can be asked for: what it would take of it is all that it takes.
        QuoteIn(sell, buy, MaxAmount, out SwapQuote quote);
        return quote.AmountInUsed;
    }

    /// <summary>The loop of the contract, until the amount is spent or the price at its limit.</summary>
    private QuoteStatus Walk(bool sellsAsset0, bool exactIn, in UInt256 amount, out SwapQuote quote, out Arrival end) =>
        Walk(sellsAsset0, exactIn, in amount, LastPrice(sellsAsset0), out quote, out end);

    private QuoteStatus Walk(
        bool sellsAsset0, bool exactIn, in UInt256 amount, in UInt256 limit, out SwapQuote quote, out Arrival end)
    {
        quote = default;
        end = new Arrival { Price = _state.SqrtPriceX96, Liquidity = _state.Liquidity };
        uint fee = FeeNow(sellsAsset0);
        if (amount > MaxAmount)
            return QuoteStatus.Overflow;

        // A fee of everything leaves nothing that could move the price: there is no output to ask for.
        if (!exactIn && fee >= PoolFacts.PipsPerUnit)
            return QuoteStatus.InsufficientLiquidity;

        // Starts at the tick as stored: after a crossing downwards it is one below the price's own.
        var cursor = new TickCursor(_ticks, _spacing, sellsAsset0, _state.Tick);
        UInt256 remaining = amount;
        while (!remaining.IsZero && (sellsAsset0 ? end.Price > limit : end.Price < limit && !end.Price.IsZero))
        {
            cursor.FindNext(end.Liquidity == 0);
            UInt256 next = cursor.NextPrice();
            UInt256 target = sellsAsset0 ? UInt256.Max(next, limit) : UInt256.Min(next, limit);
            bool stepped = exactIn
                ? TryStepIn(in end.Price, in target, end.Liquidity, in remaining, fee, out SwapStep step)
                : TryStepOut(in end.Price, in target, end.Liquidity, in remaining, fee, out step);
            if (!stepped || !TryTake(in step, exactIn, ref remaining, ref quote))
                return QuoteStatus.Overflow;

            end.IsBetweenStops = step.Price != next && step.Price != end.Price;
            end.Price = step.Price;
            if (step.Price == next && !cursor.TryCross(ref end.Liquidity))
                return QuoteStatus.Overflow;
        }

        end.Tick = cursor.Tick;
        quote.Gas = SwapGas + CrossingGas * (uint)cursor.Crossings + WordGas * (uint)cursor.WordsPassed;
        return quote.AmountInUsed > MaxAmount || quote.AmountOut > MaxAmount ? QuoteStatus.Overflow
            : !remaining.IsZero ? QuoteStatus.InsufficientLiquidity
            : quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput
            : QuoteStatus.Exact;
    }

    private static bool TryTake(in SwapStep step, bool exactIn, ref UInt256 remaining, ref SwapQuote quote) =>
        UInt256.TryAdd(step.AmountIn, step.Fee, out UInt256 taken)
        && UInt256.TrySubtract(remaining, exactIn ? taken : step.AmountOut, out remaining)
        && UInt256.TryAdd(quote.AmountInUsed, taken, out quote.AmountInUsed)
        && UInt256.TryAdd(quote.AmountOut, step.AmountOut, out quote.AmountOut);

    /// <summary>
    /// The stops that a swap's loop makes from the present price on, in its order, to the limit of the price: quotes over them are the
    /// pool's own. A list that is full ends before, and a walk that comes to its end has then not seen the whole pool.
    /// </summary>
    /// <returns>How many were written; 0 while the pool is not ready or for an asset that is not its own.</returns>
    public int WriteStops(AssetId sell, Span<ConcentratedStop> stops)
    {
        if (!IsReady || !Holds(sell) || _state.SqrtPriceX96.IsZero)
            return 0;
        bool downwards = sell == Asset0;
        var cursor = new TickCursor(_ticks, _spacing, downwards, _state.Tick);
        UInt256 limit = LastPrice(downwards);
        UInt256 price = _state.SqrtPriceX96;
        UInt128 liquidity = _state.Liquidity;
        int count = 0;
        bool goesOn = true;
        while (goesOn && count < stops.Length && (downwards ? price > limit : price < limit))
        {
            cursor.FindNext(liquidity == 0);
            UInt256 next = cursor.NextPrice();
            price = downwards ? UInt256.Max(next, limit) : UInt256.Min(next, limit);
            UInt128 before = liquidity;
            goesOn = price != next || cursor.TryCross(ref liquidity); // where the sum leaves its type the walk is refused as well
            Int128 change = unchecked((Int128)(liquidity - before));
            stops[count++] = new ConcentratedStop(price, downwards ? -change : change);
        }
        return count;
    }

    /// <summary>One piece for every range with liquidity, each on its own virtual reserves; a range without costs nothing to cross.</summary>
    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        RangeCursor ranges = RangesFor(sell);
        int count = 0;
        while (count < most && ranges.TryNext(out CurveSegment piece))
        {
            if (count < segments.Length)
                segments[count] = piece;
            count++;
        }
        return count;
    }

    protected override bool TryCeiling(int sell, int buy, out SwapCurve ceiling)
    {
        ceiling = default;
        RangeCursor ranges = RangesFor(sell);
        if (!ranges.TryNext(out CurveSegment piece))
            return false;
        CurveCeiling over = new(in piece);
        while (ranges.TryNext(out piece))
            over.Add(in piece);
        over.End();
        ceiling = over.Hyperbola;
        return true;
    }

    private RangeCursor RangesFor(int sell)
    {
        double kept = (PoolFacts.PipsPerUnit - FeeNow(sell == 0)) / (double)PoolFacts.PipsPerUnit;
        return new RangeCursor(_ticks, in _state, _sqrtRate, sell == 0, kept);
    }

    protected override Pool CopyState()
    {
        ConcentratedPool copy = CopyKind();
        copy._ticks = _ticks.Copy();
        copy._known = _known;
        copy.SetState(in _state);
        return copy;
    }

    public override double SpotRate(AssetId sell, AssetId buy) =>
        !IsReady || _sqrtRate <= 0 || Other(sell) != buy ? 0
        : sell == Asset0 ? _sqrtRate * _sqrtRate
        : sell == Asset1 ? 1 / (_sqrtRate * _sqrtRate)
        : 0;

    public override double DepthOf(AssetId asset) =>
        !IsReady || _sqrtRate <= 0 ? 0
        : asset == Asset0 ? _activeLiquidity / _sqrtRate
        : asset == Asset1 ? _activeLiquidity * _sqrtRate
        : 0;

    /// <summary>Where a walk stands, and whether it stopped short of the stop ahead: the tick is then the price's own.</summary>
    private struct Arrival
    {
        public UInt256 Price;
        public UInt128 Liquidity;
        public int Tick;
        public bool IsBetweenStops;
    }
}
