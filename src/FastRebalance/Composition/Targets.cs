using FastRebalance.Engine.Targets;

namespace FastRebalance.Composition;

/// <summary>Every target policy by name.</summary>
public static class Targets
{
    public static Registry<ITarget> Registry { get; } = new("target")
    {
        { "fixed-weights", PluginJson.Default.FixedWeights, (o, context) => new FixedWeightsTarget(o, context.Symbols) },
    };
}
