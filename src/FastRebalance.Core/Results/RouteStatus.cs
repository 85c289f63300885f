namespace FastRebalance.Core.Results;

/// <summary>A router's answer. Zero is no answer.</summary>
public enum RouteStatus : byte
{
    Unrouted = 0,
    Found,

    /// <summary>No path of pools leads from the one asset to the other.</summary>
    NoPath,

    /// <summary>Paths exist, and none brings anything for this amount.</summary>
    NoLiquidity,

    /// <summary>The best path is worse than the bound.</summary>
    WorseThanBound,

    /// <summary>Gas would cost more than the trade brings.</summary>
    NotWorthGas,
}
