using System.Diagnostics.CodeAnalysis;
using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A concentrated-liquidity pool of Uniswap V3. A quote runs the loop of <c>UniswapV3Pool.swap</c> step by step, because every
/// step rounds: an answer that skips one is wrong by a few units.
/// </summary>
public sealed class UniswapV3Pool : Pool, IConcentratedState
{
    public const string KindName = "uniswap-v3";

    internal static readonly AbiFunction Token0Function = new("token0()", 0x0dfe1681);
    internal static readonly AbiFunction Token1Function = new("token1()", 0xd21220a7);
    internal static readonly AbiFunction FeeFunction = new("fee()", 0xddca3f43);
    internal static readonly AbiFunction TickSpacingFunction = new("tickSpacing()", 0xd0c93a7c);
    internal static readonly AbiFunction Slot0Function = new("slot0()", 0x3850c7bd);
    internal static readonly AbiFunction LiquidityFunction = new("liquidity()", 0x1a686502);
    internal static readonly AbiFunction TickBitmapFunction = new("tickBitmap(int16)", 0x5339c296);
    internal static readonly AbiFunction TicksFunction = new("ticks(int24)", 0xf30dba93);

    internal static readonly AbiEvent InitializeEvent =
        new("Initialize(uint160,int24)", "0x98636036cb66a9c19a37435efc1e90142190214e8abeb821bdba3f2990dd4c95");

    internal static readonly AbiEvent SwapEvent = new(
        "Swap(address,address,int256,int256,uint160,uint128,int24)", "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67");

    internal static readonly AbiEvent MintEvent = new(
        "Mint(address,address,int24,int24,uint128,uint256,uint256)", "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde");

    internal static readonly AbiEvent BurnEvent = new(
        "Burn(address,int24,int24,uint128,uint256,uint256)", "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c");

    private const int PriceBits = 160;
    private const double Q96 = 79228162514264337593543950336.0;

    // Gas of the deployed bytecode as QuoterV2 reports it on fresh pools, where storage is dearest; the payment comes on top of its figure.

    /// <summary>A swap inside one range, both transfers included.</summary>
    private const uint SwapGas = 115_000;

    /// <summary>One more initialised tick crossed.</summary>
    private const uint CrossingGas = 38_000;

    /// <summary>One more word of the bitmap read.</summary>
    private const uint WordGas = 7_500;

    /// <summary>A bitmap word covers 2^8 usable ticks, and no step of the contract's loop leaves its word.</summary>
    private const int WordShift = 8;

    private const int WordMask = (1 << WordShift) - 1;

    // A router passes these as the worst price where its caller set none.
    private static readonly UInt256 LowestPrice = UInt256.WrappingAdd(TickMath.MinSqrtRatio, UInt256.One);
    private static readonly UInt256 HighestPrice = UInt256.WrappingSubtract(TickMath.MaxSqrtRatio, UInt256.One);

    private TickTable _ticks = new();
    private readonly int _spacing;
    private readonly double _keptFraction;

    private UInt256 _price;
    private UInt128 _liquidity;
    private int _tick;
    private bool _known;

    // sqrt(token 1 per token 0) and the active liquidity once more, for the search.
    private double _sqrtRate;
    private double _activeLiquidity;

    public UniswapV3Pool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets)
        : base(facts, id, assets)
    {
        if (facts.TickSpacing is <= 0 or >= 16_384)
            throw new ArgumentException($"pool {facts.Address}: a tick spacing within 1..16383 is wanted, found {facts.TickSpacing}");
        _spacing = facts.TickSpacing;
        _keptFraction = (PoolFacts.PipsPerUnit - facts.FeePips) / (double)PoolFacts.PipsPerUnit;
    }

    internal TickTable Ticks => _ticks;

    UInt256 IConcentratedState.SqrtPriceX96 => _price;

    UInt128 IConcentratedState.Liquidity => _liquidity;

    int IConcentratedState.Tick => _tick;

    int IConcentratedState.TickCount => _ticks.Count;

    int IConcentratedState.TickIndexAt(int position) => _ticks.IndexAt(position);

    UInt256 IConcentratedState.TickSqrtPriceX96At(int position) => _ticks.PriceAt(position);

    Int128 IConcentratedState.TickNetLiquidityAt(int position) => _ticks.NetAt(position);

    uint IConcentratedState.FeePipsOn(AssetId sell) => FeePips;

    protected override bool HasState => _known;

    protected override void Forget()
    {
        _ticks.Clear();
        SetPrice(default);
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
        SetPrice(in state);
        _known = true;
        return true;
    }

    private bool TryApplyChange(in LiquidityChange change)
    {
        if (change.Delta == 0)
            return true;
        if (change.TickLower >= change.TickUpper || !IsUsableTick(change.TickLower) || !IsUsableTick(change.TickUpper))
            return false;
        if (!_ticks.TryChange(change.TickLower, change.Delta, isUpper: false)
            || !_ticks.TryChange(change.TickUpper, change.Delta, isUpper: true))
            return false;
        if (_tick < change.TickLower || _tick >= change.TickUpper)
            return true;
        bool added = Liquidity.TryAdd(_liquidity, change.Delta, out _liquidity);
        _activeLiquidity = (double)_liquidity;
        return added;
    }

    private void SetPrice(in ConcentratedState state)
    {
        _price = state.SqrtPriceX96;
        _liquidity = state.Liquidity;
        _tick = state.Tick;
        _sqrtRate = (double)_price / Q96;
        _activeLiquidity = (double)_liquidity;
    }

    private bool IsUsableTick(int tick) => tick is >= TickMath.MinTick and <= TickMath.MaxTick && tick % _spacing == 0;

    /// <summary>A price that a pool can have; zero is a pool that nobody has initialised yet.</summary>
    private static bool IsPossible(in ConcentratedState state) => state.SqrtPriceX96.IsZero
        ? state.Liquidity == 0
        : state.SqrtPriceX96 >= TickMath.MinSqrtRatio && state.SqrtPriceX96 < TickMath.MaxSqrtRatio
            && state.Tick is >= TickMath.MinTick and < TickMath.MaxTick;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        bool sellsAsset0 = sell == 0;

        // The contract takes a signed amount.
        if (amountIn.Limb3 >> 63 != 0)
            return QuoteStatus.Overflow;

        // Starts at the tick as stored: after a crossing downwards it is one below the price's own.
        var cursor = new Cursor(_ticks, _spacing, sellsAsset0, _tick);
        UInt256 limit = sellsAsset0 ? LowestPrice : HighestPrice;
        UInt256 price = _price;
        UInt128 liquidity = _liquidity;
        UInt256 remaining = amountIn;

        while (!remaining.IsZero && (sellsAsset0 ? price > limit : price < limit && !price.IsZero))
        {
            cursor.FindNext(liquidity == 0);
            UInt256 next = cursor.NextPrice();
            UInt256 target = sellsAsset0 ? UInt256.Max(next, limit) : UInt256.Min(next, limit);
            if (!SwapMath.TryStep(in price, in target, liquidity, in remaining, FeePips, out SwapStep step)
                || !TryTake(in step, ref remaining, ref quote))
                return QuoteStatus.Overflow;

            price = step.Price;
            if (price == next && !cursor.TryCross(ref liquidity))
                return QuoteStatus.Overflow;
        }

        quote.AmountInUsed = UInt256.WrappingSubtract(amountIn, remaining);
        quote.Gas = SwapGas + CrossingGas * (uint)cursor.Crossings + WordGas * (uint)cursor.WordsPassed;
        return !remaining.IsZero ? QuoteStatus.InsufficientLiquidity
            : quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput
            : QuoteStatus.Exact;
    }

    private static bool TryTake(in SwapStep step, ref UInt256 remaining, ref SwapQuote quote) =>
        UInt256.TryAdd(step.AmountIn, step.Fee, out UInt256 taken)
        && UInt256.TrySubtract(remaining, taken, out remaining)
        && UInt256.TryAdd(quote.AmountOut, step.AmountOut, out quote.AmountOut);

    /// <summary>Walks the stops of the swap loop: initialised ticks and the ends of bitmap words.</summary>
    private ref struct Cursor(TickTable ticks, int spacing, bool downwards, int startTick)
    {
        private readonly int _startWord = FloorDivide(startTick, spacing) >> WordShift;
        private int _tick = startTick;
        private int _position = ticks.Floor(startTick);
        private int _next;
        private bool _isInitialized;

        public int Crossings { get; private set; }

        public readonly int WordsPassed => Math.Abs((FloorDivide(_tick, spacing) >> WordShift) - _startWord);

        /// <summary>
        /// Finds the next stop. The loop of the contract stops at the end of every word, and every stop rounds, so
        /// those without an initialised tick count as well; only where nothing is active do they move nothing, and are skipped.
        /// </summary>
        public void FindNext(bool nothingActive)
        {
            int compressed = FloorDivide(_tick, spacing);
            if (downwards)
            {
                int wordEnd = nothingActive ? TickMath.MinTick : (compressed & ~WordMask) * spacing;
                _isInitialized = _position >= 0 && ticks.IndexAt(_position) >= wordEnd;
                _next = _isInitialized ? ticks.IndexAt(_position) : Math.Max(wordEnd, TickMath.MinTick);
            }
            else
            {
                int wordEnd = nothingActive ? TickMath.MaxTick : ((compressed + 1) | WordMask) * spacing;
                _isInitialized = _position + 1 < ticks.Count && ticks.IndexAt(_position + 1) <= wordEnd;
                _next = _isInitialized ? ticks.IndexAt(_position + 1) : Math.Min(wordEnd, TickMath.MaxTick);
            }
        }

        public readonly UInt256 NextPrice() => !_isInitialized ? TickMath.SqrtRatioAtTick(_next)
            : ticks.PriceAt(downwards ? _position : _position + 1);

        /// <summary>Passes the stop. Selling token 0 crosses downwards, where a tick's net liquidity counts the other way.</summary>
        public bool TryCross(ref UInt128 liquidity)
        {
            _tick = downwards ? _next - 1 : _next;
            if (!_isInitialized)
                return true;
            Crossings++;
            Int128 net = ticks.NetAt(downwards ? _position-- : ++_position);
            return Liquidity.TryAdd(liquidity, downwards ? -net : net, out liquidity);
        }

        private static int FloorDivide(int tick, int spacing) => tick / spacing - (tick < 0 && tick % spacing != 0 ? 1 : 0);
    }

    public override uint TypicalGas => SwapGas;

    /// <summary>One piece for every range with liquidity, each on its own virtual reserves; a range without costs nothing to cross.</summary>
    protected override int Segments(int sell, int buy, Span<CurveSegment> segments)
    {
        int count = 0;
        if (_sqrtRate <= 0)
            return count;
        bool downwards = sell == 0;
        double from = _sqrtRate;
        UInt128 liquidity = _liquidity;
        int position = _ticks.Floor(_tick);
        while (true)
        {
            int next = downwards ? position : position + 1;
            if (next < 0 || next >= _ticks.Count)
                return count; // behind the last tick there is no liquidity
            double to = (double)_ticks.PriceAt(next) / Q96;
            double growth = downwards ? from / to : to / from;
            if (liquidity > 0 && growth > 1)
            {
                if (count < segments.Length)
                    segments[count] = PieceAt(downwards, from, (double)liquidity, growth);
                count++;
            }
            Int128 net = _ticks.NetAt(next);
            if (!Liquidity.TryAdd(liquidity, downwards ? -net : net, out liquidity))
                return count;
            from = to;
            position = downwards ? next - 1 : next;
        }
    }

    private CurveSegment PieceAt(bool downwards, double sqrtRate, double liquidity, double growth) => downwards
        ? new CurveSegment(sqrtRate * sqrtRate * _keptFraction, liquidity / sqrtRate / _keptFraction, growth)
        : new CurveSegment(_keptFraction / (sqrtRate * sqrtRate), liquidity * sqrtRate / _keptFraction, growth);

    protected override UInt256 Capacity(int sell, int buy)
    {
        // The largest amount that the contract can be asked for: what it would take of it is all that it takes.
        QuoteIn(sell, buy, UInt256.MaxValue >> 1, out SwapQuote quote);
        return quote.AmountInUsed;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote) =>
        throw new NotImplementedException();

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote) => throw new NotImplementedException();

    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length) =>
        throw new NotImplementedException();

    protected override Pool CopyState()
    {
        UniswapV3Pool copy = new(Facts, Id, Assets.ToArray()) { _ticks = _ticks.Copy(), _known = _known };
        copy.SetPrice(new ConcentratedState { SqrtPriceX96 = _price, Liquidity = _liquidity, Tick = _tick });
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

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.IsEmpty)
            return false;
        e.Subject = Id.Value;
        if (topics[0] == SwapEvent.Topic)
            return topics.Length == 3 && data.Length == 5 * AbiWords.WordLength && TryReadPrice(data[(2 * AbiWords.WordLength)..], ref e);
        if (topics[0] == MintEvent.Topic)
            return topics.Length == 4 && data.Length == 4 * AbiWords.WordLength
                && TryReadChange(topics, data, amountWord: 1, shrinks: false, ref e);
        if (topics[0] == BurnEvent.Topic)
            return topics.Length == 4 && data.Length == 3 * AbiWords.WordLength
                && TryReadChange(topics, data, amountWord: 0, shrinks: true, ref e);
        return topics[0] == InitializeEvent.Topic && topics.Length == 1 && data.Length == 2 * AbiWords.WordLength
            && TryReadInitialize(data, ref e);
    }

    /// <summary>Price, liquidity, tick: the last three words of <c>Swap</c>.</summary>
    private static bool TryReadPrice(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        ConcentratedState state = default;
        if (!AbiWords.TryReadUInt(data, 0, PriceBits, out state.SqrtPriceX96)
            || !AbiWords.TryReadUInt128(data, 1, out state.Liquidity)
            || !AbiWords.TryReadInt24(data, 2, out state.Tick))
            return false;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated = state;
        return IsPossible(in state);
    }

    /// <summary>A pool's first price; liquidity only comes later.</summary>
    private static bool TryReadInitialize(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        ConcentratedState state = default;
        if (!AbiWords.TryReadUInt(data, 0, PriceBits, out state.SqrtPriceX96) || !AbiWords.TryReadInt24(data, 1, out state.Tick))
            return false;
        e.Kind = MarketEventKind.Concentrated;
        e.Concentrated = state;
        return IsPossible(in state);
    }

    /// <summary>Owner, lower and upper tick are indexed in both events; the amount is in the data.</summary>
    private bool TryReadChange(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, int amountWord, bool shrinks, ref MarketEvent e)
    {
        LiquidityChange change = default;
        if (!AbiWords.TryReadInt24(topics[2].Span, 0, out change.TickLower)
            || !AbiWords.TryReadInt24(topics[3].Span, 0, out change.TickUpper)
            || !AbiWords.TryReadInt128(data, amountWord, out change.Delta)
            || change.Delta < 0)
            return false;
        if (shrinks)
            change.Delta = -change.Delta;
        e.Kind = MarketEventKind.LiquidityChange;
        e.Liquidity = change;
        return change.TickLower < change.TickUpper && IsUsableTick(change.TickLower) && IsUsableTick(change.TickUpper);
    }

    /// <summary>Where the pool stands: the price that a walk starts from, with its liquidity and tick.</summary>
    public ConcentratedState State => new() { SqrtPriceX96 = _price, Liquidity = _liquidity, Tick = _tick };

    /// <summary>
    /// The stops that a swap's loop makes from the present price on, in its order, to the limit of the price: quotes over them are the
    /// pool's own. A list that is full ends before, and a walk that comes to its end has then not seen the whole pool.
    /// </summary>
    /// <returns>How many were written; 0 while the pool is not ready or for an asset that is not its own.</returns>
    public int WriteStops(AssetId sell, Span<ConcentratedStop> stops)
    {
        if (!IsReady || !Holds(sell) || _price.IsZero)
            return 0;
        bool downwards = sell == Asset0;
        var cursor = new Cursor(_ticks, _spacing, downwards, _tick);
        UInt256 limit = downwards ? LowestPrice : HighestPrice;
        UInt256 price = _price;
        UInt128 liquidity = _liquidity;
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

    public override IPoolSnapshot BeginSnapshot() => new UniswapV3Snapshot(this);

    public override void AppendReconcileCalls(List<PoolCall> calls)
    {
        calls.Add(new PoolCall(Address, Slot0Function.Call()));
        calls.Add(new PoolCall(Address, LiquidityFunction.Call()));
    }

    public override bool Reconciles(IReadOnlyList<byte[]> results) =>
        _known && results.Count == 2 && TryReadHead(results[0], results[1], out ConcentratedState head)
        && head.SqrtPriceX96 == _price && head.Tick == _tick && head.Liquidity == _liquidity;

    /// <summary>Reads the answers of <c>slot0()</c> and <c>liquidity()</c>.</summary>
    internal static bool TryReadHead(ReadOnlySpan<byte> slot0, ReadOnlySpan<byte> liquidity, out ConcentratedState head)
    {
        head = default;
        return AbiWords.TryReadUInt(slot0, 0, PriceBits, out head.SqrtPriceX96)
            && AbiWords.TryReadInt24(slot0, 1, out head.Tick)
            && AbiWords.TryReadUInt128(liquidity, 0, out head.Liquidity)
            && IsPossible(in head);
    }
}

/// <summary>Uniswap V3 pools.</summary>
public sealed class UniswapV3Kind : PlainPoolKind
{
    public override string Name => UniswapV3Pool.KindName;

    protected override void AppendDescribeCalls(List<byte[]> calls)
    {
        calls.Add(UniswapV3Pool.Token0Function.Call());
        calls.Add(UniswapV3Pool.Token1Function.Call());
        calls.Add(UniswapV3Pool.FeeFunction.Call());
        calls.Add(UniswapV3Pool.TickSpacingFunction.Call());
    }

    protected override bool TryDescribe(
        Address address, IReadOnlyList<byte[]> results, [NotNullWhen(true)] out PoolFacts? facts, [NotNullWhen(false)] out string? failure)
    {
        facts = null;
        failure = null;
        if (results.Count != 4)
            failure = $"{Name} {address}: 4 answers are wanted, found {results.Count}";
        else if (!AbiWords.TryReadAddress(results[0], 0, out Address token0) || !AbiWords.TryReadAddress(results[1], 0, out Address token1))
            failure = $"{Name} {address}: token0() and token1() did not answer addresses; is it a pool?";
        else if (!AbiWords.TryReadUInt(results[2], 0, 24, out UInt256 fee) || fee >= PoolFacts.PipsPerUnit)
            failure = $"{Name} {address}: fee() did not answer millionths; is it another kind of pool?";
        else if (!AbiWords.TryReadInt24(results[3], 0, out int spacing) || spacing is <= 0 or >= 16_384)
            failure = $"{Name} {address}: tickSpacing() did not answer a spacing within 1..16383; is it another kind of pool?";
        else
            facts = new PoolFacts(Name, address, token0, token1, (uint)(ulong)fee, spacing);
        return failure is null;
    }

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new UniswapV3Pool(facts, id, assets);
}
