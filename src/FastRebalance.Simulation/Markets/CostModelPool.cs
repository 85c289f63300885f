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

    // What stands behind a price without impact: more than anybody trades.
    private const double EndlessNumeraire = 1e15;

    private readonly PriceBoard _board;
    private readonly Side _side0;
    private readonly Side _side1;
    private readonly ImpactShape _shape;
    private readonly double _kept;
    private readonly double _impact;

    public CostModelPool(PoolId id, PriceBoard board, Side side0, Side side1, ImpactShape shape)
        : base(new PoolFacts(KindName, default, default, default, 0), id, side0.Asset, side1.Asset)
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

    public override double SpotRate(AssetId sell) => !IsReady || !Holds(sell) ? 0 : RawPrice(sell) / RawPrice(Other(sell));

    public override double DepthOf(AssetId asset) => !IsReady || !Holds(asset) ? 0 : DepthNumeraire() / RawPrice(asset);

    public override bool TryGetCurve(AssetId sell, out SwapCurve curve)
    {
        curve = new SwapCurve(SpotRate(sell) * _kept, DepthOf(sell));
        return IsReady && curve.Rate > 0 && curve.Depth > 0;
    }

    protected override void Forget()
    {
    }

    protected override bool TryApplyState(in MarketEvent e) => false;

    protected override QuoteStatus QuoteReady(bool sellsAsset0, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        (AssetId sell, AssetId buy) = sellsAsset0 ? (Asset0, Asset1) : (Asset1, Asset0);
        double worth = (double)amountIn * RawPrice(sell);
        double impact = ImpactOf(worth);
        if (!(impact < MaxImpact))
            return QuoteStatus.InsufficientLiquidity;
        if (!UInt256.TryFromDoubleFloor(worth * _kept * (1 - impact) / RawPrice(buy), out quote.AmountOut))
            return QuoteStatus.Overflow;
        quote.AmountInUsed = amountIn;
        quote.Gas = SwapGas;
        return quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e) => false;

    public override IPoolSnapshot BeginSnapshot() => throw new NotSupportedException("a simulated pool has no chain to read from");

    public override void AppendReconcileCalls(List<byte[]> calls)
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
