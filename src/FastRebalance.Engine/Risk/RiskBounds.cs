using FastRebalance.Core.Assets;

namespace FastRebalance.Engine.Risk;

/// <summary>What risk hands to sizing and routing: they return only what lies inside.</summary>
/// <param name="MaxTradeNumeraire">Largest single trade; larger needs are met over several orders.</param>
/// <param name="MaxSlippage">Most that a leg may bring less than its worth at the prices of the pass, fees included.</param>
public sealed record RiskBounds(double MaxTradeNumeraire, Bps MaxSlippage);
