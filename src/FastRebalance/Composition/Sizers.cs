using FastRebalance.Engine.Sizing;

namespace FastRebalance.Composition;

/// <summary>Every sizer by name.</summary>
public static class Sizers
{
    public static Registry<ISizer> Registry { get; } = new("sizing")
    {
        { "to-target", PluginJson.Default.ToTarget, (o, context) => new ToTargetSizer(o, context.AssetCount) },
    };
}
