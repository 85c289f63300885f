using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Risk;

namespace FastRebalance.Composition;

/// <summary>Every risk check, made from the portfolio's limits where they ask for it. No check needs another to have run.</summary>
public static class RiskChecks
{
    // What rounding, dust and a minimum trade may carry an asset across its target by.
    private static readonly Bps s_crossing = new(10);

    internal static IReadOnlyList<IRiskCheck> From(RiskSection limits, BuildContext context)
    {
        List<IRiskCheck> checks =
        [
            new KillSwitchCheck(),
            new PriceAgeCheck(limits.MaxPriceAge),
            new TradeSizeCheck(limits.MaxTradeNumeraire),
            new CoolDownCheck(limits.CoolDown),
            new GasBudgetCheck(limits.MaxGasNumerairePerDay),
        ];
        TimeSpan referenceAge = limits.MaxReferenceAge ?? limits.MaxPriceAge;
        if (limits.FrozenPrices is { } frozen)
            checks.Add(FrozenAssets(frozen, context));
        if (limits.BadPrint is { } print)
            checks.Add(new BadPrintCheck(print.Sigmas, new Bps(print.SpreadBps), BpsOrNone(print.MaxReferenceDeviationBps), referenceAge));
        if (limits.MaxPoolDeviationBps is { } deviation)
            checks.Add(new PoolDeviationCheck(new Bps(deviation), referenceAge));
        if (limits.MaxTurnoverPerDay is not null || limits.MaxTurnoverNumerairePerDay is not null)
            checks.Add(new TurnoverCheck(
                limits.MaxTurnoverPerDay ?? double.PositiveInfinity, limits.MaxTurnoverNumerairePerDay ?? double.PositiveInfinity));
        if (limits.SlippageBudget is { } budget)
            checks.Add(new SlippageBudgetCheck(new Bps(budget.Bps), budget.Decay));
        if (limits.Exposure is { } exposure)
            checks.Add(Exposure(exposure, context));
        if (limits.MaxDrawdownBps is { } drawdown)
            checks.Add(new DrawdownCheck(new Bps(drawdown)));
        if (limits.PostTrade)
            checks.Add(new PostTradeCheck(s_crossing));
        return checks;
    }

    internal static RiskBounds BoundsOf(RiskSection limits) => new(limits.MaxTradeNumeraire, new Bps(limits.MaxSlippageBps));

    private static FrozenAssetCheck FrozenAssets(FrozenPricesSection frozen, BuildContext context) =>
        new([.. context.Symbols.Select(symbol => frozen.AfterByAsset.GetValueOrDefault(symbol, frozen.After))], frozen.MaxShare);

    private static ExposureCheck Exposure(ExposureSection exposure, BuildContext context) =>
        new([.. context.Symbols.Select(symbol => exposure.MaxWeight.GetValueOrDefault(symbol, double.PositiveInfinity))],
            exposure.MaxRisky ?? double.PositiveInfinity);

    private static Bps? BpsOrNone(double? number) => number is { } bps ? new Bps(bps) : null;
}
