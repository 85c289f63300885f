using FastRebalance.Engine.Triggers;

namespace FastRebalance.Composition;

/// <summary>Every trigger by name. To add one: a file in <c>Engine/Triggers</c>, a line in <see cref="PluginJson"/> for its options and a line here.</summary>
public static class Triggers
{
    public static Registry<ITrigger> Registry { get; } = new("trigger")
    {
        { "drift-band", PluginJson.Default.DriftBand, (o, _) => new DriftBandTrigger(o) },
        { "interval", PluginJson.Default.Interval, (o, _) => new IntervalTrigger(o) },
    };
}
