using FastRebalance.Engine.Sizing;

namespace FastRebalance.Composition;

/// <summary>Every sizer by name.</summary>
public static class Sizers
{
    public static Registry<ISizer> Registry { get; } = new("sizing")
    {
        { "to-target", PluginJson.Default.ToTarget, (o, context) => new ToTargetSizer(o, context.Constraints) },
        { "to-edge", PluginJson.Default.ToEdge, (o, context) => new ToEdgeSizer(o, context.Symbols, context.Constraints) },
        { "to-fraction", PluginJson.Default.ToFraction, (o, context) => new ToFractionSizer(o, context.Constraints) },
        { "to-region", PluginJson.Default.ToRegion, (o, context) => new ToRegionSizer(o, context.Constraints) },
        { "twap", NestedSizers.Twap },
    };
}
