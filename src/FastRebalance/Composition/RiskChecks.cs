using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Risk;

namespace FastRebalance.Composition;

/// <summary>Every risk check, made from the portfolio's limits. No check needs another to have run.</summary>
public static class RiskChecks
{
    internal static IReadOnlyList<IRiskCheck> From(RiskSection limits) =>
    [
        new KillSwitchCheck(),
        new PriceAgeCheck(limits.MaxPriceAge),
        new TradeSizeCheck(limits.MaxTradeNumeraire),
        new CoolDownCheck(limits.CoolDown),
        new GasBudgetCheck(limits.MaxGasNumerairePerDay),
    ];

    internal static RiskBounds BoundsOf(RiskSection limits) => new(limits.MaxTradeNumeraire, new Bps(limits.MaxSlippageBps));
}
