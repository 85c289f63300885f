using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Engine.Risk;

/// <summary>Refuses when the price of any held or targeted asset is older than the limit.</summary>
public sealed class PriceAgeCheck(TimeSpan maxAge) : IRiskCheck
{
    private readonly long _maxAgeNs = (long)maxAge.TotalNanoseconds;

    public RiskVerdict Check(RebalanceCycle cycle)
    {
        for (int i = 0; i < cycle.Targets.Length; i++)
        {
            AssetId asset = AssetId.FromIndex(i);
            bool matters = cycle.Targets[i] != 0 || cycle.Values[i] != 0;
            if (matters && cycle.NowUnixNs - cycle.Market.PriceUnixNs(asset) > _maxAgeNs)
                return cycle.Refuse(RiskVerdict.StalePrice, asset);
        }
        return RiskVerdict.Approved;
    }
}
