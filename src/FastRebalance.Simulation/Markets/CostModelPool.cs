using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Simulation.Markets;

/// <summary>
/// A pair that trades at the board's prices less costs: (1 - c0)(1 - c1)(1 - impact) of what goes in comes out, rounded down. It stands
/// on no chain, and takes no state by events.
/// </summary>
internal sealed class CostModelPool : Pool
{
    public const string KindName = "cost-model";

    private const uint SwapGas = 100_000;
    private const double Million = 1e6;

    // A trade that would move the price by half finds nobody on the other side.
    private const double MaxImpact = 0.5;

    private const int MaxRounds = 64;

    // What stands behind a price without impact: more than anybody trades.
    private const double EndlessNumeraire = 1e15;

    private readonly PriceBoard _board;
    private readonly Side _side0;
    private readonly Side _side1;
    private readonly ImpactShape _shape;
    private readonly double _kept;
    private readonly double _impact;

    public CostModelPool(PoolId id, PriceBoard board, Side side0, Side side1, ImpactShape shape)
        : base(new PoolFacts(KindName, default, default, default, 0), id, [side0.Asset, side1.Asset])
    {
        _board = board;
        _side0 = side0;
        _side1 = side1;
        _shape = shape;
        _kept = (1 - side0.Cost) * (1 - side1.Cost);
        _impact = side0.ImpactPerMillion + side1.ImpactPerMillion;
    }

    /// <summary>One of the pair's assets.</summary>
    /// <param name="UnitsPerToken">Base units per whole token.</param>
    /// <param name="Cost">One-way proportional cost, as a fraction.</param>
    /// <param name="ImpactPerMillion">Fraction of the price that a trade of a million numeraire costs on average.</param>
    public sealed record Side(AssetId Asset, double UnitsPerToken, double Cost, double ImpactPerMillion);

    public override ulong Version => base.Version + _board.Version;

    public override uint TypicalGas => SwapGas;

    protected override bool HasState => _board.IsComplete;

    public override double SpotRate(AssetId sell, AssetId buy) => !IsReady || !Holds(sell) || Other(sell) != buy ? 0 : RawPrice(sell) / RawPrice(buy);

    public override double DepthOf(AssetId asset) => !IsReady || !Holds(asset) ? 0 : DepthNumeraire() / RawPrice(asset);

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        double rate = SpotRate(Assets[sell], Assets[buy]) * _kept;
        double depth = DepthOf(Assets[sell]);
        if (!(rate > 0) || !(depth > 0))
            return 0;
        if (!segments.IsEmpty)
            segments[0] = new CurveSegment(rate, depth, double.PositiveInfinity);
        return 1;
    }

    protected override void Forget()
    {
    }

    protected override bool TryApplyState(in MarketEvent e) => false;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        double worth = (double)amountIn * RawPrice(Assets[sell]);
        double impact = ImpactOf(worth);
        if (!(impact < MaxImpact))
            return QuoteStatus.InsufficientLiquidity;
        if (!UInt256.TryFromDoubleFloor(worth * _kept * (1 - impact) / RawPrice(Assets[buy]), out quote.AmountOut))
            return QuoteStatus.Overflow;
        quote.AmountInUsed = amountIn;
        quote.Gas = SwapGas;
        return quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        // What it costs without impact is too little; the impact of the result is at most twice that of the guess until it settles.
        quote = default;
        double guess = (double)amountOut * RawPrice(Assets[buy]) / (_kept * RawPrice(Assets[sell]));
        for (int round = 0; round < MaxRounds; round++)
        {
            if (!UInt256.TryFromDoubleFloor(Math.Ceiling(guess), out UInt256 amountIn))
                return QuoteStatus.Overflow;
            QuoteStatus status = QuoteIn(sell, buy, in amountIn, out quote);
            if (status is not QuoteStatus.Exact and not QuoteStatus.ZeroOutput || quote.AmountOut >= amountOut)
                return status;
            guess = Math.Max(guess * ((double)amountOut / Math.Max(1, (double)quote.AmountOut)), guess * (1 + 1e-15) + 1);
        }
        return QuoteStatus.InsufficientLiquidity;
    }

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
        // The board sets the price; a trade leaves no trace.
    }

    protected override Pool CopyState() => new CostModelPool(Id, _board, _side0, _side1, _shape);

    /// <summary>What the largest impact allows.</summary>
    protected override UInt256 Capacity(int sell, int buy)
    {
        double worth = _impact > 0 ? Million * (_shape == ImpactShape.SquareRoot ? Math.Pow(MaxImpact / _impact, 2) : MaxImpact / _impact) : EndlessNumeraire;
        return UInt256.TryFromDoubleFloor(worth / RawPrice(Assets[sell]), out UInt256 units) ? units : UInt256.MaxValue;
    }

    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        (target, length) = (default, 0);
        return false; // on no chain
    }

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e) => false;

    public override IPoolSnapshot BeginSnapshot() => throw new NotSupportedException("a simulated pool has no chain to read from");

    public override void AppendReconcileCalls(List<PoolCall> calls)
    {
    }

    public override bool Reconciles(IReadOnlyList<byte[]> results) => results.Count == 0;

    private double ImpactOf(double worth) =>
        _shape == ImpactShape.SquareRoot ? _impact * Math.Sqrt(worth / Million) : _impact * (worth / Million);

    /// <summary>Where a hyperbola through the impact of a million loses half; the search needs no more.</summary>
    private double DepthNumeraire() => _impact > 0 ? Million * Math.Max(0.01, 1 - _impact) / _impact : EndlessNumeraire;

    /// <summary>Numeraire per base unit.</summary>
    private double RawPrice(AssetId asset) => _board.Prices[asset.Index] / (asset == Asset0 ? _side0.UnitsPerToken : _side1.UnitsPerToken);
}
