namespace FastRebalance.Bench.Routing;

/// <summary>Figures of one size; times in microseconds.</summary>
/// <param name="Market"><c>calm</c> or <c>random</c>.</param>
/// <param name="Assets">Assets.</param>
/// <param name="Pools">Pools.</param>
/// <param name="ColdP50Us">Prices and proof from the start.</param>
/// <param name="WarmP50Us">Prices and proof after one pool has moved, taking the move up included.</param>
/// <param name="WarmP99Us">The same, of a hundred the one that only one is above.</param>
/// <param name="ColdPlanP50Us">The whole plan from the start: prices, legs of whole units, gap.</param>
/// <param name="WarmPlanP50Us">The whole plan after one pool has moved.</param>
/// <param name="GasPlanP50Us">The whole plan where every leg pays for its gas, prices known.</param>
/// <param name="MaxGap">Largest gap of a plan beyond a smallest unit on either side of each leg, as a share of the portfolio; NaN for random markets,
/// whose circles no holdings can feed.</param>
public sealed record RoutingFigures(
    string Market, int Assets, int Pools, double ColdP50Us, double WarmP50Us, double WarmP99Us, double ColdPlanP50Us, double WarmPlanP50Us, double GasPlanP50Us,
    double MaxGap);
