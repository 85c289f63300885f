using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A constant-product pair with the fee on the input: Uniswap V2 and the forks that only changed the fee. Quotes equal
/// <c>UniswapV2Library.getAmountOut</c>, bounded by what the pair itself can store.
/// </summary>
public sealed class UniswapV2Pool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) : Pool(facts, id, assets)
{
    public const string KindName = "uniswap-v2";

    internal static readonly AbiFunction Token0Function = new("token0()", 0x0dfe1681);
    internal static readonly AbiFunction Token1Function = new("token1()", 0xd21220a7);
    internal static readonly AbiFunction GetReservesFunction = new("getReserves()", 0x0902f1ac);
    internal static readonly AbiFunction SwapFunction = new("swap(uint256,uint256,address,bytes)", 0x022c0d9f);
    internal static readonly AbiEvent SyncEvent =
        new("Sync(uint112,uint112)", "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1");

    /// <summary>What a swap of two plain tokens uses inside the pair, both transfers included.</summary>
    private const uint SwapGas = 75_000;

    private const int ReserveBits = ConstantProduct.ReserveBits;

    private static readonly UInt128 MaxReserve = ConstantProduct.MaxReserve;

    // What stays after the fee, in lowest terms: 997/1000, 399/400. However a fork writes its fraction, the quotient is the same to the
    // unit, and small numbers keep the division short.
    private readonly uint _kept = (PoolFacts.PipsPerUnit - facts.FeePips) / CommonFactor(facts.FeePips);
    private readonly uint _whole = PoolFacts.PipsPerUnit / CommonFactor(facts.FeePips);

    private UInt128 _reserve0;
    private UInt128 _reserve1;
    private bool _known;

    /// <summary>Base units of the first asset that the pair counts as its own.</summary>
    public UInt128 Reserve0 => _reserve0;

    /// <summary>Base units of the second asset that the pair counts as its own.</summary>
    public UInt128 Reserve1 => _reserve1;

    /// <summary>What the fee leaves of <see cref="FeeWhole"/>, in lowest terms.</summary>
    public uint FeeKept => _kept;

    public uint FeeWhole => _whole;

    protected override bool HasState => _known;

    protected override void Forget()
    {
        _reserve0 = _reserve1 = UInt128.Zero;
        _known = false;
    }

    protected override bool TryApplyState(in MarketEvent e)
    {
        if (e.Kind != MarketEventKind.Reserves || e.Reserves.Reserve0 > MaxReserve || e.Reserves.Reserve1 > MaxReserve)
            return false;
        _reserve0 = (UInt128)e.Reserves.Reserve0;
        _reserve1 = (UInt128)e.Reserves.Reserve1;
        _known = true;
        return true;
    }

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        (UInt128 reserveIn, UInt128 reserveOut) = ReservesFor(sell);
        QuoteStatus status = ConstantProduct.QuoteExactIn(reserveIn, reserveOut, _kept, _whole, in amountIn, out quote.AmountOut);
        if (status is not QuoteStatus.Exact and not QuoteStatus.ZeroOutput)
            return status;
        quote.AmountInUsed = amountIn;
        quote.Gas = SwapGas;
        return status;
    }

    /// <summary><c>UniswapV2Library.getAmountIn</c>: one unit above the floor, whatever the remainder.</summary>
    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        (UInt128 reserveIn, UInt128 reserveOut) = ReservesFor(sell);
        if (reserveIn == 0 || amountOut >= reserveOut)
            return QuoteStatus.InsufficientLiquidity;
        UInt256 left = UInt256.WrappingSubtract(reserveOut, amountOut);
        UInt256 numerator = UInt256.WrappingMultiply(UInt256.WrappingMultiply(reserveIn, amountOut), _whole);
        quote.AmountInUsed = UInt256.WrappingAdd(numerator / UInt256.WrappingMultiply(left, _kept), UInt256.One);
        quote.AmountOut = amountOut;
        quote.Gas = SwapGas;
        return quote.AmountInUsed > MaxReserve - reserveIn ? QuoteStatus.Overflow : QuoteStatus.Exact;
    }

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
        (UInt128 taken, UInt128 paid) = ((UInt128)quote.AmountInUsed, (UInt128)quote.AmountOut);
        (_reserve0, _reserve1) = sell == 0 ? (_reserve0 + taken, _reserve1 - paid) : (_reserve0 - paid, _reserve1 + taken);
    }

    protected override Pool CopyState() =>
        new UniswapV2Pool(Facts, Id, Assets.ToArray()) { _reserve0 = _reserve0, _reserve1 = _reserve1, _known = _known };

    public override uint TypicalGas => SwapGas;

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        (UInt128 reserveIn, UInt128 reserveOut) = ReservesFor(sell);
        if (reserveIn == 0 || reserveOut == 0)
            return 0;
        double kept = _kept / (double)_whole;
        if (!segments.IsEmpty)
            segments[0] = new CurveSegment(kept * (double)reserveOut / (double)reserveIn, (double)reserveIn / kept, double.PositiveInfinity);
        return 1;
    }

    protected override UInt256 Capacity(int sell, int buy)
    {
        (UInt128 reserveIn, UInt128 reserveOut) = ReservesFor(sell);
        return reserveIn == 0 || reserveOut == 0 ? UInt256.Zero : MaxReserve - reserveIn;
    }

    /// <summary><c>swap(uint256,uint256,address,bytes)</c>: the pair pays out first and then checks what was sent to it before the call.</summary>
    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        target = Address;
        AbiCallWriter writer = new(data, SwapFunction);
        writer.Write(sell == 0 ? UInt256.Zero : hop.AmountOut);
        writer.Write(sell == 0 ? hop.AmountOut : UInt256.Zero);
        writer.Write(hop.Recipient);
        writer.WriteNoBytes(wordsBefore: 3);
        return writer.TryFinish(out length);
    }

    private (UInt128 In, UInt128 Out) ReservesFor(int sell) => sell == 0 ? (_reserve0, _reserve1) : (_reserve1, _reserve0);

    public override double SpotRate(AssetId sell, AssetId buy)
    {
        double depth = DepthOf(sell);
        return depth > 0 && sell != buy ? DepthOf(buy) / depth : 0;
    }

    public override double DepthOf(AssetId asset) =>
        !IsReady ? 0 : asset == Asset0 ? (double)_reserve0 : asset == Asset1 ? (double)_reserve1 : 0;

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.Length != 1 || topics[0] != SyncEvent.Topic || data.Length != 2 * AbiWords.WordLength)
            return false;
        return TryReadReserves(data, ref e);
    }

    public override IPoolSnapshot BeginSnapshot() => new Snapshot(this);

    public override void AppendReconcileCalls(List<PoolCall> calls) => calls.Add(new PoolCall(Address, GetReservesFunction.Call()));

    public override bool Reconciles(IReadOnlyList<byte[]> results)
    {
        MarketEvent e = default;
        return _known && results.Count == 1 && TryReadReserves(results[0], ref e)
            && e.Reserves.Reserve0 == _reserve0 && e.Reserves.Reserve1 == _reserve1;
    }

    private static uint CommonFactor(uint feePips) => (uint)BigInteger.GreatestCommonDivisor(feePips, PoolFacts.PipsPerUnit);

    /// <summary>Reads the first two words, which <c>Sync</c> and <c>getReserves()</c> share.</summary>
    private bool TryReadReserves(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (!AbiWords.TryReadUInt(data, 0, ReserveBits, out UInt256 reserve0)
            || !AbiWords.TryReadUInt(data, 1, ReserveBits, out UInt256 reserve1))
            return false;
        e.Kind = MarketEventKind.Reserves;
        e.Subject = Id.Value;
        e.Reserves = new PoolReserves { Reserve0 = reserve0, Reserve1 = reserve1 };
        return true;
    }

    private sealed class Snapshot(UniswapV2Pool pool) : IPoolSnapshot
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
            if (results.Count != 1 || !pool.TryReadReserves(results[0], ref reserves))
            {
                Failure = $"{pool}: {GetReservesFunction.Signature} did not answer two 112-bit reserves";
                return SnapshotStatus.Failed;
            }
            events.Add(new MarketEvent { Kind = MarketEventKind.PoolReset, Subject = pool.Id.Value });
            events.Add(reserves);
            events.Add(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = pool.Id.Value });
            return SnapshotStatus.Complete;
        }
    }
}

/// <summary>Uniswap V2 pairs. A pair does not tell its fee: it is described with Uniswap's own 0.3 %, and a fork states another.</summary>
public sealed class UniswapV2Kind : PlainPoolKind
{
    public const uint DefaultFeePips = 3_000;

    public override string Name => UniswapV2Pool.KindName;

    protected override void AppendDescribeCalls(List<byte[]> calls)
    {
        calls.Add(UniswapV2Pool.Token0Function.Call());
        calls.Add(UniswapV2Pool.Token1Function.Call());
        calls.Add(UniswapV2Pool.GetReservesFunction.Call());
    }

    protected override bool TryDescribe(
        Address address, IReadOnlyList<byte[]> results, [NotNullWhen(true)] out PoolFacts? facts, [NotNullWhen(false)] out string? failure)
    {
        facts = null;
        failure = null;
        if (results.Count != 3)
            failure = $"{Name} {address}: 3 answers are wanted, found {results.Count}";
        else if (!AbiWords.TryReadAddress(results[0], 0, out Address token0) || !AbiWords.TryReadAddress(results[1], 0, out Address token1))
            failure = $"{Name} {address}: token0() and token1() did not answer addresses; is it a pool?";
        else if (!AbiWords.TryReadUInt(results[2], 1, 112, out _))
            failure = $"{Name} {address}: getReserves() did not answer reserves; is it another kind of pool?";
        else
            facts = new PoolFacts(Name, address, token0, token1, DefaultFeePips);
        return failure is null;
    }

    public override Pool Create(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) => new UniswapV2Pool(facts, id, assets);
}
