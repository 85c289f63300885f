using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.UnitTests.Verification;

/// <summary>Pays one for one between any of its assets, and says of its curve what it was told to say: a bound on it may be wrong.</summary>
internal class BoastfulPool(PoolId id, double saidRate, params AssetId[] assets) : Pool(FactsOf(assets.Length), id, assets)
{
    private const double Depth = 1e30;

    public override uint TypicalGas => 0;

    protected override bool HasState => true;

    public override double SpotRate(AssetId sell, AssetId buy) => 1;

    public override double DepthOf(AssetId asset) => Depth;

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e) => false;

    public override IPoolSnapshot BeginSnapshot() => throw new NotSupportedException();

    public override void AppendReconcileCalls(List<PoolCall> calls) => throw new NotSupportedException();

    public override bool Reconciles(IReadOnlyList<byte[]> results) => false;

    protected override void Forget()
    {
    }

    protected override bool TryApplyState(in MarketEvent e) => false;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = new SwapQuote { AmountOut = amountIn, AmountInUsed = amountIn };
        return QuoteStatus.Exact;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote) =>
        QuoteIn(sell, buy, in amountOut, out quote);

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
    }

    protected override Pool CopyState() => new BoastfulPool(Id, saidRate, Assets.ToArray());

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        segments[0] = new CurveSegment(saidRate, Depth, double.PositiveInfinity);
        return 1;
    }

    protected override UInt256 Capacity(int sell, int buy) => UInt256.MaxValue;

    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length) =>
        throw new NotSupportedException();

    private static PoolFacts FactsOf(int assets) => new("boastful", Amm.PoolMaker.At, Amm.PoolMaker.Token0, Amm.PoolMaker.Token1, 0)
    {
        FurtherTokens = [.. Enumerable.Repeat(Amm.PoolMaker.At, assets - 2)],
    };
}
