using FastRebalance.Engine.Triggers;

namespace FastRebalance.Composition;

/// <summary>Every trigger by name. To add one: a file in <c>Engine/Triggers</c>, a line in <see cref="PluginJson"/> for its options and a line here.</summary>
public static class Triggers
{
    public static Registry<ITrigger> Registry { get; } = new("trigger")
    {
        { "drift-band", PluginJson.Default.DriftBand, (o, context) => new DriftBandTrigger(o, context.Symbols, context.Tier) },
        { "interval", PluginJson.Default.Interval, (o, _) => new IntervalTrigger(o) },
        { "relative-band", PluginJson.Default.RelativeBand, (o, context) => new RelativeBandTrigger(o, context.AssetCount, context.Tier) },
        { "five-twenty-five", PluginJson.Default.FiveTwentyFive, (o, context) => new FiveTwentyFiveTrigger(o, context.AssetCount, context.Tier) },
        { "l2-norm", PluginJson.Default.L2Norm, (o, context) => new L2NormTrigger(o, context.AssetCount, context.Numeraire, context.Tier) },
        { "tracking-error", PluginJson.Default.TrackingError, (o, context) => new TrackingErrorTrigger(o, context.AssetCount, context.Tier) },
        { "no-trade-region", PluginJson.Default.NoTradeRegion, (o, context) => new NoTradeRegionTrigger(o, context.AssetCount, context.Tier) },
        { "no-trade-ellipsoid", PluginJson.Default.NoTradeEllipsoid, (o, context) => new NoTradeEllipsoidTrigger(o, context.Symbols, context.Tier) },
        { "volatility-band", PluginJson.Default.VolatilityBand, (o, context) => new VolatilityBandTrigger(o, context.AssetCount, context.Tier) },
        { "calendar", PluginJson.Default.Calendar, (o, _) => new CalendarTrigger(o) },
        { "hybrid", PluginJson.Default.Hybrid, (o, context) => new HybridTrigger(o, context.Tier) },
        { "price-level", PluginJson.Default.PriceLevel, (o, context) => new PriceLevelTrigger(o, context.Symbols) },
        { "cost-benefit", PluginJson.Default.CostBenefit, (o, _) => new CostBenefitTrigger(o) },
        { "gas", PluginJson.Default.Gas, (o, _) => new GasTrigger(o) },
        { "all", NestedTriggers.All },
        { "any", NestedTriggers.Any },
        { "cool-down", NestedTriggers.CoolDown },
        { "hysteresis", NestedTriggers.Hysteresis },
    };
}
