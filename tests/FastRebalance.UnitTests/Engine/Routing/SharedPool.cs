using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>A pool of several assets for tests of the router: a constant product without a fee between any two of them.</summary>
internal sealed class SharedPool : Pool
{
    private readonly UInt256[] _reserves;

    public SharedPool(PoolId id, AssetId[] assets, UInt256[] reserves)
        : base(FactsOf(id, assets.Length), id, assets)
    {
        _reserves = reserves;
        Apply(new MarketEvent { Kind = MarketEventKind.PoolReady, Subject = id.Value });
    }

    public override uint TypicalGas => 100_000;

    protected override bool HasState => true;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = new SwapQuote { AmountOut = amountIn * _reserves[buy] / (_reserves[sell] + amountIn), AmountInUsed = amountIn, Gas = TypicalGas };
        return quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        if (amountOut >= _reserves[buy])
            return QuoteStatus.InsufficientLiquidity;
        UInt256 amountIn = _reserves[sell] * amountOut / (_reserves[buy] - amountOut) + UInt256.One;
        quote = new SwapQuote { AmountOut = amountOut, AmountInUsed = amountIn, Gas = TypicalGas };
        return QuoteStatus.Exact;
    }

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        if (!segments.IsEmpty)
            segments[0] = new CurveSegment((double)_reserves[buy] / (double)_reserves[sell], (double)_reserves[sell], double.PositiveInfinity);
        return 1;
    }

    public override double SpotRate(AssetId sell, AssetId buy) => (double)_reserves[IndexOf(buy)] / (double)_reserves[IndexOf(sell)];

    public override double DepthOf(AssetId asset) => (double)_reserves[IndexOf(asset)];

    protected override UInt256 Capacity(int sell, int buy) => UInt256.MaxValue;

    protected override Pool CopyState() => new SharedPool(Id, Assets.ToArray(), _reserves);

    protected override void Forget()
    {
    }

    protected override bool TryApplyState(in MarketEvent e) => false;

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote) => throw new NotSupportedException("not what is tested");

    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length) =>
        throw new NotSupportedException("not what is tested");

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e) => false;

    public override IPoolSnapshot BeginSnapshot() => throw new NotSupportedException("not what is tested");

    public override void AppendReconcileCalls(List<PoolCall> calls)
    {
    }

    public override bool Reconciles(IReadOnlyList<byte[]> results) => true;

    private static PoolFacts FactsOf(PoolId id, int count) => new("shared", Token(0x100 + id.Index), Token(1), Token(2), 0)
    {
        FurtherTokens = [.. Enumerable.Range(3, count - 2).Select(Token)],
    };

    private static Address Token(int number) => Address.Parse($"0x{number:x40}");
}
