using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses to trade on a price that no market made. A fresh price of the second source decides by itself: near it, and the price is no
/// bad print however far it has moved; far from it, and it is one. Without one, the move since the plan's anchor price is held against
/// what the asset's volatility makes likely: |ln(p / anchor)| ≤ z σ √t + spread. Where there is no such gate, no second source is a no.
/// </summary>
public sealed class BadPrintCheck : IRiskCheck
{
    /// <summary>σ is per square root of this.</summary>
    private const double YearNs = 365.0 * 86_400 * 1e9;

    // The anchor is a median of samples from before the plan: at the plan's own moment the market has already moved away from it.
    private const double LeastHorizonNs = 60e9;

    private readonly double? _sigmas;
    private readonly double _spread;
    private readonly double? _maxDeviation;
    private readonly long _maxReferenceAgeNs;

    /// <param name="sigmas">Standard deviations that a price may be from its anchor; null for no such gate.</param>
    /// <param name="spread">What a price may be from its anchor at any time, as a fraction.</param>
    /// <param name="maxDeviation">What a price may be from the second source's; null for no such gate.</param>
    /// <param name="maxReferenceAge">An older price of the second source is none.</param>
    public BadPrintCheck(double? sigmas, Bps spread, Bps? maxDeviation, TimeSpan maxReferenceAge)
    {
        _sigmas = sigmas;
        _spread = spread.Fraction;
        _maxDeviation = maxDeviation?.Fraction;
        _maxReferenceAgeNs = (long)maxReferenceAge.TotalNanoseconds;
    }

    public bool WantsPlan => _sigmas is not null;

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            RiskVerdict verdict = Look(cycle, trade.Sell);
            if (verdict == RiskVerdict.Approved)
                verdict = Look(cycle, trade.Buy);
            if (verdict != RiskVerdict.Approved)
                return verdict;
        }
        return RiskVerdict.Approved;
    }

    private RiskVerdict Look(RebalanceCycle cycle, AssetId asset)
    {
        if (asset == cycle.Numeraire)
            return RiskVerdict.Approved;
        MarketState market = cycle.Market;
        double price = market.Prices[asset.Index];
        if (_maxDeviation is { } deviation && market.IsReferenceFresh(asset, _maxReferenceAgeNs))
            return Judge(cycle, asset, LogDistance(price, market.ReferencePrices[asset.Index]) <= deviation);
        if (_sigmas is not { } sigmas)
            return cycle.Refuse(RiskVerdict.NoReference, asset);
        if (!market.Plan.Has(PlanParts.Estimates))
            return cycle.Refuse(RiskVerdict.NoEstimate, asset);

        ref readonly PlanAsset estimate = ref market.Plan.Assets[asset.Index];
        double years = Math.Max(LeastHorizonNs, market.NowUnixNs - market.Plan.UnixNs) / YearNs;
        return Judge(cycle, asset, LogDistance(price, estimate.AnchorPrice) <= (sigmas * estimate.Volatility * Math.Sqrt(years)) + _spread);
    }

    private static RiskVerdict Judge(RebalanceCycle cycle, AssetId asset, bool isNear) =>
        isNear ? RiskVerdict.Approved : cycle.Refuse(RiskVerdict.BadPrint, asset);

    private static double LogDistance(double price, double other) => Math.Abs(Math.Log(price / other));
}
