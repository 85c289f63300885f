using FastRebalance.Amm.Abi;
using FastRebalance.Amm.Curves;
using FastRebalance.Amm.Solidly;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A pool of Aerodrome or of Velodrome's second version: <c>x y</c> where volatile, <c>x^3 y + x y^3</c> where stable. The fee is taken from
/// the input first and leaves the reserves. Quotes equal <c>getAmountOut</c>. Exact out is not a swap that the pool has: the least input
/// whose swap pays it.
/// </summary>
/// <remarks>Reserves beyond 112 bits, which the contract can hold, are refused. So is what <c>swap</c> would not pay although quoted.</remarks>
public sealed class SolidlyPool : Pool
{
    public const string VolatileName = "solidly-volatile";
    public const string StableName = "solidly-stable";

    /// <summary>What a swap of two plain tokens uses inside the pool, the fee's transfer included.</summary>
    private const uint VolatileGas = 115_000;
    private const uint StableGas = 135_000;

    // As in a Curve pool: how far below the least input of a bisection another may pay as much.
    private const int StepsBack = 16;

    // Beyond this the kept part is certainly above any reserve, and no product below overflows.
    private const int MostInputBits = ConstantProduct.ReserveBits + 20;

    private static readonly UInt256 MaxReserve = ConstantProduct.MaxReserve;
    private static readonly UInt256 Unit = UInt256.PowerOfTen(18);

    private readonly bool _isStable;
    private readonly UInt256[] _lifts = [UInt256.One, UInt256.One];
    private readonly UInt256[] _reserves = new UInt256[2];
    private bool _known;

    // Derived from the reserves of a stable pool, once for each state.
    private readonly UInt256[] _lifted = new UInt256[2];
    private UInt256 _invariant;
    private bool _isOpen;

    /// <exception cref="ArgumentException">The kind is neither of the two, or a stable pool's decimals are missing.</exception>
    public SolidlyPool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) : base(facts, id, assets)
    {
        if (assets.Count != 2)
            throw new ArgumentException($"pool {facts.Address}: a {facts.Kind} pool holds two tokens, found {assets.Count}");
        if (facts.Kind is not (VolatileName or StableName))
            throw new ArgumentException($"pool {facts.Address}: its kind is {VolatileName} or {StableName}, found '{facts.Kind}'");
        _isStable = facts.Kind == StableName;
        if (!_isStable)
            return;
        UInt256[] factors = FactParameters.ScalingFactors(facts);
        for (int i = 0; i < _lifts.Length; i++)
            _lifts[i] = factors[i] / Unit;
    }

    public override uint TypicalGas => _isStable ? StableGas : VolatileGas;

    /// <summary>Nothing of ours sends it the input before the call yet.</summary>
    public override bool TakesOrders => false;

    /// <summary>Base units of the first asset that the pool counts as its own.</summary>
    public UInt256 Reserve0 => _reserves[0];

    /// <summary>Base units of the second asset that the pool counts as its own.</summary>
    public UInt256 Reserve1 => _reserves[1];

    protected override bool HasState => _known;

    protected override void Forget()
    {
        Array.Clear(_reserves);
        _known = _isOpen = false;
    }

    protected override bool TryApplyState(in MarketEvent e)
    {
        if (e.Kind != MarketEventKind.Reserves || e.Reserves.Reserve0 > MaxReserve || e.Reserves.Reserve1 > MaxReserve)
            return false;
        (_reserves[0], _reserves[1]) = (e.Reserves.Reserve0, e.Reserves.Reserve1);
        _known = true;
        Refresh();
        return true;
    }

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        if (!_isOpen)
            return QuoteStatus.InsufficientLiquidity;
        if (!TryKeep(sell, in amountIn, out UInt256 kept))
            return QuoteStatus.Overflow;
        QuoteStatus status = _isStable
            ? StablePays(sell, buy, in kept, out UInt256 paid)
            : VolatilePays(sell, buy, in kept, out paid);
        if (status is not (QuoteStatus.Exact or QuoteStatus.ZeroOutput))
            return status;
        quote.AmountInUsed = amountIn;
        quote.AmountOut = paid;
        quote.Gas = TypicalGas;
        return status;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        if (!_isOpen || amountOut >= _reserves[buy])
            return QuoteStatus.InsufficientLiquidity;
        if (_isStable)
            return LeastStableIn(sell, buy, in amountOut, out quote);

        // Rounded up, the inverse is the least that must be kept: floor(kept * Rout / (Rin + kept)) >= out.
        UInt256 left = UInt256.WrappingSubtract(_reserves[buy], amountOut);
        if (!UInt256.TryMulDivRoundingUp(amountOut, _reserves[sell], left, out UInt256 kept))
            return QuoteStatus.Overflow;
        UInt256 amountIn = LeastToKeep(in kept);
        return QuoteIn(sell, buy, in amountIn, out quote);
    }

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
        TryKeep(sell, in quote.AmountInUsed, out UInt256 kept);
        _reserves[sell] = UInt256.WrappingAdd(_reserves[sell], kept);
        _reserves[buy] = UInt256.WrappingSubtract(_reserves[buy], quote.AmountOut);
        Refresh();
    }

    protected override Pool CopyState()
    {
        SolidlyPool copy = new(Facts, Id, Assets.ToArray()) { _known = _known };
        _reserves.CopyTo(copy._reserves, 0);
        if (_known)
            copy.Refresh();
        return copy;
    }

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        if (!_isOpen)
            return 0;
        double kept = Kept;
        if (_isStable)
        {
            SolidlyCurve curve = CurveOf(sell, buy);
            return CurveFitter.Write(in curve, curve.Scale, curve.End, kept, segments, most);
        }
        (double reserveIn, double reserveOut) = ((double)_reserves[sell], (double)_reserves[buy]);
        if (!segments.IsEmpty)
            segments[0] = new CurveSegment(kept * reserveOut / reserveIn, reserveIn / kept, double.PositiveInfinity);
        return 1;
    }

    protected override bool TryCeiling(int sell, int buy, out SwapCurve ceiling)
    {
        if (!_isOpen || !_isStable)
            return base.TryCeiling(sell, buy, out ceiling);
        SolidlyCurve curve = CurveOf(sell, buy);
        return CurveCeiling.TryOver(in curve, curve.Scale, curve.End, curve.Payable, Kept, out ceiling);
    }

    protected override UInt256 Capacity(int sell, int buy)
    {
        if (!_isOpen)
            return UInt256.Zero;
        UInt256 most = UInt256.WrappingSubtract(MaxReserve, _reserves[sell]);
        if (_isStable)
            most = MostStableKept(sell, buy, in most);
        UInt256.TryMulDiv(most, PoolFacts.PipsPerUnit, KeptPips, out UInt256 capacity);
        return capacity;
    }

    /// <summary><c>swap(uint256,uint256,address,bytes)</c>: the pool pays out first and then checks what was sent to it before the call.</summary>
    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        target = Address;
        AbiCallWriter writer = new(data, SolidlyCalls.Swap);
        writer.Write(sell == 0 ? UInt256.Zero : hop.AmountOut);
        writer.Write(sell == 0 ? hop.AmountOut : UInt256.Zero);
        writer.Write(hop.Recipient);
        writer.WriteNoBytes(wordsBefore: 3);
        return writer.TryFinish(out length);
    }

    public override double SpotRate(AssetId sell, AssetId buy)
    {
        (int from, int to) = (IndexOf(sell), IndexOf(buy));
        if (!IsReady || !_isOpen || from < 0 || to < 0 || from == to)
            return 0;
        return _isStable ? CurveOf(from, to).Rate(0) : (double)_reserves[to] / (double)_reserves[from];
    }

    /// <summary>
    /// The reserve; of a stable pool that of the constant-product pool whose rate moves as much over a tenth of what is held, at the present rate.
    /// </summary>
    public override double DepthOf(AssetId asset)
    {
        int index = IndexOf(asset);
        if (!IsReady || !_isOpen || index < 0)
            return 0;
        if (!_isStable)
            return (double)_reserves[index];
        SolidlyCurve curve = CurveOf(0, 1);
        double taken = curve.Scale / 10;
        double depth = taken / Math.Max(Math.Sqrt(curve.Rate(0) / curve.Rate(taken)) - 1, 1e-9);
        return index == 0 ? depth : depth * curve.Rate(0);
    }

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.Length != 1 || topics[0] != SolidlyCalls.Sync.Topic || data.Length != 2 * AbiWords.WordLength)
            return false;
        return TryReadReserves(data, ref e);
    }

    public override IPoolSnapshot BeginSnapshot() => new Snapshot(this);

    public override void AppendReconcileCalls(List<PoolCall> calls) => calls.Add(new PoolCall(Address, SolidlyCalls.GetReserves.Call()));

    public override bool Reconciles(IReadOnlyList<byte[]> results)
    {
        MarketEvent e = default;
        return _known && results.Count == 1 && TryReadReserves(results[0], ref e)
            && e.Reserves.Reserve0 == _reserves[0] && e.Reserves.Reserve1 == _reserves[1];
    }

    private uint KeptPips => PoolFacts.PipsPerUnit - FeePips;

    /// <summary>What the fee leaves; false where the reserve would outgrow its bits.</summary>
    private bool TryKeep(int sell, in UInt256 amountIn, out UInt256 kept)
    {
        kept = default;
        if (amountIn.BitLength > MostInputBits)
            return false;
        UInt256 fee = UInt256.WrappingMultiply(amountIn, FeePips) / PoolFacts.PipsPerUnit;
        kept = UInt256.WrappingSubtract(amountIn, fee);
        return kept <= UInt256.WrappingSubtract(MaxReserve, _reserves[sell]);
    }

    // The kept part is the input times what the fee leaves, rounded up.
    private UInt256 LeastToKeep(in UInt256 kept)
    {
        UInt256 whole = PoolFacts.PipsPerUnit;
        return UInt256.TryMulDiv(UInt256.WrappingSubtract(kept, UInt256.One), whole, KeptPips, out UInt256 below)
            && UInt256.TryAdd(below, UInt256.One, out UInt256 least) ? least : UInt256.MaxValue;
    }

    private QuoteStatus VolatilePays(int sell, int buy, in UInt256 kept, out UInt256 paid)
    {
        paid = UInt256.WrappingMultiply(kept, _reserves[buy]) / UInt256.WrappingAdd(_reserves[sell], kept);
        return paid.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    private QuoteStatus StablePays(int sell, int buy, in UInt256 kept, out UInt256 paid)
    {
        paid = default;
        UInt256 held = Lifted(sell, in kept);
        if (!SolidlyMath.TryReserve(in held, in _invariant, in _lifted[buy], in _lifts[0], in _lifts[1], out UInt256 left))
            return QuoteStatus.Overflow;
        if (!UInt256.TrySubtract(_lifted[buy], left, out UInt256 lifted))
            return QuoteStatus.Overflow;
        UInt256 units = lifted / _lifts[buy];
        if (units >= _reserves[buy])
            return QuoteStatus.InsufficientLiquidity;
        if (units.IsZero)
            return QuoteStatus.ZeroOutput;

        // The swap itself asks only this; in its corner the iteration may answer a unit too much.
        UInt256 rest = UInt256.WrappingSubtract(_lifted[buy], UInt256.WrappingMultiply(units, _lifts[buy]));
        if (!SolidlyMath.TryInvariant(in held, in rest, out UInt256 after) || after < _invariant)
            return QuoteStatus.InsufficientLiquidity;
        paid = units;
        return QuoteStatus.Exact;
    }

    private UInt256 Lifted(int sell, in UInt256 kept) => UInt256.WrappingAdd(_lifted[sell], UInt256.WrappingMultiply(kept, _lifts[sell]));

    /// <summary>The most that the first step of the iteration can bear; every later step is smaller.</summary>
    private UInt256 MostStableKept(int sell, int buy, in UInt256 room)
    {
        if (IsBorne(sell, buy, in room))
            return room;
        (UInt256 most, UInt256 beyond) = (UInt256.Zero, room);
        while (UInt256.WrappingSubtract(beyond, most) > UInt256.One)
        {
            UInt256 middle = UInt256.WrappingAdd(most, UInt256.WrappingSubtract(beyond, most) >> 1);
            if (IsBorne(sell, buy, in middle))
                most = middle;
            else
                beyond = middle;
        }
        return most;
    }

    private bool IsBorne(int sell, int buy, in UInt256 kept)
    {
        UInt256 held = Lifted(sell, in kept);
        return SolidlyMath.TryStep(in held, in _invariant, in _lifted[buy], out _, out _);
    }

    private bool Pays(int sell, int buy, in UInt256 amountIn, in UInt256 amountOut) =>
        QuoteIn(sell, buy, in amountIn, out SwapQuote quote) == QuoteStatus.Exact && quote.AmountOut >= amountOut;

    private QuoteStatus LeastStableIn(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        UInt256 capacity = Capacity(sell, buy);
        UInt256 most = EstimateIn(sell, buy, in amountOut, in capacity);
        UInt256 least = UInt256.Zero;

        // The estimate may fall short: with steps that double, it soon does not.
        for (UInt256 step = UInt256.WrappingAdd(most >> 40, 4); !Pays(sell, buy, in most, in amountOut); step = step << 1)
        {
            if (most == capacity)
                return QuoteStatus.InsufficientLiquidity;
            least = most;
            most = UInt256.TryAdd(most, step, out most) ? UInt256.Min(most, capacity) : capacity;
        }

        // It may also be too much: a step down that grows finds an input that pays too little.
        for (UInt256 step = UInt256.WrappingAdd(most >> 40, 4); least.IsZero && step < most; step = step << 1)
        {
            UInt256 less = UInt256.WrappingSubtract(most, step);
            if (Pays(sell, buy, in less, in amountOut))
                most = less;
            else
                least = less;
        }
        most = Bisect(sell, buy, in amountOut, least, most);
        return QuoteIn(sell, buy, in most, out quote);
    }

    private UInt256 Bisect(int sell, int buy, in UInt256 amountOut, UInt256 least, UInt256 most)
    {
        while (UInt256.WrappingSubtract(most, least) > UInt256.One)
        {
            UInt256 middle = UInt256.WrappingAdd(least, UInt256.WrappingSubtract(most, least) >> 1);
            if (Pays(sell, buy, in middle, in amountOut))
                most = middle;
            else
                least = middle;
        }
        for (int i = 0; i < StepsBack && least > UInt256.One; i++)
        {
            least = UInt256.WrappingSubtract(least, UInt256.One);
            if (Pays(sell, buy, in least, in amountOut))
                most = least;
        }
        return most;
    }

    /// <summary>The input that the invariant asks for what is paid; a unit or a few off the least.</summary>
    private UInt256 EstimateIn(int sell, int buy, in UInt256 amountOut, in UInt256 capacity)
    {
        UInt256 left = UInt256.WrappingSubtract(_lifted[buy], UInt256.WrappingMultiply(amountOut, _lifts[buy]));
        if (!SolidlyMath.TryReserve(in left, in _invariant, in _lifted[sell], UInt256.One, UInt256.One, out UInt256 held)
            || !UInt256.TrySubtract(held, _lifted[sell], out UInt256 taken)
            || !UInt256.TryDivRoundingUp(taken, _lifts[sell], out UInt256 kept) || kept.IsZero)
            return UInt256.Min(UInt256.One, capacity);
        return UInt256.Min(LeastToKeep(in kept), capacity);
    }

    private double Kept => KeptPips / (double)PoolFacts.PipsPerUnit;

    private SolidlyCurve CurveOf(int sell, int buy) =>
        new((double)_lifted[sell], (double)_lifted[buy], (double)_lifts[sell], (double)_lifts[buy]);

    private void Refresh()
    {
        _isOpen = !_reserves[0].IsZero && !_reserves[1].IsZero;
        if (!_isStable)
            return;
        for (int i = 0; i < _lifted.Length; i++)
            _lifted[i] = UInt256.WrappingMultiply(_reserves[i], _lifts[i]);
        _isOpen = SolidlyMath.TryInvariant(in _lifted[0], in _lifted[1], out _invariant) && !_invariant.IsZero && _isOpen;
    }

    /// <summary>Reads the first two words, which <c>Sync</c> and <c>getReserves()</c> share, whole: a reserve too large must not be passed over.</summary>
    private bool TryReadReserves(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (!AbiWords.TryReadUInt(data, 0, 256, out UInt256 reserve0) || !AbiWords.TryReadUInt(data, 1, 256, out UInt256 reserve1))
            return false;
        e.Kind = MarketEventKind.Reserves;
        e.Subject = Id.Value;
        e.Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 };
        return true;
    }

    private sealed class Snapshot(SolidlyPool pool) : IPoolSnapshot
    {
        private bool _done;

        public string? Failure { get; private set; }

        public bool NextCalls(List<PoolCall> calls)
        {
            if (_done)
                return false;
            pool.AppendReconcileCalls(calls);
            return true;
        }

        public SnapshotStatus Accept(IReadOnlyList<byte[]> results, List<MarketEvent> events)
        {
            _done = true;
            MarketEvent reserves = default;
            if (results.Count != 1 || !pool.TryReadReserves(results[0], ref reserves)
                || reserves.Reserves.Reserve0 > MaxReserve || reserves.Reserves.Reserve1 > MaxReserve)
            {
                Failure = $"{pool}: {SolidlyCalls.GetReserves.Signature} did not answer two reserves of at most {ConstantProduct.ReserveBits} bits";
                return SnapshotStatus.Failed;
            }
            events.Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value });
            events.Add(reserves);
            events.Add(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
            return SnapshotStatus.Complete;
        }
    }
}
