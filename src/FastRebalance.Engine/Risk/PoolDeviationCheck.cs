using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// Refuses when a pool that a traded asset lies in stands too far from the reference: one of the two is late, and whoever trades against
/// the late one gains what it is late by. The reference is the second source's fresh price; without one, the price of the pass, which
/// then holds the pools against each other.
/// </summary>
/// <remarks>A pool that is thin beside the asset's deepest is left out: it is cheap to move and says nothing.</remarks>
public sealed class PoolDeviationCheck(Bps maxDeviation, TimeSpan maxReferenceAge) : IRiskCheck
{
    private const double ThinShare = 0.1;

    private readonly long _maxReferenceAgeNs = (long)maxReferenceAge.TotalNanoseconds;

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        foreach (ref readonly Trade trade in cycle.Trades)
        {
            if (Deviates(cycle, trade.Sell))
                return cycle.Refuse(RiskVerdict.PoolDeviation, trade.Sell);
            if (Deviates(cycle, trade.Buy))
                return cycle.Refuse(RiskVerdict.PoolDeviation, trade.Buy);
        }
        return RiskVerdict.Approved;
    }

    private bool Deviates(RebalanceCycle cycle, AssetId asset)
    {
        MarketState market = cycle.Market;
        if (asset == cycle.Numeraire)
            return false; // every pool of it is looked at from its other side
        double enough = ThinShare * DeepestOf(market, asset);
        foreach (Pool pool in market.Pools)
            if (pool.IsReady && pool.Holds(asset) && pool.DepthOf(asset) is > 0 and var depth && depth >= enough
                && !(Math.Abs(Math.Log(PriceIn(market, pool, asset) / Reference(market, asset))) <= maxDeviation.Fraction))
                return true;
        return false;
    }

    private static double DeepestOf(MarketState market, AssetId asset)
    {
        double deepest = 0;
        foreach (Pool pool in market.Pools)
            if (pool.IsReady && pool.Holds(asset))
                deepest = Math.Max(deepest, pool.DepthOf(asset));
        return deepest;
    }

    /// <summary>Numeraire per whole token, from what the pool pays for it in its other asset.</summary>
    private double PriceIn(MarketState market, Pool pool, AssetId asset)
    {
        AssetId other = pool.Other(asset);
        return pool.SpotRate(asset) * market.UnitsPerToken[asset.Index] / market.UnitsPerToken[other.Index] * Reference(market, other);
    }

    private double Reference(MarketState market, AssetId asset) =>
        market.IsReferenceFresh(asset, _maxReferenceAgeNs) ? market.ReferencePrices[asset.Index] : market.Prices[asset.Index];
}
