using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Engine.Sizing;

namespace FastRebalance.Engine.Risk;

/// <summary>
/// An asset whose price is older than its limit is frozen: no trade touches it, and the others go without it. Once more than the given
/// share of the portfolio is frozen, nobody knows what the rest should weigh: then only trades into cash go.
/// </summary>
/// <param name="freezeAfter">By asset.</param>
/// <param name="maxFrozenShare">Of what the portfolio is worth at the last prices known; 1 or more: any share.</param>
public sealed class FrozenAssetCheck(TimeSpan[] freezeAfter, double maxFrozenShare) : IRiskCheck
{
    private readonly long[] _freezeAfterNs = [.. freezeAfter.Select(time => (long)time.TotalNanoseconds)];

    public void Trim(RebalanceCycle cycle)
    {
        bool onlyIntoCash = IsMuchFrozen(cycle);
        int staying = 0;
        foreach (ref readonly Trade trade in cycle.Trades)
            staying += Obstacle(cycle, in trade, onlyIntoCash).IsNone ? 1 : 0;
        if (staying == 0)
            return; // the check says why
        for (int i = cycle.TradeCount - 1; i >= 0; i--)
            if (!Obstacle(cycle, in cycle.Trades[i], onlyIntoCash).IsNone)
                cycle.RemoveTrade(i);
    }

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        bool onlyIntoCash = IsMuchFrozen(cycle);
        foreach (ref readonly Trade trade in cycle.Trades)
            if (Obstacle(cycle, in trade, onlyIntoCash) is { IsNone: false } asset)
                return cycle.Refuse(RiskVerdict.FrozenAsset, asset);
        return RiskVerdict.Approved;
    }

    /// <summary>The asset that the trade must not touch; none where it may go.</summary>
    private AssetId Obstacle(RebalanceCycle cycle, in Trade trade, bool onlyIntoCash) =>
        IsFrozen(cycle, trade.Sell) ? trade.Sell
        : IsFrozen(cycle, trade.Buy) || (onlyIntoCash && trade.Buy != cycle.Numeraire) ? trade.Buy
        : AssetId.None;

    private bool IsMuchFrozen(RebalanceCycle cycle)
    {
        double frozen = 0;
        for (int i = 0; i < _freezeAfterNs.Length; i++)
            if (IsFrozen(cycle, AssetId.FromIndex(i)))
                frozen += cycle.Values[i];
        return frozen > maxFrozenShare * cycle.TotalNumeraire;
    }

    private bool IsFrozen(RebalanceCycle cycle, AssetId asset) =>
        !asset.IsNone && cycle.NowUnixNs - cycle.Market.PriceUnixNs(asset) > _freezeAfterNs[asset.Index];
}
